/**
 * What u along paths is fitted by: 1, the value Ŷ carried along the path, g and g² of its state, and hats over the standardised state
 * in one dimension, over g in more: plateaus and fronts of a bistable driver are no parabola in g. Values are measured from `origin` in
 * `unit`, and a fit is cut off at the range that u lies in.
 */
import { evaluateFit } from '../statistics/value-fit.ts'

/** Knots of the hats, from −LAST to LAST; the first hat follows from the others and the constant. */
const KNOTS = 16
const LAST = 4.5
const BEFORE_HATS = 4

/** More steps than this would make their sums a burden. */
const MOST_STEPS_WITH_HATS = 1000

/** How many features the fits of a run have. */
export function valueFeatures(steps: number): number {
  return steps <= MOST_STEPS_WITH_HATS ? BEFORE_HATS + KNOTS - 1 : BEFORE_HATS
}

/** Indices of float64 words with what values are measured from, and in. */
export interface ValueUnits {
  origin: number
  unit: number
}

export class ValueFeatures {
  /** Of the path that was written last. */
  readonly row: Float64Array
  readonly #isOfState: boolean
  readonly #doubles: Float64Array
  readonly #units: ValueUnits

  constructor(count: number, dim: number, doubles: Float64Array, units: ValueUnits) {
    this.row = new Float64Array(count)
    this.#isOfState = dim === 1
    this.#doubles = doubles
    this.#units = units
  }

  get origin(): number {
    return this.#doubles[this.#units.origin]
  }

  get unit(): number {
    return this.#doubles[this.#units.unit]
  }

  scaled(value: number): number {
    return (value - this.origin) / this.unit
  }

  /** Writes the features of one path, x the first component of its standardised state. */
  write(y: number, g: number, x: number): void {
    const { row } = this
    const terminal = this.scaled(g)
    row[0] = 1
    row[1] = this.scaled(y)
    row[2] = terminal
    row[3] = terminal * terminal
    if (row.length > BEFORE_HATS) this.#writeHats(this.#isOfState ? x : terminal)
  }

  areFinite(): boolean {
    const { row } = this
    for (let k = 0; k < row.length; k++) if (!Number.isFinite(row[k])) return false
    return true
  }

  /** The fit at the features written, with coefficients and range in float64 words from there on. */
  evaluate(coefficients: number, range: number): number {
    return this.within(range, this.origin + this.unit * evaluateFit(this.#doubles, coefficients, this.row))
  }

  /** The value, cut off at the ends of a range in float64 words from there on. */
  within(range: number, value: number): number {
    return Math.max(this.#doubles[range], Math.min(this.#doubles[range + 1], value))
  }

  #writeHats(x: number): void {
    const { row } = this
    row.fill(0, BEFORE_HATS)
    const place = ((Math.max(-LAST, Math.min(LAST, x)) + LAST) * (KNOTS - 1)) / (2 * LAST)
    const knot = Math.min(KNOTS - 2, Math.floor(place))
    if (knot > 0) row[BEFORE_HATS + knot - 1] = knot + 1 - place
    row[BEFORE_HATS + knot] = place - knot
  }
}
