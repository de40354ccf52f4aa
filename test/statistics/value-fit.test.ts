import { describe, expect, it } from 'vitest'
import { addToFit, evaluateFit, solveFit, solveFitOfState, sumsOf } from '../../src/statistics/value-fit.ts'

const FEATURES = 5
/** How far a hundredth of a path that says 0 pulls coefficients that 361 tell. */
const PULLED = 1e-2
const COEFFICIENTS = [0.5, 0.7, 3, 0.25, -1]

/** Sums over points of y and g on a grid, with this target. */
function sumsOver(target: (features: Float64Array) => number): Float64Array {
  const sums = new Float64Array(sumsOf(FEATURES) + 1)
  for (let i = -9; i <= 9; i++) {
    for (let j = -9; j <= 9; j++) {
      const [y, g] = [i / 9, j / 6]
      const features = Float64Array.of(1, y, g, g * g, Math.sin(4 * g))
      addToFit(sums, 1, features, target(features))
    }
  }
  return sums.subarray(1)
}

const linear = (features: Float64Array) => evaluateFit(Float64Array.from(COEFFICIENTS), 0, features)

describe('solveFit', () => {
  it('finds the coefficients of a function of its form', () => {
    const found = solveFit(sumsOver(linear), FEATURES)
    expect(found).toHaveLength(FEATURES)
    COEFFICIENTS.forEach((wanted, k) => {
      expect(Math.abs(found[k] - wanted)).toBeLessThan(PULLED)
    })
  })

  it.each([
    [2.6, 1],
    [1.05, 1.05],
    [-0.4, -0.4],
  ])('holds y, of which %s would be best, to a share of %s, and fits the rest to what is left', (best, share) => {
    // y is off a function of g by little: that is where a fit asks for any share of it.
    const sums = new Float64Array(sumsOf(FEATURES))
    for (let k = -40; k <= 40; k++) {
      const g = k / 30
      const y = g + 0.01 * Math.sin(37 * k)
      addToFit(sums, 0, Float64Array.of(1, y, g, g * g, Math.sin(4 * g)), 0.5 + best * y + 0.25 * g * g)
    }
    const found = solveFit(sums, FEATURES)
    expect(found[1]).toBeCloseTo(share, 4)
    ;[0.5, share, best - share, 0.25, 0].forEach((wanted, k) => {
      expect(Math.abs(found[k] - wanted)).toBeLessThan(0.02)
    })
  })

  it('leaves y as it is where there is no path', () => {
    expect(Array.from(solveFit(new Float64Array(sumsOf(FEATURES)), FEATURES))).toEqual([0, 1, 0, 0, 0])
    expect(solveFitOfState(new Float64Array(sumsOf(FEATURES)), FEATURES)).toBeNull()
  })

  it('does without features that no path has', () => {
    const sums = new Float64Array(sumsOf(FEATURES))
    for (let k = 0; k < 50; k++) addToFit(sums, 0, Float64Array.of(1, 0, k / 50, 0, 0), 2 + k / 50)
    const found = solveFit(sums, FEATURES)
    ;[2, 0, 1, 0, 0].forEach((wanted, k) => {
      expect(Math.abs(found[k] - wanted)).toBeLessThan(5e-3)
    })
  })
})

describe('solveFitOfState', () => {
  it('does without y', () => {
    const found = solveFitOfState(
      sumsOver((features) => linear(features) + 2 * features[1]),
      FEATURES,
    )!
    expect(found[1]).toBe(0)
    ;[0.5, 0, 3, 0.25, -1].forEach((wanted, k) => {
      expect(Math.abs(found[k] - wanted)).toBeLessThan(PULLED)
    })
  })
})
