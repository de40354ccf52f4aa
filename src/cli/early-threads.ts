/** Worker threads that load their code while the command still loads its own: a run's first iteration waits for both. */
import { availableParallelism } from 'node:os'
import { requireMachine } from '../executor/machine.ts'
import { Threads } from '../executor/threads.ts'

/** More than a run may have; it will say so. */
const MOST_WORKERS = 64

/**
 * @param workers as `solve` takes them
 * @param method the id of that which will run, where that is known
 * @throws UserError where the system gives no threads
 */
export function earlyThreads(workers: number | undefined, method: string): Threads {
  const threads = new Threads()
  const size = workers ?? availableParallelism()
  if (size > MOST_WORKERS) return threads
  requireMachine(size)
  threads.begin(size, method)
  return threads
}
