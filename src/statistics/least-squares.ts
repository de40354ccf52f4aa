/** Linear least squares from sums of products. */
import { factorize, solveFactorized } from './linear-system.ts'

/** On the normal matrix's diagonal, as a share of it: columns may follow each other. */
const RIDGE = 1e-6

export interface Fit {
  /** Of all columns but the last: that of the constant comes last. */
  coefficients: Float64Array
  /** Deviation of the target from its mean, and from the fit. */
  deviation: number
  residual: number
}

/**
 * The fit of the last column by those before it, of which the last is 1, from the products of all [columns × columns]. Columns of
 * zeros get the coefficient 0.
 *
 * @returns null where the sums are not finite or do not determine it
 */
export function leastSquares(products: Float64Array, columns: number): Fit | null {
  const n = columns - 1
  const [constant, target] = [n - 1, n]
  const at = (i: number, j: number) => products[i * columns + j]
  const inverse = Float64Array.from({ length: n }, (_, i) => (at(i, i) > 0 ? 1 / Math.sqrt(at(i, i)) : 0))
  const matrix = new Float64Array(n * n)
  const solution = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j] = inverse[i] * inverse[j] * at(i, j)
    matrix[i * n + i] = i === constant ? 1 : 1 + RIDGE
    solution[i] = inverse[i] * at(i, target)
  }
  const factorization = factorize(matrix, n)
  solveFactorized(factorization, solution)
  const coefficients = solution.map((value, i) => inverse[i] * value)
  if (factorization.isSingular || !coefficients.every(Number.isFinite)) return null
  const count = at(constant, constant)
  const mean = at(constant, target) / count
  let explained = 0
  for (let i = 0; i < n; i++) explained += coefficients[i] * at(i, target)
  const total = at(target, target)
  return {
    coefficients,
    deviation: Math.sqrt(Math.max(0, total / count - mean * mean)),
    residual: Math.sqrt(Math.max(0, total - explained) / count),
  }
}
