/** Bermudan values of a Gaussian state in one dimension, by integration on a grid: what answers are compared with, never part of one. */

export interface GaussianStopping {
  start: number
  /** Between two dates y becomes a·y + b + s·ξ, ξ standard normal. */
  a: number
  b: number
  s: number
  /** Of what is paid one date later; and what is paid for going on to the next date. */
  discount: number
  running?: number
  dates: number
  payoff: (y: number) => number
  stopsAtOnce?: boolean
}

/** Nodes in one deviation of a step, and deviations that grid and rule reach to. */
const NODES = 20
const REACH = 7

/**
 * The value at the start. Each expectation is the trapezoidal rule over the nodes around its centre, which is exact but for kinks, whose
 * error is of second order in the nodes' distance.
 */
export function gaussianStopping(problem: GaussianStopping): number {
  const { s, discount, running = 0, dates, payoff, start, stopsAtOnce = false } = problem
  const { low, high } = rangeOf(problem)
  const h = s / NODES
  const nodes = Float64Array.from({ length: Math.ceil((high - low) / h) + 1 }, (_, k) => low + k * h)
  const pays = nodes.map(payoff)
  const afterwards = new Expectations(problem, nodes, nodes)
  let value = pays
  for (let n = dates - 1; n >= 1; n--) {
    const expected = afterwards.of(value)
    value = pays.map((now, k) => Math.max(now, running + discount * expected[k]))
  }
  const [expected] = new Expectations(problem, nodes, Float64Array.of(start)).of(value)
  const goingOn = running + discount * expected
  return stopsAtOnce ? Math.max(payoff(start), goingOn) : goingOn
}

/** For any time: from `dates` and twice as many, whose error is of order 1/dates. */
export function anyTime(problem: (dates: number) => GaussianStopping, dates = 100): number {
  const [coarse, fine] = [dates, 2 * dates].map((count) =>
    gaussianStopping({ ...problem(count), stopsAtOnce: true }),
  )
  return 2 * fine - coarse
}

/** E V(a·y + b + s·ξ) for every y of some points, V given at nodes and constant beyond them. */
class Expectations {
  readonly #reach = Math.ceil(REACH * NODES)
  readonly #last: number
  /** Of each point the node below its centre, and the weights of the nodes around that; one set for all where a is 1. */
  readonly #centres: Int32Array
  readonly #weights: Float64Array[] = []
  readonly #totals: number[] = []
  /** Of the nodes, as far as any point reaches. */
  readonly #lowest: number
  readonly #wide: Float64Array

  constructor({ a, b, s }: GaussianStopping, nodes: Float64Array, points: Float64Array) {
    const reach = this.#reach
    this.#last = nodes.length - 1
    let share = Number.NaN
    this.#centres = Int32Array.from(points, (y) => {
      const place = ((a * y + b - nodes[0]) / s) * NODES
      const centre = Math.floor(place)
      const isAlike = Math.abs(place - centre - share) < 1e-9
      if (!isAlike) share = place - centre
      const weights = isAlike ? this.#weights.at(-1)! : normalWeights(share, reach)
      this.#weights.push(weights)
      this.#totals.push(isAlike ? this.#totals.at(-1)! : weights.reduce((sum, weight) => sum + weight, 0))
      return centre
    })
    this.#lowest = Math.min(...this.#centres) - reach
    this.#wide = new Float64Array(Math.max(...this.#centres) + reach + 1 - this.#lowest)
  }

  /** @param value [nodes]; @returns [points] */
  of(value: Float64Array): Float64Array {
    const wide = this.#wide
    for (let k = 0; k < wide.length; k++) wide[k] = value[Math.min(this.#last, Math.max(0, this.#lowest + k))]
    return Float64Array.from(this.#centres, (centre, k) => {
      const weights = this.#weights[k]
      const from = centre - this.#reach - this.#lowest
      let sum = 0
      for (let j = 0; j < weights.length; j++) sum += weights[j] * wide[from + j]
      return sum / this.#totals[k]
    })
  }
}

/** Of the nodes up to `reach` away from one that lies `share` of their distance below the centre. */
function normalWeights(share: number, reach: number): Float64Array {
  return Float64Array.from({ length: 2 * reach + 1 }, (_, j) =>
    Math.exp(-0.5 * ((j - reach - share) / NODES) ** 2),
  )
}

function rangeOf({ start, a, b, s, dates }: GaussianStopping): { low: number; high: number } {
  let [mean, variance] = [start, 0]
  let [low, high] = [start, start]
  for (let n = 0; n < dates; n++) {
    mean = a * mean + b
    variance = a * a * variance + s * s
    low = Math.min(low, mean - REACH * Math.sqrt(variance))
    high = Math.max(high, mean + REACH * Math.sqrt(variance))
  }
  return { low, high }
}
