/** What a run needs of Node and of the system, asked before there is any thread: a thread that fails takes all with it. */
import { UserError } from '../errors/errors.ts'
import { requireOpenFiles } from '../files/open-files.ts'

/** Files that a process opens at once while it loads, and each of its workers. */
const FILES = 256
const WORKER_FILES = 64

/** @throws UserError */
export function requireMachine(workers: number): void {
  requireWebAssembly()
  requireOpenFiles(
    FILES + workers * WORKER_FILES,
    `${workers} ${workers === 1 ? 'worker needs' : 'workers need'}`,
  )
}

function requireWebAssembly(): void {
  if (typeof WebAssembly === 'object') return
  throw new UserError('this Node runs without WebAssembly, which shares memory. Start it without --jitless.')
}
