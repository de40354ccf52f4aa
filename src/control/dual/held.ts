/**
 * The least cost of controls that are held to a set, from below. For a cost J that is convex in the controls,
 *
 *     J(u) ≥ J(ū) + r·(u − ū),   r = ∇J(ū),
 *
 * so that the least value of the right-hand side over the set is a bound for any ū, in the set or not; it is met where ū is the
 * best. ū goes there by projected gradients with momentum and restarts (Beck, Teboulle 2009; O'Donoghue, Candès 2015).
 */
import { leastLinear, project, type SimpleSet } from './simple-set.ts'

const MOST_MOVES = 200
/** Distance between cost and bound, as a share of the cost, at which the search ends. */
const CLOSE = 1e-6
/** Power iterations for the largest curvature, and by how much the step is kept shorter. */
const POWERS = 8
const CAUTION = 1.3

/** J at the controls, all steps in one vector; its slope is written. */
export type CostAndSlope = (controls: Float64Array, slope: Float64Array) => number

export class HeldControls {
  readonly #set: SimpleSet
  /** Components of one control; the vector is a row of such blocks. */
  readonly #block: number
  readonly #ahead: Float64Array
  readonly #last: Float64Array
  readonly #next: Float64Array
  readonly #slope: Float64Array

  constructor(set: SimpleSet, length: number, block: number) {
    this.#set = set
    this.#block = block
    this.#ahead = new Float64Array(length)
    this.#last = new Float64Array(length)
    this.#next = new Float64Array(length)
    this.#slope = new Float64Array(length)
  }

  lowerBound(cost: CostAndSlope): number {
    const [ahead, last, next, slope] = [this.#ahead, this.#last, this.#next, this.#slope]
    this.#projectAll(last.fill(0))
    const step = this.#stepFrom(last, cost)
    ahead.set(last)
    let best = Number.NEGATIVE_INFINITY
    let momentum = 1
    for (let move = 0; move < MOST_MOVES; move++) {
      const here = cost(ahead, slope)
      const excess = this.#excess()
      best = Math.max(best, here - excess)
      if (!(excess > CLOSE * Math.abs(here))) break
      for (let k = 0; k < next.length; k++) next[k] = ahead[k] - step * slope[k]
      this.#projectAll(next)
      let turn = 0
      for (let k = 0; k < next.length; k++) turn += (ahead[k] - next[k]) * (next[k] - last[k])
      const after = turn > 0 ? 1 : 0.5 * (1 + Math.sqrt(1 + 4 * momentum * momentum))
      const share = turn > 0 ? 0 : (momentum - 1) / after
      for (let k = 0; k < next.length; k++) ahead[k] = next[k] + share * (next[k] - last[k])
      last.set(next)
      momentum = after
    }
    return best
  }

  /** r·ū less its least value over the set. */
  #excess(): number {
    let sum = 0
    for (let at = 0; at < this.#slope.length; at += this.#block) {
      for (let j = at; j < at + this.#block; j++) sum += this.#slope[j] * this.#ahead[j]
      sum -= leastLinear(this.#set, this.#slope, at, this.#block)
    }
    return sum
  }

  #projectAll(controls: Float64Array): void {
    for (let at = 0; at < controls.length; at += this.#block) project(this.#set, controls, at, this.#block)
  }

  /** One over the largest curvature around `from`, by power iteration on differences of the slope. */
  #stepFrom(from: Float64Array, cost: CostAndSlope): number {
    const [moved, direction] = [this.#ahead, this.#next]
    cost(from, this.#slope)
    const base = this.#slope.slice()
    for (let k = 0; k < direction.length; k++) direction[k] = k % 2 === 0 ? 1 : 0.5
    let curvature = 0
    for (let power = 0; power < POWERS; power++) {
      const length = Math.hypot(...direction)
      if (length === 0) break
      for (let k = 0; k < moved.length; k++) moved[k] = from[k] + direction[k] / length
      cost(moved, this.#slope)
      for (let k = 0; k < direction.length; k++) direction[k] = this.#slope[k] - base[k]
      curvature = Math.hypot(...direction)
    }
    return curvature > 0 ? 1 / (CAUTION * curvature) : 1
  }
}
