import { describe, expect, it } from 'vitest'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { leastSquares } from '../../src/statistics/least-squares.ts'

const COUNT = 400

/** Products of all columns, the last but one of which is 1. */
function productsOf(columns: number[][]): Float64Array {
  const n = columns.length
  const products = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      products[i * n + j] = columns[i].reduce((sum, value, k) => sum + value * columns[j][k], 0)
    }
  }
  return products
}

const random = seededRandom(5)
const [a, b, noise] = [0, 1, 2].map(() => Array.from(normalVector(random, COUNT)))
const ones = new Array<number>(COUNT).fill(1)

describe('least squares', () => {
  it('finds the coefficients, whatever the columns are measured in', () => {
    const large = b.map((value) => 1e6 * value)
    const target = a.map((value, k) => 2 * value - 3e-6 * large[k] + 5)
    const fit = leastSquares(productsOf([a, large, ones, target]), 4)!
    expect(fit.coefficients[0]).toBeCloseTo(2, 4)
    expect(fit.coefficients[1] * 1e6).toBeCloseTo(-3, 4)
    expect(fit.coefficients[2]).toBeCloseTo(5, 4)
    expect(fit.residual).toBeLessThan(1e-2)
  })

  it('tells how far the target deviates, before and behind the fit', () => {
    const target = a.map((value, k) => 10 + 3 * value + noise[k])
    const fit = leastSquares(productsOf([a, ones, target]), 3)!
    expect(fit.deviation).toBeGreaterThan(2.7)
    expect(fit.deviation).toBeLessThan(3.6)
    expect(Math.abs(fit.residual - 1)).toBeLessThan(0.15)
  })

  it('gives a column of zeros the coefficient 0, and copies their sum', () => {
    const zeros = new Array<number>(COUNT).fill(0)
    const fit = leastSquares(productsOf([zeros, a, a, ones, a.map((value) => 4 * value)]), 5)!
    expect(fit.coefficients[0]).toBe(0)
    expect(fit.coefficients[1] + fit.coefficients[2]).toBeCloseTo(4, 4)
  })

  it('is null where sums are not finite', () => {
    expect(
      leastSquares(productsOf([a, ones, b.map((value, k) => (k === 3 ? Number.NaN : value))]), 3),
    ).toBeNull()
  })
})
