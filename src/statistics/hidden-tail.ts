/**
 * What the mean of a sample lacks of values too rare to be in it. Where its K largest of n values exceed their threshold t by a
 * generalised Pareto law of shape k and scale σ, those beyond the largest of all, m, have the share of the mean
 *
 *     (K/n) ∫ₘᵇ (1 + k(v − t)/σ)^(−1/k) dv,
 *
 * b a bound on values. The standard error of the mean contains it while k is well below ½; beyond, a sample that has not met its
 * largest values looks calm, and says nothing of them.
 */
import { fitTail } from './tail-index.ts'

/** Largest values of either sign that are kept. */
const KEPT = 96
/** Words of `Extremes`. */
export const EXTREMES_WORDS = 2 * KEPT
/** Largest values that are looked at, as a share of all. */
const MOST_SHARE = 0.2
/** The law is read from this many times the number of equal values that would have the same sum and sum of squares, and from no fewer. */
const RULING = 2
const FEWEST = 16
/** Beyond this shape the mean is infinite without a bound. */
const STEEPEST = 0.95

/** The largest values of either sign from an index on: two lists that ascend. */
export class Extremes {
  readonly #upper: Float64Array
  readonly #lower: Float64Array

  constructor(doubles: Float64Array, at: number) {
    const words = doubles.subarray(at)
    this.#upper = words.subarray(0, KEPT)
    this.#lower = words.subarray(KEPT, 2 * KEPT)
  }

  forget(): void {
    this.#upper.fill(Number.NEGATIVE_INFINITY)
    this.#lower.fill(Number.NEGATIVE_INFINITY)
  }

  add(value: number): void {
    insert(this.#upper, value)
    insert(this.#lower, -value)
  }

  /** Adds another sample's, less `centre`: its own may be around any value. */
  take({ upper, lower }: { upper: Float64Array; lower: Float64Array }, centre: number): void {
    for (const value of upper) insert(this.#upper, value - centre)
    for (const value of lower) insert(this.#lower, value + centre)
  }

  get lists(): { upper: Float64Array; lower: Float64Array } {
    return { upper: this.#upper, lower: this.#lower }
  }

  /**
   * What the mean of the `count` values that were added may lack, of whichever sign has more; no value is beyond ±`bound`.
   *
   * @param steeper samples that are calm by luck make the shape look lighter: it is taken so many of its standard errors steeper
   */
  hidden(count: number, steeper: number, bound = Number.POSITIVE_INFINITY): number {
    const [above, below] = [this.#upper, this.#lower].map((largest) =>
      hiddenBehind(largest, count, steeper, bound),
    )
    return Math.max(above, below)
  }
}

/** Puts a value among the largest, in the place of the least of them. */
export function insert(ascending: Float64Array, value: number): void {
  if (!(value > ascending[0])) return
  let k = 1
  for (; k < ascending.length && ascending[k] < value; k++) ascending[k - 1] = ascending[k]
  ascending[k - 1] = value
}

/** @param largest ascending, the lowest of those used the threshold of the fit */
function hiddenBehind(largest: Float64Array, count: number, steeper: number, bound: number): number {
  const used = largest.subarray(-Math.min(Math.ceil(MOST_SHARE * count), ruling(largest)))
  const most = used[used.length - 1]
  const threshold = used[0]
  const { shape, scale } = fitTail(used.subarray(1).map((value) => value - threshold))
  if (!(shape > 0 && scale > 0 && most > 0 && most < Number.POSITIVE_INFINITY)) return 0
  const steep = shape + (steeper * (1 + shape)) / Math.sqrt(used.length - 1)
  const k = bound === Number.POSITIVE_INFINITY ? Math.min(STEEPEST, steep) : steep
  const power = 1 - 1 / k
  const tail = (value: number) => -scale * integral(1 + (k * (value - threshold)) / scale, power, k)
  const beyond = bound === Number.POSITIVE_INFINITY ? 0 : tail(Math.max(most, bound))
  return ((used.length - 1) / count) * (tail(most) - beyond)
}

/** How many of the largest values the tail's law is read from: small ones that hardly count would make it look wider than it is. */
function ruling(largest: Float64Array): number {
  let [sum, squares] = [0, 0]
  for (const value of largest) {
    if (!(value > 0)) continue
    sum += value
    squares += value * value
  }
  return Math.max(FEWEST, Math.min(KEPT, Math.ceil((RULING * sum * sum) / squares)))
}

/** ∫ s^(−1/k) ds / k up to s, from ∞ where that is finite. */
function integral(s: number, power: number, k: number): number {
  return Math.abs(power) < 1e-9 ? Math.log(s) / k : s ** power / (power * k)
}
