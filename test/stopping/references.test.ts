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

  it('put on the geometric mean of ten: ever nearer to the perpetual one as the end goes away', () => {
    const mean = geometricMean(10, 0.3, 0.2, 0)
    const at = (horizon: number) =>
      lognormalReference({ spot: 100, rate: 0.05, ...mean, horizon, payoff: put(100) }, null).value
    // (K − S*)(S/S*)^β, S* = Kβ/(β − 1), β the negative root of ½σ²β(β − 1) + (r − q)β = r.
    const half = 0.5 * mean.sigma ** 2
    const growth = 0.05 - mean.dividend - half
    const beta = (-growth - Math.sqrt(growth * growth + 4 * half * 0.05)) / (2 * half)
    const edge = (100 * beta) / (beta - 1)
    const perpetual = (100 - edge) * (100 / edge) ** beta
    expect(perpetual).toBeCloseTo(13.7024541, 6)
    const [twenty, fifty, hundred] = [20, 50, 100].map(at)
    expect(twenty).toBeLessThan(fifty)
    expect(fifty).toBeLessThan(perpetual)
    expect(Math.abs(hundred - perpetual)).toBeLessThan(0.005)
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
