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

/** Nodes in one deviation of the shortest step, and deviations that grid and kernel reach to. */
const NODES = 24
const REACH = 7

/**
 * The value at the start. The state is its mean plus a multiple of a martingale with Gaussian increments, in whose coordinate the grid
 * stands still; the trapezoidal rule is exact there but for kinks, whose error is of second order in the nodes' distance.
 */
export function gaussianStopping(problem: GaussianStopping): number {
  const { a, b, s, discount, running = 0, dates, payoff, start, stopsAtOnce = false } = problem
  const means = [start]
  for (let n = 0; n < dates; n++) means.push(a * means[n] + b)
  // yₙ = meanₙ + aⁿ·m, and m moves by s/aⁿ⁺¹.
  const deviations = means.slice(1).map((_, n) => s / a ** (n + 1))
  const h = Math.min(...deviations) / NODES
  const half = Math.ceil((REACH * Math.hypot(...deviations)) / h)
  const count = 2 * half + 1
  const pays = (n: number) =>
    Float64Array.from({ length: count }, (_, k) => payoff(means[n] + a ** n * (k - half) * h))
  let value = pays(dates)
  for (let n = dates - 1; n >= 0; n--) {
    const onwards = expectation(value, deviations[n] / h, n === 0 ? [half, half + 1] : [0, count])
    const now = pays(n)
    const isDate = n > 0 || stopsAtOnce
    for (let k = 0; k < count; k++) {
      const goingOn = running + discount * onwards[k]
      now[k] = isDate ? Math.max(now[k], goingOn) : goingOn
    }
    value = now
  }
  return value[half]
}

/** For any time: from `dates` and twice as many, whose error is of order 1/dates. */
export function anyTime(problem: (dates: number) => GaussianStopping, dates = 100): number {
  const [coarse, fine] = [dates, 2 * dates].map((count) =>
    gaussianStopping({ ...problem(count), stopsAtOnce: true }),
  )
  return 2 * fine - coarse
}

/** E V(m + deviation·ξ) at nodes from … to − 1, in units of the nodes; V is constant beyond its ends. */
function expectation(value: Float64Array, deviation: number, [from, to]: [number, number]): Float64Array {
  const reach = Math.ceil(REACH * deviation)
  const padded = new Float64Array(value.length + 2 * reach)
  padded.fill(value[0], 0, reach)
  padded.set(value, reach)
  padded.fill(value[value.length - 1], reach + value.length)
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, j) =>
    Math.exp(-0.5 * ((j - reach) / deviation) ** 2),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const out = new Float64Array(value.length)
  for (let k = from; k < to; k++) {
    let sum = 0
    for (let j = 0; j < weights.length; j++) sum += weights[j] * padded[k + j]
    out[k] = sum / total
  }
  return out
}
