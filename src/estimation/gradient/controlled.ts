/** The mean of p + Σ βₖ qₖ with the shares β that leave the least noise, from sums over samples: each qₖ has mean 0. */
import { cholesky, solveCholesky } from '../../statistics/linear-system.ts'

/** A mean, and the sum of squared deviations from it. */
export type Deviations = [mean: number, squares: number]

/** Controls that follow from each other leave no share unknown. */
const RIDGE = 1e-10

/** Sums for so many controls: of (p, q₁, …), then of their products, row by row below the diagonal and on it. */
export function sumsFor(controls: number): number {
  return controls + 1 + productAt(controls + 1, 0)
}

/** Adds a sample (p, q₁, …) to sums that lie `stride` apart. */
export function addSample(sums: Float64Array, at: number, stride: number, sample: Float64Array): void {
  let to = at
  for (const value of sample) {
    sums[to] += value
    to += stride
  }
  for (let a = 0; a < sample.length; a++) {
    for (let b = 0; b <= a; b++) {
      sums[to] += sample[a] * sample[b]
      to += stride
    }
  }
}

/** Of sums one beside the other. Each share that is fitted takes a degree of freedom. */
export function controlledMoments(sums: Float64Array, controls: number, count: number): Deviations {
  const beta = bestShares(sums, controls, count)
  const product = (a: number, b: number) => sums[controls + 1 + productAt(Math.max(a, b), Math.min(a, b))]
  let total = sums[0]
  let square = product(0, 0)
  for (let k = 1; k <= controls; k++) {
    total += beta[k - 1] * sums[k]
    square += 2 * beta[k - 1] * product(k, 0)
    for (let j = 1; j <= controls; j++) square += beta[k - 1] * beta[j - 1] * product(k, j)
  }
  const mean = total / count
  const freedom = (count - 1) / Math.max(1, count - 1 - controls)
  return [mean, Math.max(0, square - count * mean * mean) * freedom]
}

function bestShares(sums: Float64Array, controls: number, count: number): Float64Array {
  const covariance = (a: number, b: number) =>
    sums[controls + 1 + productAt(a, b)] / count - (sums[a] / count) * (sums[b] / count)
  const matrix = new Float64Array(controls * controls)
  const right = new Float64Array(controls)
  const scale = Float64Array.from({ length: controls }, (_, k) => Math.sqrt(covariance(k + 1, k + 1)))
  // A control that never moves has no share.
  const isUsed = (k: number) => scale[k] > 0
  for (let k = 0; k < controls; k++) {
    matrix[k * controls + k] = 1 + RIDGE
    if (!isUsed(k)) continue
    right[k] = -covariance(k + 1, 0) / scale[k]
    for (let j = 0; j < k; j++) {
      const shared = isUsed(j) ? covariance(k + 1, j + 1) / (scale[k] * scale[j]) : 0
      matrix[k * controls + j] = shared
      matrix[j * controls + k] = shared
    }
  }
  const lower = cholesky(matrix, controls)
  if (lower === null) return new Float64Array(controls)
  return solveCholesky(lower, right).map((share, k) => (isUsed(k) ? share / scale[k] : 0))
}

function productAt(a: number, b: number): number {
  return (a * (a + 1)) / 2 + b
}
