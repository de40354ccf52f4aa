#!/usr/bin/env node
import module from 'node:module'

keepCompiledCode()
const { runProgram } = await import('./program.ts')
process.exitCode = await runProgram(process.argv.slice(2))

/** Has Node (from 22 on) keep what it compiled for the next start, here and in the workers: a third of a second. */
function keepCompiledCode(): void {
  const folder = module.enableCompileCache?.().directory
  if (folder !== undefined) process.env.NODE_COMPILE_CACHE ??= folder
}
