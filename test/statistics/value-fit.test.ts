import { describe, expect, it } from 'vitest'
import {
  addToFit,
  FIT_FEATURES,
  FIT_SUMS,
  solveFit,
  solveFitOfState,
} from '../../src/statistics/value-fit.ts'

/** Sums over points of y and g on a grid, with this target. */
function sumsOf(target: (y: number, g: number) => number): Float64Array {
  const sums = new Float64Array(FIT_SUMS + 1)
  for (let i = -3; i <= 3; i++) {
    for (let j = -3; j <= 3; j++) addToFit(sums, 1, i / 3, j / 2, target(i / 3, j / 2))
  }
  return sums.subarray(1)
}

describe('solveFit', () => {
  it('finds the coefficients of a function of its form', () => {
    const found = solveFit(sumsOf((y, g) => 0.5 - 2 * y + 3 * g + 0.25 * g * g))
    expect(found).toHaveLength(FIT_FEATURES)
    ;[0.5, -2, 3, 0.25].forEach((wanted, k) => {
      expect(found[k]).toBeCloseTo(wanted, 6)
    })
  })

  it('leaves y as it is where the points do not determine a fit', () => {
    expect(Array.from(solveFit(new Float64Array(FIT_SUMS)))).toEqual([0, 1, 0, 0])
    expect(solveFitOfState(new Float64Array(FIT_SUMS))).toBeNull()
  })
})

describe('solveFitOfState', () => {
  it('does without y', () => {
    const found = solveFitOfState(sumsOf((_y, g) => 1 - g + 2 * g * g))!
    expect(found[1]).toBe(0)
    ;[1, 0, -1, 2].forEach((wanted, k) => {
      expect(found[k]).toBeCloseTo(wanted, 6)
    })
  })
})
