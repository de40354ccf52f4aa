/** Worker threads that load their code while the command still loads its own: a run's first iteration waits for both. */
import { availableParallelism } from 'node:os'
import { requireMachine } from '../executor/machine.ts'
import { Threads } from '../executor/threads.ts'
import type { SolveFlags } from './solve-flags.ts'

/** More than a run may have; it will say so. */
const MOST_WORKERS = 64

/**
 * Calls `body` with threads for its run, and ends them. They have begun where a single run is to come on this machine.
 * @throws UserError where the system gives no threads, and what `body` throws
 */
export async function withEarlyThreads<Result>(
  flags: SolveFlags,
  body: (threads: Threads) => Promise<Result>,
): Promise<Result> {
  const threads = new Threads()
  const size = flags.workers ?? availableParallelism()
  if (isSingle(flags) && size <= MOST_WORKERS) {
    requireMachine(size)
    threads.begin(size)
  }
  try {
    return await body(threads)
  } finally {
    await threads.close()
  }
}

function isSingle({ seeds, at, atFile, both, queue }: SolveFlags): boolean {
  return [seeds, at, atFile, both, queue].every((flag) => flag === undefined)
}
