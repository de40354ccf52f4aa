/**
 * u along paths as a least-squares fit by features of the path: (1, y, …), y a value carried along the path and the rest functions of
 * its state. It is the nearest to u(t,X) among these, for the target's mean is what the path estimates u at from t on.
 */
import { factorize, solveFactorized } from './linear-system.ts'

/** Place of y among the features. */
const CARRIED = 1
/** On the normal matrix's diagonal, as a share of it: features may follow each other. */
const RIDGE = 1e-9
/** Paths that speak for a coefficient 0, of all features but the constant and y. */
const PRIOR_PATHS = 0.01

/** How far beyond 1 a share of y may be: so little of it steps and taming make. */
const SLACK = 0.1

/** Words of the sums of a fit by so many features: the upper triangle of the normal matrix, row by row, then the right side. */
export function sumsOf(features: number): number {
  return (features * (features + 1)) / 2 + features
}

/** Adds a path to the sums, float64 words from `at` on. Features and target in units that make them of order 1. */
export function addToFit(sums: Float64Array, at: number, features: Float64Array, target: number): void {
  const count = features.length
  let word = at
  for (let i = 0; i < count; i++) {
    const feature = features[i]
    if (feature === 0) {
      word += count - i
      continue
    }
    for (let j = i; j < count; j++) sums[word++] += feature * features[j]
  }
  for (let i = 0; i < count; i++) sums[word++] += features[i] * target
}

/** The fit with the coefficients in float64 words from `at` on. */
export function evaluateFit(coefficients: Float64Array, at: number, features: Float64Array): number {
  let sum = 0
  for (let i = 0; i < features.length; i++) sum += coefficients[at + i] * features[i]
  return sum
}

/**
 * The coefficients of so many features from their sums; y alone where the paths do not determine them. y is u and errors that came before: its
 * coefficient is a share. Paths whose y hardly differs from functions of their state may ask for any, and beyond 1 the next y, which is
 * carried along by the fit, runs away from u.
 */
export function solveFit(sums: Float64Array, features: number): Float64Array {
  const free = solve(sums, features, null)
  const fit = free === null || free[CARRIED] <= 1 + SLACK ? free : solve(sums, features, 1)
  return fit ?? Float64Array.from({ length: features }, (_, k) => +(k === CARRIED))
}

/** The same without y, whose coefficient is 0; null where the paths do not determine it. */
export function solveFitOfState(sums: Float64Array, features: number): Float64Array | null {
  return solve(sums, features, 0)
}

/** @param share the coefficient of y; null where it is to be found */
function solve(sums: Float64Array, n: number, share: number | null): Float64Array | null {
  const matrix = new Float64Array(n * n)
  let word = 0
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      matrix[i * n + j] = sums[word]
      matrix[j * n + i] = sums[word++]
    }
  }
  if (!(matrix[0] > 0)) return null
  for (let i = 0; i < n; i++) {
    matrix[i * (n + 1)] *= 1 + RIDGE
    if (i > CARRIED) matrix[i * (n + 1)] += PRIOR_PATHS
  }
  const solution = sums.slice(word, word + n)
  if (share !== null || !(matrix[CARRIED * (n + 1)] > 0)) hold(matrix, solution, n, CARRIED, share ?? 0)
  const factorization = factorize(matrix, n)
  solveFactorized(factorization, solution)
  return !factorization.isSingular && solution.every(Number.isFinite) ? solution : null
}

/** Feature k at the given coefficient. */
function hold(matrix: Float64Array, right: Float64Array, n: number, k: number, coefficient: number): void {
  for (let i = 0; i < n; i++) {
    right[i] -= coefficient * matrix[i * n + k]
    matrix[i * n + k] = matrix[k * n + i] = i === k ? 1 : 0
  }
  right[k] = coefficient
}
