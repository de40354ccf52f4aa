/** The run of a method that trains nothing: it plans its memory and samples, in one stage that can be gone on with. */

import type { Views } from '../memory/views.ts'
import type { Compiled } from './compiled.ts'
import type { Session } from './session.ts'

export interface Sampled {
  views: Views
  elapsedMs: number
  isStopped: boolean
}

export interface Sampling {
  /** The method's id. */
  method: string
  problem: Compiled
  plan: unknown
  /** What its checkpoints keep. */
  options: object
  /** What to do where memory is short. */
  remedy: string
  onProgress(done: number): void
}

/** @throws UserError where memory is short */
export async function runSampling(
  session: Session,
  { method, problem, plan, options, remedy, onProgress }: Sampling,
): Promise<Sampled> {
  const { arena, checkpoints, signal } = session
  checkpoints?.plan(arena, options)
  const views = session.allocate(remedy)
  await checkpoints?.begin(views.memory)
  const startedAt = performance.now()
  await session.run(method, 'sample', problem, plan, onProgress, checkpoints)
  const isStopped = signal?.aborted ?? false
  await checkpoints?.write(!isStopped, isStopped)
  return { views, elapsedMs: performance.now() - startedAt, isStopped }
}
