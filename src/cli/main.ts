#!/usr/bin/env node
import module from 'node:module'
import { requireOpenFiles } from '../files/open-files.ts'

keepCompiledCode()
process.exitCode = hasFiles() ? await run() : 2

async function run(): Promise<number> {
  const { runProgram } = await import('./program.ts')
  return runProgram(process.argv.slice(2))
}

/** Whether the command's own files can be opened, which nothing else could tell in one line. */
function hasFiles(): boolean {
  try {
    requireOpenFiles(256, 'it needs')
    return true
  } catch (error) {
    process.stderr.write(`deepbsde: ${(error as Error).message}\n`)
    return false
  }
}

/** Has Node (from 22 on) keep what it compiled for the next start, here and in the workers: a third of a second. */
function keepCompiledCode(): void {
  const folder = module.enableCompileCache?.().directory
  if (folder !== undefined) process.env.NODE_COMPILE_CACHE ??= folder
}
