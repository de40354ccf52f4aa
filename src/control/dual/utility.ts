/** A concave gain U(X) of one wealth, its conjugate, and the mean of that over a lognormal price. */
import { bindRows, ownRows } from '../../formulas/bind.ts'
import type { DensityDual } from './compiled.ts'

/** Doublings of a step before a maximum counts as infinite, and halvings of the bracket around it. */
const MOST_DOUBLINGS = 60
const HALVINGS = 64
/** The trapezoidal rule over so many deviations to each side, in steps of one over so many points. */
const DEVIATIONS = 12
const COARSE = 10
const FINE = 100
/** ln y is looked for at so many places to each side, so far apart, then by golden sections. */
const REACHES = 10
const REACH = 3
const SECTIONS = 40
const GOLDEN = 0.5 * (Math.sqrt(5) - 1)

export class Utility {
  readonly #at: ReturnType<typeof bindRows<'wealth', 'value' | 'slope' | 'bend', 'dt'>>
  readonly #isLogarithm: boolean
  readonly #horizon: number
  readonly #dt: number
  readonly #wealth = new Float64Array(1)
  readonly #out = new Float64Array(3)

  constructor({ utility, isLogarithm }: DensityDual, horizon: number, dt: number) {
    this.#at = bindRows(utility)
    this.#isLogarithm = isLogarithm
    this.#horizon = horizon
    this.#dt = dt
  }

  /** U, U′, U″ at the wealth of state x. */
  at(x: number): { wealth: number; value: number; slope: number; bend: number } {
    const wealth = this.#isLogarithm ? Math.exp(x) : x
    const out = this.#out
    this.#wealth[0] = wealth
    const [value, slope, bend] = [0, 1, 2].map((k) => ownRows(out, 1, k))
    this.#at(1, this.#horizon, { dt: this.#dt, wealth: ownRows(this.#wealth), value, slope, bend })
    return { wealth, value: out[0], slope: out[1], bend: out[2] }
  }

  /** d ln U′ / dx: what the exposures of a good policy are multiplied by in ln U′(X_N). */
  aversion(x: number): number {
    const { wealth, slope, bend } = this.at(x)
    return ((this.#isLogarithm ? wealth : 1) * bend) / slope
  }

  /**
   * sup over X of U(X) − price·X, never too small: beyond a bracket where U′ passes the price it falls, and inside the tangent at
   * the bracket's end lies above it. ∞ where no bracket was found.
   */
  conjugate(price: number): number {
    let [low, high] = [0, 0]
    let step = 1
    for (let k = 0; this.at(low).slope < price; k++, step *= 2) {
      if (k === MOST_DOUBLINGS) return Number.POSITIVE_INFINITY
      ;[low, high] = [low - step, low]
    }
    step = 1
    for (let k = 0; this.at(high).slope > price; k++, step *= 2) {
      if (k === MOST_DOUBLINGS) return Number.POSITIVE_INFINITY
      ;[low, high] = [high, high + step]
    }
    for (let k = 0; k < HALVINGS && low < high; k++) {
      const middle = 0.5 * (low + high)
      if (middle === low || middle === high) break
      if (this.at(middle).slope >= price) low = middle
      else high = middle
    }
    const { wealth, value, slope } = this.at(low)
    return value - price * wealth + Math.max(0, slope - price) * (this.at(high).wealth - wealth)
  }
}

/**
 * The least bound over y: y and E[sup U(X) − yZX] + y·largest, ln Z normal with mean −½variance.
 * @param typical a state around whose U′ the search begins
 */
export function leastMean(
  utility: Utility,
  variance: number,
  largest: number,
  typical: number,
): { price: number; mean: number } {
  const centre = Math.log(utility.at(typical).slope)
  const bound = (logPrice: number, points: number) =>
    meanConjugate(utility, Math.exp(logPrice), variance, points) + Math.exp(logPrice) * largest
  let best = centre
  for (let k = -REACHES; k <= REACHES; k++) {
    if (bound(centre + k * REACH, COARSE) < bound(best, COARSE)) best = centre + k * REACH
  }
  let [low, high] = [best - REACH, best + REACH]
  for (let k = 0; k < SECTIONS; k++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
    if (bound(left, COARSE) < bound(right, COARSE)) high = right
    else low = left
  }
  const price = Math.exp(0.5 * (low + high))
  return { price, mean: bound(Math.log(price), FINE) }
}

function meanConjugate(utility: Utility, price: number, variance: number, points: number): number {
  const deviation = Math.sqrt(variance)
  let sum = 0
  for (let k = -DEVIATIONS * points; k <= DEVIATIONS * points; k++) {
    const g = k / points
    const weight = Math.exp(-0.5 * g * g) / (points * Math.sqrt(2 * Math.PI))
    sum += weight * utility.conjugate(price * Math.exp(deviation * g - 0.5 * variance))
  }
  return sum
}
