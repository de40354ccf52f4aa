import { describe, expect, it } from 'vitest'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { tailIndex } from '../../src/statistics/tail-index.ts'

describe('tailIndex', () => {
  it.each([0.2, 0.5, 1, 2])('finds the index %d of Pareto laws within four standard errors', (k) => {
    const random = seededRandom(7)
    const sample = Array.from({ length: 16384 }, () => random() ** -k)
    const largest = 3 * Math.sqrt(sample.length)
    const shrunk = (largest * k + 5) / (largest + 10)
    expect(Math.abs(tailIndex(sample) - shrunk)).toBeLessThan((4 * (1 + k)) / Math.sqrt(largest))
  })

  it('tells lognormal weights of deviation 1 from those of deviation 3', () => {
    const normals = normalVector(seededRandom(8), 16384)
    expect(tailIndex(normals.map(Math.exp))).toBeLessThan(0.5)
    expect(tailIndex(normals.map((value) => Math.exp(3 * value)))).toBeGreaterThan(0.7)
  })

  it('is least for bounded and for constant samples', () => {
    const random = seededRandom(9)
    expect(tailIndex(Array.from({ length: 4096 }, random))).toBeLessThan(-0.5)
    expect(tailIndex(new Float64Array(100).fill(1))).toBe(Number.NEGATIVE_INFINITY)
  })

  it('is no number where a value is infinite', () => {
    expect(tailIndex([...new Float64Array(100), Number.POSITIVE_INFINITY])).toBeNaN()
  })
})
