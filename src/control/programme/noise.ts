/** Points and weights that stand for a standard normal vector in a dynamic programme. */

export interface Cases {
  /** [count][dim] */
  points: Float64Array
  /** [count], of sum 1 */
  weights: Float64Array
}

/** Deviations on either side that even points reach to. */
const REACH = 5.5
/** Gauss–Hermite's of three points: exact up to the fifth moment, which a short step needs. */
const THREE = { points: [-Math.sqrt(3), 0, Math.sqrt(3)], weights: [1 / 6, 2 / 3, 1 / 6] } as const

/** @param count of even points along each component, for steps as long as a decision; null for short ones */
export function casesOf(dim: number, count: number | null): Cases {
  const one = count === null ? THREE : even(count)
  const total = one.points.length ** dim
  const points = new Float64Array(total * dim)
  const weights = new Float64Array(total).fill(1)
  for (let k = 0; k < total; k++) {
    let left = k
    for (let j = 0; j < dim; j++) {
      const own = left % one.points.length
      left = Math.floor(left / one.points.length)
      points[k * dim + j] = one.points[own]
      weights[k] *= one.weights[own]
    }
  }
  return { points, weights }
}

/** The trapezoidal rule, beyond compare for smooth functions, and of order 2 over kinks. */
function even(count: number): { points: number[]; weights: number[] } {
  const points = Array.from({ length: count }, (_, k) => REACH * ((2 * k) / (count - 1) - 1))
  const raw = points.map((z) => Math.exp(-0.5 * z * z))
  const total = raw.reduce((sum, weight) => sum + weight, 0)
  return { points, weights: raw.map((weight) => weight / total) }
}
