/** Notices from the main thread that a team has stopped moving: one of its workers hangs, the others wait for it for ever. */
import { SIGNAL } from './signals.ts'

/** No piece of work takes this long. */
export const DEFAULT_WATCHDOG_MS = 600_000
/** The most that one look counts for: a machine that slept has not been stuck. */
const MOST_COUNTED_MS = 1000

/** A worker did not come to the barrier. */
export class WorkerHungError extends Error {
  override name = 'WorkerHungError'
}

export class Watchdog {
  readonly #signals: Int32Array
  readonly #workers: number
  readonly #limitMs: number
  readonly #stage: string
  #seen = ''
  #stuckMs = 0
  #lookedAt = performance.now()

  constructor(signals: Int32Array, workers: number, limitMs: number, stage: string) {
    this.#signals = signals
    this.#workers = workers
    this.#limitMs = limitMs
    this.#stage = stage
  }

  /** @returns an error once nothing has moved for the limit: no barrier passed, no work claimed, no progress reported */
  look(): WorkerHungError | null {
    const now = performance.now()
    const passed = Math.min(MOST_COUNTED_MS, now - this.#lookedAt)
    this.#lookedAt = now
    const { generation, claim, progress, arrived } = SIGNAL
    const seen = [generation, claim, progress].map((word) => Atomics.load(this.#signals, word)).join(' ')
    this.#stuckMs = seen === this.#seen ? this.#stuckMs + passed : 0
    this.#seen = seen
    if (this.#stuckMs < this.#limitMs) return null
    const missing = this.#workers - Atomics.load(this.#signals, arrived)
    return new WorkerHungError(
      `${missing} of ${this.#workers} workers hung: not at the barrier for ${Math.round(this.#limitMs / 1000)} s in stage '${this.#stage}', progress ${Atomics.load(this.#signals, progress)}`,
    )
  }
}
