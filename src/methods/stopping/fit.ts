/** The least-squares fit of an interval, with the ridge that does best on the fold left out. */
import { cholesky, solveCholesky } from '../../statistics/linear-system.ts'
import { RIDGES, SLOTS, type StoppingPlan } from './plan.ts'
import type { IntervalPlan } from './rule-plan.ts'

/** What the fits to one fold leave of the other's values, with a ridge; into plan.fit.errors. */
export function ridgeError(doubles: Float64Array, plan: StoppingPlan, k: number): void {
  const folds = [0, 1].map((parity) => sumsOf(doubles, plan, (slot) => slot % 2 === parity))
  let error = 0
  folds.forEach((fold, parity) => {
    const fit = solve(fold, RIDGES[k], plan.width)
    error += fit === null ? Number.POSITIVE_INFINITY : leftOf(folds[1 - parity], fit, plan.width)
  })
  doubles[plan.fit.errors + k] = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error
}

/** The fit to all, with the ridge that did best. */
export function chooseAndSolve(doubles: Float64Array, plan: StoppingPlan, interval: IntervalPlan): void {
  const errors = doubles.subarray(plan.fit.errors, plan.fit.errors + RIDGES.length)
  const best = errors.indexOf(Math.min(...errors))
  const all = sumsOf(doubles, plan, () => true)
  const fit = solve(all, RIDGES[Math.max(0, best)], plan.width)
  doubles.fill(0, interval.coefficients, interval.coefficients + plan.width)
  if (fit !== null) doubles.set(fit, interval.coefficients)
}

/** Σ vvᵀ over paths, v = (features, target): [width²]. */
function sumsOf(doubles: Float64Array, plan: StoppingPlan, has: (slot: number) => boolean): Float64Array {
  const size = plan.width ** 2
  const sums = new Float64Array(size)
  for (let slot = 0; slot < SLOTS; slot++) {
    if (!has(slot)) continue
    const first = plan.fit.products + slot * size
    for (let k = 0; k < size; k++) sums[k] += doubles[first + k]
  }
  return sums
}

/** Σ (target − fit)². */
function leftOf(products: Float64Array, fit: Float64Array, width: number): number {
  let total = 0
  for (let i = 0; i < width; i++) {
    const a = i === width - 1 ? -1 : fit[i]
    let row = 0
    for (let j = 0; j < width; j++) row += products[i * width + j] * (j === width - 1 ? -1 : fit[j])
    total += a * row
  }
  return total
}

/** [width − 1], or null where no ridge helps. */
function solve(sums: Float64Array, ridge: number, width: number): Float64Array | null {
  const n = width - 1
  const matrix = new Float64Array(n * n)
  const right = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = sums[i * width + j]
    right[i] = sums[i * width + n]
  }
  for (let i = 0; i < n; i++) {
    const diagonal = matrix[i * n + i]
    matrix[i * n + i] = diagonal > 0 ? diagonal * (1 + (i === n - 1 ? 1e-9 : ridge)) : 1
  }
  const lower = cholesky(matrix, n)
  if (lower === null) return null
  solveCholesky(lower, right)
  return right.every(Number.isFinite) ? right : null
}
