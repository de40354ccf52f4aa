/** What bounds add up over their rounds, in path order. */
import { ROUND_PATHS } from '../estimation/plan.ts'
import { welford } from '../statistics/welford.ts'
import { type BoundsPlan, COLUMN, COLUMNS, RESULT } from './plan.ts'

/** Paths of the round that begins with path `first`. */
export function boundsRoundAt({ paths }: BoundsPlan, first: number): number {
  return Math.min(ROUND_PATHS, paths - first)
}

/** The sums in the memory; whoever writes them is one alone. */
export class BoundsSums {
  readonly #doubles: Float64Array
  readonly #plan: BoundsPlan

  constructor(doubles: Float64Array, plan: BoundsPlan) {
    this.#doubles = doubles
    this.#plan = plan
  }

  /** Adds a round's values to the running means and sums of squares (Welford). */
  add(paths: number): void {
    const doubles = this.#doubles
    const result = this.#plan.result
    const { weights, values, structure } = this.#plan
    const firstWeight = weights + doubles[result + RESULT.count]
    for (let p = 0; p < paths; p++) {
      const row = values + p * COLUMNS
      if (structure.dual.kind === 'exponential') doubles[firstWeight + p] = doubles[row + COLUMN.dual]
      const count = ++doubles[result + RESULT.count]
      welford(doubles, result + RESULT.linear, doubles[row + COLUMN.linear], count)
      welford(doubles, result + RESULT.dual, doubles[row + COLUMN.dual], count)
    }
  }
}
