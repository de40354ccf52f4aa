/** What every command of many runs has in common: who runs them, how they are followed, and how they are stopped. */
import { hostname } from 'node:os'
import { UserError } from '../errors/errors.ts'
import type { KernelName } from '../kernels/interface.ts'
import { digestOf } from '../runs/canonical.ts'
import type { Journal, Row } from '../runs/journal.ts'
import { runsAtOnce } from '../runs/local.ts'
import { type Executor, runMany, type Task } from '../runs/run-many.ts'
import type { StopSignal } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { createManyView } from './many-progress.ts'
import { say } from './print.ts'
import { terminalOf } from './terminal.ts'

export interface ManyFlags {
  workers?: number
  /** Megabytes, of all runs together. */
  memory?: number
  atOnce?: number
  quiet?: boolean
  kernel?: KernelName
  /** Address of a queue; true takes that of the environment. */
  queue?: string | true
  queuePrefix?: string
  /** Name of the run in the queue. */
  run?: string
}

export interface ManyRuns<R extends Row> {
  /** `sweep hjb-lq` */
  what: string
  /** What will be done, said before the first run. */
  plan?: string
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
  { what, plan, tasks, labels, lineOf, journal, isTimed = false, onRow }: ManyRuns<R>,
  flags: ManyFlags,
): Promise<{ rows: R[]; received: StopSignal | null }> {
  const view = createManyView(terminalOf(process.stderr), labels, flags.quiet ?? false)
  const note = (text: string) => view.note(text)
  const executor = await (flags.queue === undefined
    ? openLocal(flags, tasks.length, isTimed)
    : openQueue(what, tasks, flags, note))
  if (plan !== undefined && !flags.quiet) say(`${plan}\n`)
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

async function openLocal(
  { workers, memory, atOnce, queuePrefix, run }: ManyFlags,
  runs: number,
  isTimed: boolean,
): Promise<Executor> {
  if (run !== undefined || queuePrefix !== undefined) {
    throw new UserError(
      `${run === undefined ? '--queue-prefix' : '--run'} is for a queue. Add --queue, or leave it out.`,
    )
  }
  const { localExecutor } = await import('../runs/local.ts')
  return localExecutor(runs, {
    workers,
    memoryLimit: memory === undefined ? undefined : memory * 2 ** 20,
    atOnce: atOnce ?? (isTimed ? 1 : runsAtOnce(runs, workers)),
    isTimed,
  })
}

async function openQueue(
  what: string,
  tasks: readonly { key: string }[],
  flags: ManyFlags,
  onNote: (text: string) => void,
): Promise<Executor> {
  if (flags.atOnce !== undefined) {
    throw new UserError('--at-once is of workers, where there is a queue. Leave it out.')
  }
  const { queueExecutor } = await import('../queue/executor.ts')
  const name = nameOf(what, tasks)
  return queueExecutor({ ...(await queueSettings(what, name, tasks.length, flags)), onNote })
}

/** @param name of the run unless another is given. @throws UserError for a name or an address that is none */
export async function queueSettings(
  what: string,
  name: string,
  runs: number,
  { queue, queuePrefix, run = name, kernel }: Pick<ManyFlags, 'queue' | 'queuePrefix' | 'run' | 'kernel'>,
) {
  const [{ queueAddress }, { RUN_NAME }] = await Promise.all([
    import('../queue/address.ts'),
    import('../queue/names.ts'),
  ])
  if (!RUN_NAME.test(run)) {
    throw new UserError(
      `--run takes letters, digits, '.', '-' and '_', at most 80 of them. Use --run tonight.`,
    )
  }
  const about = { what, runs, host: hostname(), pid: process.pid, since: new Date().toISOString() }
  const address = queueAddress(queue === true ? undefined : queue, process.env, queuePrefix)
  return { address, run, about, kernel }
}

/** The same runs have the same name, so that the same command goes on with them. */
export function nameOf(what: string, tasks: readonly { key: string }[]): string {
  const digest = digestOf(tasks.map(({ key }) => key).join()).slice(0, 10)
  return `${what.replaceAll(/[^\w.-]+/g, '-').slice(0, 60)}-${digest}`
}
