/** What every command of many runs has in common: who runs them, how they are followed, and how they are stopped. */
import type { Journal, Row } from '../runs/journal.ts'
import { runsAtOnce } from '../runs/local.ts'
import { type Executor, runMany, type Task } from '../runs/run-many.ts'
import type { StopSignal } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { createManyView } from './many-progress.ts'
import { terminalOf } from './terminal.ts'

export interface ManyFlags {
  workers?: number
  /** Megabytes, of all runs together. */
  memory?: number
  atOnce?: number
  quiet?: boolean
}

export interface ManyRuns<R extends Row> {
  tasks: readonly Task<R>[]
  /** Of each task, in front of its progress. */
  labels: readonly string[]
  /** A row in one line, without its number. */
  lineOf(row: R, index: number): string
  journal?: Journal<R> | null
  /** A table with times in it runs one at a time. */
  isTimed?: boolean
  onRow?(row: R, index: number): void
}

/** @returns the rows that were done, in the order of the tasks, and the signal that ended it */
export async function runManyShown<R extends Row>(
  { tasks, labels, lineOf, journal, isTimed = false, onRow }: ManyRuns<R>,
  flags: ManyFlags,
): Promise<{ rows: R[]; received: StopSignal | null }> {
  const executor = await openExecutor(flags, tasks.length, isTimed)
  const view = createManyView(terminalOf(process.stderr), labels, flags.quiet ?? false)
  const interruption = new Interruption(() => view.note('stopping; once more ends at once'))
  try {
    const rows = await runMany(tasks, executor, {
      journal,
      signal: interruption.signal,
      onProgress: (index, event) => view.show(index, event),
      onRow: (index, row, isKnown) => {
        view.done(index, lineOf(row, index), isKnown)
        onRow?.(row, index)
      },
    })
    return { rows, received: interruption.received }
  } finally {
    view.close()
    await executor.close()
    interruption.close()
  }
}

async function openExecutor(
  { workers, memory, atOnce }: ManyFlags,
  runs: number,
  isTimed: boolean,
): Promise<Executor> {
  const { localExecutor } = await import('../runs/local.ts')
  return localExecutor(runs, {
    workers,
    memoryLimit: memory === undefined ? undefined : memory * 2 ** 20,
    atOnce: atOnce ?? (isTimed ? 1 : runsAtOnce(runs, workers)),
  })
}
