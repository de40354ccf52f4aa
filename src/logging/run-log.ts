/**
 * A run as lines of JSON in a file, by pino, from the main thread: one at the start, one for each iteration, one at
 * the end. Lines are appended, and `run` tells runs apart.
 */
import pino from 'pino'
import type { History, IterationRecord, Solution } from '../solution/solution.ts'
import { LineFile } from './line-file.ts'

export interface RunDescription {
  problem: string
  version: string
  /** What the person chose, beside the problem. */
  choices: object
}

/**
 * Opens the log before any work starts.
 * @throws UserError where the file cannot be written.
 */
export function openRunLog(path: string, description: RunDescription): RunLog {
  return new RunLog(LineFile.open(path), description)
}

class RunLog {
  readonly #file: LineFile
  readonly #logger: pino.Logger
  #hasIterations = false

  constructor(file: LineFile, description: RunDescription) {
    this.#file = file
    const base = { run: `${new Date().toISOString()}-${process.pid}` }
    this.#logger = pino({ base, timestamp: pino.stdTimeFunctions.isoTime }, file)
    this.#logger.info({ event: 'start', ...description })
    file.flush()
  }

  /** Iterations that ended just now: in the file when this returns, so that it can be followed. */
  iterations(records: IterationRecord[]): void {
    this.#hasIterations = true
    for (const record of records) this.#logger.info({ event: 'iteration', ...record })
    this.#file.flush()
  }

  finish(solution: Solution): void {
    // A method that does not tell of its iterations as they end has them in its history.
    if (!this.#hasIterations) this.iterations(recordsOf(solution.history))
    const { history, gradient, ...result } = solution
    this.#logger.info({ event: 'end', ...result })
    this.#file.flush()
  }

  fail(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    this.#logger.error({ event: 'failed', error: name, message })
  }

  /** Whether lines are missing at its end. */
  get isBroken(): boolean {
    return this.#file.isBroken
  }

  close(): void {
    this.#file.close()
  }
}

function recordsOf({ loss, estimate, rate, elapsedMs }: History): IterationRecord[] {
  return loss.map((_, k) => ({
    iteration: k + 1,
    loss: loss[k],
    estimate: estimate[k],
    rate: rate[k],
    elapsedMs: elapsedMs[k],
  }))
}
