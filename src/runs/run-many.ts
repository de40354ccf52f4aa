/**
 * The one way of running many: independent runs, as text and numbers, given to whoever runs them, several at once, in any order;
 * what is done is kept, and comes back in the order of the runs.
 */
import type { Progress } from '../solution/solution.ts'
import type { RunHooks, RunJob } from './job.ts'
import type { Journal, Row } from './journal.ts'
import type { Outcome } from './outcome.ts'

/** Who runs them: this machine, or a queue of machines. */
export interface Executor {
  /** Runs that it takes at once. */
  readonly slots: number
  /** @returns null where the run was stopped */
  run(key: string, job: RunJob, hooks: RunHooks): Promise<Outcome | null>
  close(): Promise<void>
}

/** One of many; `R` is what is kept of it. */
export interface Task<R extends Row> {
  key: string
  job: RunJob
  rowOf(outcome: Outcome): R
}

export interface RunManyOptions<R extends Row> {
  /** Rows from before are taken from it, new ones appended. */
  journal?: Journal<R> | null
  signal?: AbortSignal
  onProgress?: (index: number, progress: Progress) => void
  /** Told of each run that is done: of those that were known at once, before any other. */
  onRow?: (index: number, row: R, isKnown: boolean) => void
}

/**
 * The rows in the order of `tasks`, without those that were not done when the signal came.
 * @throws whatever `rowOf`, `onRow` or the journal throws, when all runs have been stopped
 */
export async function runMany<R extends Row>(
  tasks: readonly Task<R>[],
  executor: Executor,
  { journal = null, signal, onProgress, onRow }: RunManyOptions<R>,
): Promise<R[]> {
  const rows = new Array<R | undefined>(tasks.length)
  const waiting: number[] = []
  tasks.forEach(({ key }, index) => {
    const row = journal?.known.get(key)
    if (row === undefined) waiting.push(index)
    else {
      rows[index] = row
      onRow?.(index, row, true)
    }
  })
  const failure = new AbortController()
  const stop = AbortSignal.any(signal ? [signal, failure.signal] : [failure.signal])
  const take = async (): Promise<void> => {
    while (!stop.aborted) {
      const index = waiting.shift()
      if (index === undefined) return
      const { key, job, rowOf } = tasks[index]
      const hooks = { signal: stop, onProgress: (event: Progress) => onProgress?.(index, event) }
      const outcome = await executor.run(key, job, hooks)
      if (outcome === null) return
      const row = rowOf(outcome)
      journal?.append(row)
      rows[index] = row
      onRow?.(index, row, false)
    }
  }
  const takers = Array.from({ length: Math.min(executor.slots, waiting.length) }, () =>
    take().catch((error) => {
      failure.abort()
      throw error
    }),
  )
  const ends = await Promise.allSettled(takers)
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return rows.filter((row) => row !== undefined)
}
