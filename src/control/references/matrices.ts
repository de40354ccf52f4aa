/** Square matrices [n × n], row-major, as the references need them. */
import { multiply } from '../../formulas/linear.ts'
import { invert as inverseOrNull } from '../../statistics/linear-system.ts'

export function multiplyMatrices(a: Float64Array, b: Float64Array, n: number): Float64Array {
  return multiply(a, b, n, n, n)
}

export function transposeMatrix(a: Float64Array, n: number): Float64Array {
  return a.map((_, k) => a[(k % n) * n + Math.floor(k / n)])
}

/** ½(A + Aᵀ) */
export function symmetricPart(a: Float64Array, n: number): Float64Array {
  return a.map((entry, k) => 0.5 * (entry + a[(k % n) * n + Math.floor(k / n)]))
}

/** @throws Error for a singular matrix */
export function invert(a: Float64Array, n: number): Float64Array {
  const inverse = inverseOrNull(a, n)
  if (inverse === null) throw new Error('the matrix is singular')
  return inverse
}
