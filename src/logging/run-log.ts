/**
 * A run as lines of JSON in a file, by pino, from the main thread: one at the start, one for each iteration, one at
 * the end. Lines are appended, and `run` tells runs apart.
 */
import pino from 'pino'
import type { History, Progress, Solution } from '../solution/solution.ts'
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

export class RunLog {
  readonly #file: LineFile
  readonly #logger: pino.Logger
  #latest: Extract<Progress, { stage: 'train' }> | null = null

  constructor(file: LineFile, description: RunDescription) {
    this.#file = file
    const base = { run: `${new Date().toISOString()}-${process.pid}` }
    this.#logger = pino({ base, timestamp: pino.stdTimeFunctions.isoTime }, file)
    this.#logger.info({ event: 'start', ...description })
    file.flush()
  }

  /** Takes note of the newest iteration, for a run that fails. */
  progress(event: Progress): void {
    if (event.stage === 'train') this.#latest = event
  }

  finish(solution: Solution): void {
    this.#iterations(solution.history)
    const { history, gradient, ...result } = solution
    this.#logger.info({ event: 'end', ...result })
  }

  fail(error: unknown): void {
    if (this.#latest) {
      const { stage, iterations, ...record } = this.#latest
      this.#logger.info({ event: 'iteration', ...record })
    }
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    this.#logger.error({ event: 'failed', error: name, message })
  }

  close(): void {
    this.#file.close()
  }

  #iterations({ loss, estimate, rate, elapsedMs }: History): void {
    for (let k = 0; k < loss.length; k++) {
      this.#logger.info({
        event: 'iteration',
        iteration: k + 1,
        loss: loss[k],
        estimate: estimate[k],
        rate: rate[k],
        elapsedMs: elapsedMs[k],
      })
    }
  }
}
