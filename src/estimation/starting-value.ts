/** Y₀, which paths start from and the driver is linearised around: from training's estimates to where fresh paths say that the equation holds. */
import { HISTORY, HISTORY_COLUMNS, STATE } from '../fields/state.ts'
import type { Views } from '../memory/views.ts'
import { outliers } from '../statistics/outliers.ts'
import { welford } from '../statistics/welford.ts'
import { COLUMN, COLUMNS, type EstimatePlan, RESULT, resultOf } from './plan.ts'
import { ValueSearch } from './value-search.ts'

/** Steps of the search for Y₀; it has ended where one is this many standard errors of its paths or less. */
const MOST_ROUNDS = 8
const SETTLED = 4

export class StartingValue {
  /** Standard error that all paths will have, as those tell that were seen so far; known to the first worker. */
  expectedError = 0
  readonly #doubles: Float64Array
  readonly #plan: EstimatePlan
  readonly #result: Float64Array

  constructor({ doubles }: Views, plan: EstimatePlan) {
    this.#doubles = doubles
    this.#plan = plan
    this.#result = resultOf(doubles, plan)
  }

  get value(): number {
    return this.#result[RESULT.y0]
  }

  /** For one worker alone. */
  begin(): void {
    this.#result[RESULT.y0] = this.#trained()
  }

  /** Every worker of the team runs this. @param follow leaves what so many paths from Y₀ estimate */
  search(
    team: { rank: number; shouldStop(isEnough: boolean): boolean },
    follow: (paths: number) => void,
  ): void {
    const paths = Math.min(this.#plan.settlingPaths, this.#plan.options.paths)
    const search = new ValueSearch()
    let isSettled = false
    for (let round = 1; !team.shouldStop(isSettled || round > MOST_ROUNDS); round++) {
      follow(paths)
      if (team.rank === 0) isSettled = this.#settleByPaths(paths, search)
    }
  }

  /** Moves Y₀, so that the linearisation is around the right value. @param deviation of paths from there */
  settle(value: number, deviation: number): void {
    const { training, options, elsewhere } = this.#plan
    const isFree = elsewhere !== undefined || training.initialValue === 'residual'
    if (isFree && Number.isFinite(value)) this.#result[RESULT.y0] = value
    this.expectedError = deviation / Math.sqrt(options.paths)
  }

  /** Mean of the last tenth of the training's estimates. */
  #trained(): number {
    const doubles = this.#doubles
    const { history, state, initialValue } = this.#plan.training
    const iterations = doubles[state + STATE.iteration]
    if (initialValue === 'parameter' || iterations === 0) return doubles[state + STATE.y0]
    const last = Math.max(1, Math.floor(iterations / 10))
    let sum = 0
    for (let k = iterations - last; k < iterations; k++) {
      sum += doubles[history + k * HISTORY_COLUMNS + HISTORY.estimate]
    }
    return sum / last
  }

  /**
   * From the paths of a round without those that ran away.
   *
   * @returns whether Y₀ moved by no more than its noise
   */
  #settleByPaths(paths: number, search: ValueSearch): boolean {
    const values = this.#column(COLUMN.value, paths)
    const lost = outliers(values)
    const moments = Float64Array.of(0, 0)
    const kept = values.filter((_, path) => !lost[path])
    kept.forEach((value, k) => {
      welford(moments, 0, value, k + 1)
    })
    const deviation = Math.sqrt(moments[1] / (paths - 1))
    // Where the driver is no number at what Y₀ began with, as at 0 under a logarithm, nothing is left of the paths but g.
    if (kept.length === 0 || !Number.isFinite(moments[0])) {
      this.settle(this.#guess(paths), deviation)
      return false
    }
    const residual = moments[0] - this.value
    this.settle(search.next(this.value, residual), deviation)
    return !(Math.abs(residual) > (SETTLED * deviation) / Math.sqrt(paths))
  }

  /** The mean of g, or, where that is no number or has been tried, what is known nearby. */
  #guess(paths: number): number {
    const mean = this.#column(COLUMN.terminal, paths).reduce((sum, value) => sum + value / paths, 0)
    const isNew = Number.isFinite(mean) && mean !== this.value
    return isNew ? mean : (this.#plan.elsewhere?.near ?? Number.NaN)
  }

  #column(column: number, paths: number): Float64Array {
    const first = this.#plan.values + column
    return Float64Array.from({ length: paths }, (_, path) => this.#doubles[first + path * COLUMNS])
  }
}
