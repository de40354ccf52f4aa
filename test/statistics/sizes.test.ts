import { describe, expect, it } from 'vitest'
import { largestOf, lengthOf } from '../../src/statistics/sizes.ts'

describe('the sizes of a list', () => {
  it.each([0, 1, 9_999, 10_000, 10_001, 1_000_000])('of %i values are found', (count) => {
    const values = Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 3 : -4))
    const square = Math.ceil(count / 2) * 9 + Math.floor(count / 2) * 16
    expect(Math.abs(lengthOf(values) - Math.sqrt(square))).toBeLessThanOrEqual(1e-12 * Math.sqrt(square))
    expect(largestOf(values)).toBe(count === 0 ? Number.NEGATIVE_INFINITY : 3)
  })

  it('are those of one call where one call takes them all', () => {
    const values = Array.from({ length: 777 }, (_, k) => Math.sin(k) * 10 ** (k % 7))
    expect(lengthOf(values)).toBe(Math.hypot(...values))
  })

  it('are not numbers where a value is none', () => {
    const values = Array.from({ length: 20_000 }, () => 1)
    values[15_000] = Number.NaN
    expect([lengthOf(values), largestOf(values)]).toEqual([Number.NaN, Number.NaN])
  })
})
