/**
 * Many runs on this machine: side by side, each on its share of the threads and of the memory. A run that its share of memory
 * is too small for waits until it has the machine for itself.
 */
import { availableParallelism } from 'node:os'
import { UserError } from '../errors/errors.ts'
import { Threads } from '../executor/threads.ts'
import { defaultMemoryLimit, machineBytes } from '../memory/limit.ts'
import { type JobMachine, type RunHooks, type RunJob, solveJob } from './job.ts'
import type { Row } from './journal.ts'
import type { Outcome } from './outcome.ts'
import { type Executor, type RunManyOptions, runMany, type Task } from './run-many.ts'
import { Trainings } from './trainings.ts'

export interface LocalOptions {
  /** Threads of all runs together; as many as cores unless given. */
  workers?: number
  /** Bytes of all runs together. */
  memoryLimit?: number
  /** Runs side by side; see `runsAtOnce` unless given. */
  atOnce?: number
  watchdogMs?: number
  /** Each run begins with threads of its own, so that its time does not depend on what ran before. */
  isTimed?: boolean
}

/**
 * Formulas are compiled on the main thread, 2 to 4 % of a small run: that of sixteen keeps it half busy (docs/sweeps.md has the
 * measurement).
 */
const MOST_AT_ONCE = 16

/** Side by side, one thread each: a run by itself shares no barrier with anybody. */
export function runsAtOnce(runs: number, threads = availableParallelism()): number {
  return Math.max(1, Math.min(runs, threads, MOST_AT_ONCE))
}

export function localExecutor(runs: number, options: LocalOptions = {}): Executor {
  const { workers = availableParallelism(), watchdogMs, isTimed = false } = options
  const slots = Math.max(1, options.atOnce ?? runsAtOnce(runs, workers))
  if (!Number.isInteger(slots)) {
    throw new UserError(`runs at once must be an integer ≥ 1, got ${slots}. Use --at-once 2.`)
  }
  const part = Math.max(1, Math.floor(workers / slots))
  const limit = options.memoryLimit
  const threads = isTimed ? undefined : new Threads()
  const trainings = new Trainings()
  const all: JobMachine = { workers, memoryLimit: limit, watchdogMs, threads, trainings }
  const share: JobMachine = {
    workers: part,
    memoryLimit: limit === undefined ? defaultMemoryLimit(part, machineBytes() / slots) : limit / slots,
    watchdogMs,
    threads,
    trainings,
  }
  const alone = new Turns()
  return {
    slots,
    run: (_, job, hooks) => runShared(job, hooks, slots === 1 ? all : share, all, alone),
    close: async () => threads?.close(),
  }
}

/** `runMany` on this machine alone. */
export async function runManyHere<R extends Row>(
  tasks: readonly Task<R>[],
  machine: LocalOptions,
  options: RunManyOptions<R>,
): Promise<R[]> {
  const executor = localExecutor(tasks.length, machine)
  try {
    return await runMany(tasks, executor, options)
  } finally {
    await executor.close()
  }
}

async function runShared(
  job: RunJob,
  hooks: RunHooks,
  share: JobMachine,
  all: JobMachine,
  turns: Turns,
): Promise<Outcome | null> {
  const outcome = await turns.together(() => solveJob(job, share, hooks))
  const isTooLarge = outcome?.kind === 'refused' && outcome.isMemory === true && share !== all
  return isTooLarge ? turns.alone(() => solveJob(job, all, hooks)) : outcome
}

/** Many may work together, or one alone. */
class Turns {
  #together = 0
  #alone: Promise<unknown> = Promise.resolve()
  #onQuiet: (() => void) | null = null

  async together<T>(work: () => Promise<T>): Promise<T> {
    // Whoever waited for its turn alone goes first.
    let before: Promise<unknown> | null = null
    while (before !== this.#alone) {
      before = this.#alone
      await before
    }
    this.#together++
    try {
      return await work()
    } finally {
      this.#together--
      if (this.#together === 0) this.#onQuiet?.()
    }
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#alone.then(async () => {
      if (this.#together > 0) {
        await new Promise<void>((resolve) => {
          this.#onQuiet = resolve
        })
        this.#onQuiet = null
      }
      return work()
    })
    this.#alone = turn.catch(() => {})
    return turn
  }
}
