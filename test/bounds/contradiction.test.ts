import { describe, expect, it } from 'vitest'
import { contradictsBounds } from '../../src/bounds/contradiction.ts'
import { HALF_WIDTH_95 } from '../../src/statistics/confidence.ts'

/** Limits are 1.96 standard errors outward, and a distance of another equation's. */
const bound = (value: number, standardError: number, outward: 1 | -1, distance = 0) => ({
  value,
  standardError,
  limit: value + outward * (HALF_WIDTH_95 * standardError + distance),
  from: '',
})

describe('a value and its own bounds', () => {
  const lower = bound(1, 0.03, -1)
  const upper = bound(2, 0.03, 1)

  it('agree within three standard errors of their difference', () => {
    for (const value of [1.5, 0.86, 2.14])
      expect(contradictsBounds(value, 0.04, { lower, upper }, null)).toBeNull()
    expect(contradictsBounds(0, 0.04, { lower: null, upper }, null)).toBeNull()
    expect(contradictsBounds(3, 0.04, { lower, upper: null }, null)).toBeNull()
  })

  it('contradict each other beyond, and say which', () => {
    expect(contradictsBounds(0.84, 0.04, { lower, upper }, null)).toMatch(
      /^the value, 0.840000 ± 0.040, lies beyond its own lower bound, 1.00000 ± 0.030; take more --iterations and --steps$/,
    )
    expect(contradictsBounds(2.16, 0.04, { lower, upper }, null)).toMatch(/its own upper bound/)
  })

  it('leave room for the distance between two equations', () => {
    expect(contradictsBounds(0.84, 0.04, { lower: bound(1, 0.03, -1, 0.1), upper }, null)).toBeNull()
    expect(contradictsBounds(0.74, 0.04, { lower: bound(1, 0.03, -1, 0.1), upper }, null)).toMatch(/lower/)
  })
})
