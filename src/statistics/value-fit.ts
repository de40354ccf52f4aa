/**
 * u along paths as a least-squares fit by (1, y, g, g²), y a value carried along the path and g the terminal condition at its state:
 * the nearest to u(t,X) among these, for it is the mean of what the path estimates u at from t on.
 */
import { factorize, solveFactorized } from './linear-system.ts'

export const FIT_FEATURES = 4
/** Words of a fit's sums: the upper triangle of the normal matrix, row by row, then the right side. */
export const FIT_SUMS = (FIT_FEATURES * (FIT_FEATURES + 1)) / 2 + FIT_FEATURES
/** y itself: what is left where the paths do not determine the fit. */
const IDENTITY = [0, 1, 0, 0]
/** On the normal matrix's diagonal, as a share of it: features may follow each other. */
const RIDGE = 1e-9

/** Adds a path to the sums, float64 words from `at` on. Values in a unit that makes them of order 1. */
export function addToFit(sums: Float64Array, at: number, y: number, g: number, target: number): void {
  const square = g * g
  sums[at] += 1
  sums[at + 1] += y
  sums[at + 2] += g
  sums[at + 3] += square
  sums[at + 4] += y * y
  sums[at + 5] += y * g
  sums[at + 6] += y * square
  sums[at + 7] += square
  sums[at + 8] += g * square
  sums[at + 9] += square * square
  sums[at + 10] += target
  sums[at + 11] += y * target
  sums[at + 12] += g * target
  sums[at + 13] += square * target
}

/** The fit with the coefficients in float64 words from `at` on. */
export function evaluateFit(coefficients: Float64Array, at: number, y: number, g: number): number {
  return coefficients[at] + coefficients[at + 1] * y + coefficients[at + 2] * g + coefficients[at + 3] * g * g
}

/** The coefficients [FIT_FEATURES] from sums [FIT_SUMS]. */
export function solveFit(sums: Float64Array): ArrayLike<number> {
  return solve(sums, null, IDENTITY)
}

/** The same without y, whose coefficient is 0; null where the paths do not determine it. */
export function solveFitOfState(sums: Float64Array): ArrayLike<number> | null {
  return solve(sums, 1, null)
}

function solve<Otherwise>(
  sums: Float64Array,
  left: number | null,
  otherwise: Otherwise,
): ArrayLike<number> | Otherwise {
  const n = FIT_FEATURES
  const matrix = new Float64Array(n * n)
  let word = 0
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      matrix[i * n + j] = sums[word]
      matrix[j * n + i] = sums[word++]
    }
  }
  for (let i = 0; i < n; i++) matrix[i * (n + 1)] *= 1 + RIDGE
  const solution = sums.slice(word)
  if (left !== null) {
    for (let i = 0; i < n; i++) matrix[i * n + left] = matrix[left * n + i] = i === left ? 1 : 0
    solution[left] = 0
  }
  const factorization = factorize(matrix, n)
  solveFactorized(factorization, solution)
  return !factorization.isSingular && solution.every(Number.isFinite) ? solution : otherwise
}
