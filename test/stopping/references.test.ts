/** The references against published values. */
import { describe, expect, it } from 'vitest'
import { geometricMean, lognormalReference } from '../../src/stopping/references/lognormal.ts'

const put = (strike: number) => (x: number) => Math.max(strike - x, 0)

describe('references by integration in one dimension', () => {
  it.each([
    [36, 0.2, 1, 4.477805, 4.486667],
    [44, 0.4, 2, 5.64124, 5.64673],
  ])('put at %d, volatility %d, %d years: fifty dates a year %d, any time %d', (spot, sigma, horizon, bermudan, american) => {
    const problem = { spot, rate: 0.06, dividend: 0, sigma, horizon, payoff: put(40) }
    expect(lognormalReference(problem, 50 * horizon).value).toBeCloseTo(bermudan, 4)
    expect(lognormalReference(problem, null).value).toBeCloseTo(american, 3)
  })

  it('call on the geometric mean of seven assets', () => {
    const mean = geometricMean(7, 0.25, 0.75, 0.02)
    const payoff = (x: number) => Math.max(x - 100, 0)
    expect(lognormalReference({ spot: 100, rate: 0, ...mean, horizon: 2, payoff }, null).value).toBeCloseTo(
      10.25981,
      3,
    )
  })

  it.each([
    [10, 0.12944, 0.129969],
  ])('put on the product of %d assets: eighty dates %d, any time %d', (dim, bermudan, american) => {
    const problem = {
      spot: 1,
      rate: 0.05,
      dividend: (1 - dim) * 0.05,
      sigma: 0.2 * Math.sqrt(dim),
      horizon: 1,
      payoff: put(1),
    }
    expect(lognormalReference(problem, 80).value).toBeCloseTo(bermudan, 5)
    expect(lognormalReference(problem, null).value).toBeCloseTo(american, 4)
  })
})
