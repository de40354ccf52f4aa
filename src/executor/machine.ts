/** What a run needs of Node and of the system, asked before there is any thread: a thread that fails takes all with it. */
import { UserError } from '../errors/errors.ts'
import { requireAddresses, requireOpenFiles } from '../files/process-limits.ts'

/** Files that a process opens at once while it loads, and each of its workers. */
const FILES = 256
const WORKER_FILES = 64
/** MB of addresses: one shared memory with what V8 keeps around it, and each worker's heap and code. */
const ADDRESSES = 14_000
const WORKER_ADDRESSES = 1000

/** @throws UserError */
export function requireMachine(workers: number): void {
  requireWebAssembly()
  const who = `${workers} ${workers === 1 ? 'worker needs' : 'workers need'}`
  requireOpenFiles(FILES + workers * WORKER_FILES, who)
  requireAddresses(ADDRESSES + workers * WORKER_ADDRESSES, who)
}

function requireWebAssembly(): void {
  if (typeof WebAssembly === 'object') return
  throw new UserError('this Node runs without WebAssembly, which shares memory. Start it without --jitless.')
}
