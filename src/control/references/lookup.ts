/**
 * A lookup-table dynamic programme: one level r that the control moves at once, and two states y that nobody moves,
 * each autoregressive, yᵢ' = keepᵢ·yᵢ + deviationᵢ·ξᵢ. So the expectation W(r', y) = E V(r', y') is one table for all
 * controls, by Gauss–Hermite quadrature and cubic interpolation in y; the best r' is searched among the levels.
 */

export interface LookupProblem {
  /** Values of r, increasing. */
  levels: Float64Array
  states: [LookupState, LookupState]
  steps: number
  /** At step n and states y: the cost of going from r to next, for the next ones that `reach` allows. */
  cost(n: number, y1: number, y2: number): (r: number, next: number) => number
  /** First and last index of the levels that can be reached from level i at step n. */
  reach(n: number, i: number): [number, number]
  terminal(r: number, y1: number, y2: number): number
}

export interface LookupState {
  keep: number
  deviation: number
  /** The table reaches from −reach to reach, in `points` points (odd: 0 is one of them). */
  reach: number
  points: number
}

/** Nodes and weights of E φ(ξ), ξ standard normal, exact for polynomials of degree 13 (probabilists' Hermite, 7 points). */
// biome-ignore lint/correctness/noPrecisionLoss: the shortest form of this double has as many digits
const NODES = [0, 1.1544053947399682, 2.3667594107345416, 3.7504397177257425]
const WEIGHTS = [0.4571428571428571, 0.2401231786050127, 0.0307571239675865, 0.0005482688559722179]

/** V(0, r, 0, 0) for every level r. */
export function solveLookup(problem: LookupProblem): Float64Array {
  const { levels, states, steps } = problem
  const [first, second] = states
  const [m1, m2] = [first.points, second.points]
  const at = (i: number, j: number, k: number) => (i * m1 + j) * m2 + k
  const [y1, y2] = states.map(gridOf)
  let value = new Float64Array(levels.length * m1 * m2)
  for (let i = 0; i < levels.length; i++) {
    for (let j = 0; j < m1; j++) {
      for (let k = 0; k < m2; k++) value[at(i, j, k)] = problem.terminal(levels[i], y1[j], y2[k])
    }
  }
  const [e1, e2] = states.map(expectationOf)
  for (let n = steps - 1; n >= 0; n--) {
    const expected = expect(value, levels.length, m1, m2, e1, e2)
    const next = new Float64Array(value.length)
    for (let j = 0; j < m1; j++) {
      for (let k = 0; k < m2; k++) {
        const cost = problem.cost(n, y1[j], y2[k])
        for (let i = 0; i < levels.length; i++) {
          const [low, high] = problem.reach(n, i)
          let best = Number.POSITIVE_INFINITY
          for (let l = low; l <= high; l++) {
            best = Math.min(best, cost(levels[i], levels[l]) + expected[at(l, j, k)])
          }
          next[at(i, j, k)] = best
        }
      }
    }
    value = next
  }
  return Float64Array.from(levels, (_, i) => value[at(i, (m1 - 1) / 2, (m2 - 1) / 2)])
}

function gridOf({ reach, points }: LookupState): Float64Array {
  return Float64Array.from({ length: points }, (_, k) => -reach + (2 * reach * k) / (points - 1))
}

/** Row j: weights of E φ(keep·yⱼ + deviation·ξ) on the grid's values, [points × points]. */
function expectationOf(state: LookupState): Float64Array {
  const { keep, deviation, reach, points } = state
  const grid = gridOf(state)
  const h = grid[1] - grid[0]
  const matrix = new Float64Array(points * points)
  for (let j = 0; j < points; j++) {
    NODES.forEach((node, q) => {
      for (const sign of node === 0 ? [1] : [1, -1]) {
        const y = Math.min(reach, Math.max(-reach, keep * grid[j] + sign * node * deviation))
        const position = (y + reach) / h
        const left = Math.min(points - 3, Math.max(1, Math.floor(position)))
        const s = position - left
        const cubic = [
          (-s * (s - 1) * (s - 2)) / 6,
          ((s + 1) * (s - 1) * (s - 2)) / 2,
          (-(s + 1) * s * (s - 2)) / 2,
          ((s + 1) * s * (s - 1)) / 6,
        ]
        cubic.forEach((weight, c) => {
          matrix[j * points + left - 1 + c] += WEIGHTS[q] * weight
        })
      }
    })
  }
  return matrix
}

function expect(
  value: Float64Array,
  count: number,
  m1: number,
  m2: number,
  e1: Float64Array,
  e2: Float64Array,
): Float64Array {
  const half = new Float64Array(value.length)
  const out = new Float64Array(value.length)
  for (let i = 0; i < count; i++) {
    const base = i * m1 * m2
    for (let j = 0; j < m1; j++) {
      for (let k = 0; k < m2; k++) {
        let sum = 0
        for (let q = 0; q < m2; q++) sum += e2[k * m2 + q] * value[base + j * m2 + q]
        half[base + j * m2 + k] = sum
      }
    }
    for (let j = 0; j < m1; j++) {
      for (let q = 0; q < m1; q++) {
        const weight = e1[j * m1 + q]
        if (weight === 0) continue
        for (let k = 0; k < m2; k++) out[base + j * m2 + k] += weight * half[base + q * m2 + k]
      }
    }
  }
  return out
}
