/** Tells the main thread's callback of every iteration that was recorded, whenever it is asked to look. */

import { HISTORY, HISTORY_COLUMNS } from '../fields/state.ts'
import type { IterationRecord } from '../solution/solution.ts'

export class IterationReporter {
  readonly #doubles: Float64Array
  readonly #history: number
  readonly #tell: ((records: IterationRecord[]) => void) | undefined
  /** When the last iteration that was told of ended. */
  #toldUntil = Number.NEGATIVE_INFINITY

  /**
   * @param doubles the run's memory, read only
   * @param history where its history lies, [iterations][HISTORY_COLUMNS]
   */
  constructor(
    doubles: Float64Array,
    history: number,
    tell: ((records: IterationRecord[]) => void) | undefined,
  ) {
    this.#doubles = doubles
    this.#history = history
    this.#tell = tell
  }

  /**
   * Tells of the iterations that ended since the last call. Time tells which, not their number: a run that went wrong
   * goes back and does some of them again, and those are told of again.
   * @param done iterations that stand in the history
   */
  report(done: number): void {
    if (this.#tell === undefined) return
    let first = done
    while (first > 0 && this.#word(first - 1, HISTORY.elapsedMs) > this.#toldUntil) first--
    if (first === done) return
    this.#toldUntil = this.#word(done - 1, HISTORY.elapsedMs)
    this.#tell(Array.from({ length: done - first }, (_, k) => this.#record(first + k)))
  }

  #record(index: number): IterationRecord {
    return {
      iteration: index + 1,
      loss: this.#word(index, HISTORY.loss),
      estimate: this.#word(index, HISTORY.estimate),
      rate: this.#word(index, HISTORY.rate),
      elapsedMs: this.#word(index, HISTORY.elapsedMs),
    }
  }

  #word(row: number, column: number): number {
    return this.#doubles[this.#history + row * HISTORY_COLUMNS + column]
  }
}
