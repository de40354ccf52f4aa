#!/usr/bin/env node
import module from 'node:module'
import { requireAddresses, requireOpenFiles } from '../files/process-limits.ts'
import { say } from './print.ts'

keepCompiledCode()
process.exitCode = canStart() ? await run() : 2

async function run(): Promise<number> {
  const { endsWithCommand, runProgram } = await import('./program.ts')
  const args = process.argv.slice(2)
  endsWithCommand(args)
  return runProgram(args)
}

/** Whether the command's own code can be loaded, which nothing else could tell in one line. */
function canStart(): boolean {
  try {
    requireOpenFiles(256, 'it needs')
    requireAddresses(1500, 'it needs')
    return true
  } catch (error) {
    say(`deepbsde: ${(error as Error).message}\n`)
    return false
  }
}

/** Has Node (from 22 on) keep what it compiled for the next start, here and in the workers: a third of a second. */
function keepCompiledCode(): void {
  const folder = module.enableCompileCache?.().directory
  if (folder !== undefined) process.env.NODE_COMPILE_CACHE ??= folder
}
