/**
 * A run as lines of JSON in a file, by pino, from the main thread: one at the start, one for each iteration, one at
 * the end. Lines are appended, and `run` tells runs apart. Written through to the file as they come, so that
 * nothing is lost however the process ends.
 */
import { closeSync, openSync } from 'node:fs'
import pino from 'pino'
import { UserError } from '../errors.ts'
import type { History, Progress, Solution } from '../solution/solution.ts'

export interface RunDescription {
  problem: string
  version: string
  /** What the person chose, beside the problem. */
  choices: object
}

/** Bytes that are collected before they are written. */
const BUFFER_BYTES = 16_384

/**
 * Opens the log before any work starts.
 * @throws UserError where the file cannot be written.
 */
export function openRunLog(path: string, description: RunDescription): RunLog {
  let descriptor: number
  try {
    descriptor = openSync(path, 'a')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(
      `--log: '${path}' cannot be written (${code}). Give a file in a folder that you may write to.`,
    )
  }
  return new RunLog(descriptor, description)
}

export class RunLog {
  readonly #descriptor: number
  readonly #destination: ReturnType<typeof pino.destination>
  readonly #logger: pino.Logger
  #latest: Extract<Progress, { stage: 'train' }> | null = null
  #isBroken = false

  constructor(descriptor: number, description: RunDescription) {
    this.#descriptor = descriptor
    this.#destination = pino.destination({ fd: descriptor, sync: true, minLength: BUFFER_BYTES })
    this.#destination.on('error', (error: NodeJS.ErrnoException) => this.#giveUp(error))
    const base = { run: `${new Date().toISOString()}-${process.pid}` }
    this.#logger = pino({ base, timestamp: pino.stdTimeFunctions.isoTime }, this.#destination)
    this.#logger.info({ event: 'start', ...description })
    this.#flush()
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
    this.#flush()
    this.#destination.removeAllListeners()
    closeSync(this.#descriptor)
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

  #flush(): void {
    if (this.#isBroken) return
    try {
      this.#destination.flushSync()
    } catch (error) {
      this.#giveUp(error as NodeJS.ErrnoException)
    }
  }

  /** A full disk ends the log, not the run. */
  #giveUp({ code }: NodeJS.ErrnoException): void {
    if (this.#isBroken) return
    this.#isBroken = true
    process.stderr.write(`deepbsde: the log ends here: it cannot be written any more (${code}).\n`)
  }
}
