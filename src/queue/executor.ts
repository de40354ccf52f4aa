/** Whole runs given to the workers of a queue. */
import { chooseKernel } from '../kernels/loader.ts'
import type { RunJob } from '../runs/job.ts'
import { type Outcome, outcomeOf } from '../runs/outcome.ts'
import type { Executor } from '../runs/run-many.ts'
import type { Progress } from '../solution/solution.ts'
import { Board, type Done, type QueueSettings } from './board.ts'
import { jobData } from './job-data.ts'
import { keysOf } from './names.ts'

/** @throws UserError where the queue cannot be used, or another command has the run's name */
export async function queueExecutor(settings: QueueSettings): Promise<Executor> {
  const board = await Board.open(settings)
  return {
    slots: Number.POSITIVE_INFINITY,
    run: async (key, job, { signal = null, onProgress }) => {
      const data = () => sentData(board, job)
      const told = (progress: unknown) => onProgress?.(progress as Progress)
      const done = await board.ask({ key, data, onProgress: told }, signal)
      return done && outcomeFrom(done)
    },
    close: () => board.close(),
  }
}

/** With its page beside, where it is not a built-in one. */
async function sentData({ redis, settings }: Board, job: RunJob): Promise<unknown> {
  const { address, run } = settings
  const kernel = job.options.kernel ?? chooseKernel()
  const { data, page } = await jobData({ ...job, options: { ...job.options, kernel } })
  if (page !== null) await redis.hset(keysOf(address).shared(run), data.digest!, page)
  return data
}

function outcomeFrom(done: Done): Outcome {
  if ('failed' in done) return { kind: 'failed', message: done.failed, elapsedMs: 0 }
  const outcome = outcomeIn(done.result)
  return outcome ?? { kind: 'failed', message: 'what a worker gave back is no result of a run', elapsedMs: 0 }
}

function outcomeIn(result: unknown): Outcome | null {
  try {
    return outcomeOf(JSON.parse((result as { outcome: string }).outcome))
  } catch {
    return null
  }
}
