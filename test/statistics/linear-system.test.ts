import { describe, expect, it } from 'vitest'
import { cholesky, invert } from '../../src/statistics/linear-system.ts'

function multiply(a: Float64Array, b: Float64Array, n: number): number[] {
  return Array.from({ length: n * n }, (_, k) => {
    let sum = 0
    for (let j = 0; j < n; j++) sum += a[Math.floor(k / n) * n + j] * b[j * n + (k % n)]
    return sum
  })
}

const identity = (n: number) => Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0))
/** A full matrix that needs pivoting: its first diagonal entry is 0. */
const full = (n: number) =>
  Float64Array.from({ length: n * n }, (_, k) => (k === 0 ? 0 : Math.sin(1 + k * k)))

describe('dense linear algebra', () => {
  it.each([2, 3, 7, 20])('inverts a full matrix of size %i', (n) => {
    const matrix = full(n)
    multiply(matrix, invert(matrix, n)!, n).forEach((entry, k) => {
      expect(entry).toBeCloseTo(identity(n)[k], 9)
    })
  })

  it('finds singular matrices', () => {
    expect(invert(Float64Array.of(1, 2, 2, 4), 2)).toBeNull()
    expect(invert(Float64Array.of(0), 1)).toBeNull()
  })

  it.each([1, 2, 5])('factors a correlation matrix of size %i', (n) => {
    const matrix = Float64Array.from(identity(n), (entry) => (entry === 1 ? 1 : 0.3))
    const lower = cholesky(matrix, n)!
    const transposed = Float64Array.from(lower, (_, k) => lower[(k % n) * n + Math.floor(k / n)])
    multiply(lower, transposed, n).forEach((entry, k) => {
      expect(entry).toBeCloseTo(matrix[k], 14)
    })
  })

  it('finds matrices that are not positive definite', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeNull()
  })
})
