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
  let value = pays
  for (let n = dates - 1; n >= 1; n--) {
    const expected = expectations(problem, value, nodes, nodes)
    value = pays.map((now, k) => Math.max(now, running + discount * expected[k]))
  }
  const [expected] = expectations(problem, value, nodes, Float64Array.of(start))
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

/** E V(a·y + b + s·ξ) for every y of `points`; V is constant beyond its ends. */
function expectations(
  { a, b, s }: GaussianStopping,
  value: Float64Array,
  nodes: Float64Array,
  points: Float64Array,
): Float64Array {
  const reach = Math.ceil(REACH * NODES)
  const weights = new Float64Array(2 * reach + 1)
  const last = value.length - 1
  let share = Number.NaN
  return points.map((y) => {
    const place = ((a * y + b - nodes[0]) / s) * NODES
    const centre = Math.floor(place)
    // Where a is 1 all points lie alike between two nodes.
    if (!(Math.abs(place - centre - share) < 1e-9)) {
      share = place - centre
      for (let j = -reach; j <= reach; j++) weights[j + reach] = Math.exp(-0.5 * ((j - share) / NODES) ** 2)
    }
    let [sum, total] = [0, 0]
    for (let j = -reach; j <= reach; j++) {
      const weight = weights[j + reach]
      sum += weight * value[Math.min(last, Math.max(0, centre + j))]
      total += weight
    }
    return sum / total
  })
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
