import { describe, expect, it } from 'vitest'
import { loadProblem } from '../../src/page/catalog.ts'
import type { Reference, Settings } from '../../src/problem/definition.ts'
import { hestonCall } from '../../src/problem/references/heston.ts'
import { tabulated } from '../../src/problem/references/tabulated.ts'

async function referenceAt(id: string, settings: Partial<Settings>, x0: number[]): Promise<Reference | null> {
  const page = await loadProblem(id)
  if (typeof page.reference !== 'function') throw new Error(`${id} has no reference function`)
  return page.reference({ ...page.settings, ...settings } as Settings, x0)
}

const everywhere = (dim: number, value: number) => new Array<number>(dim).fill(value)

/** A point with this ‖x‖². */
const atSquaredNorm = (dim: number, squaredNorm: number) => everywhere(dim, Math.sqrt(squaredNorm / dim))

describe('radial references', () => {
  it.each([
    [0.3, 0, 0.05278135741, 5e-12],
    [0.3, 10, 0.045753, 5e-9],
    [0.3, 30, 0.03608794, 5e-9],
    [0.3, 60, 0.0273717, 5e-9],
    [0.3, 100, 0.02068816, 5e-9],
    [0.1, 0, 0.11181215, 5e-9],
    [0.1, 10, 0.07993571, 5e-9],
    [0.1, 30, 0.05076072, 5e-9],
    [0.1, 60, 0.03275625, 5e-9],
    [0.1, 100, 0.02222785, 5e-9],
  ])('allen-cahn, d = 100, T = %f, ‖x0‖² = %i', async (horizon, squaredNorm, value, digit) => {
    const reference = await referenceAt('allen-cahn', { horizon }, atSquaredNorm(100, squaredNorm))
    expect(Math.abs(reference!.value - value)).toBeLessThan(digit)
  })

  it.each([
    ['heat-reaction', 10, 0.469549871],
    ['heat-reaction', 100, 0.316627808],
    ['heat-reaction', 1000, 0.287468392],
    ['sine-gordon', 10, 0.322926385],
    ['sine-gordon', 100, 0.052809435],
    ['sine-gordon', 1000, 0.005588916],
  ])('%s, d = %i', async (id, dim, value) => {
    const reference = await referenceAt(id, { dim }, everywhere(dim, 0))
    expect(Math.abs(reference!.value - value)).toBeLessThan(6e-10)
  })

  it('is the terminal condition as T → 0', async () => {
    const reference = await referenceAt('sine-gordon', { dim: 2, horizon: 1e-9 }, [1, 2])
    expect(reference!.value).toBeCloseTo(0.25, 7)
  })
})

describe('hjb-root', () => {
  it.each([
    [10, 2.04622035],
    [100, 3.74467791],
    [1000, 6.68335268],
  ])('d = %i', async (dim, value) => {
    const reference = await referenceAt('hjb-root', { dim }, everywhere(dim, 0))
    expect(Math.abs(reference!.value - value)).toBeLessThan(6e-9)
  })

  it('says nothing away from the origin', async () => {
    expect(await referenceAt('hjb-root', { dim: 2 }, [0, 1])).toBeNull()
  })

  it('keeps the mass of e^{−√r} for wide laws in one dimension', async () => {
    // u = −ln E e^{−√r}, r half normal with variance 2T: the midpoint rule in r^{1/4}, independent of ln r.
    const horizon = 1e4
    let mass = 0
    let mean = 0
    for (let k = 0; k < 200_000; k++) {
      const w = (k + 0.5) / 20_000
      const density = 4 * w ** 3 * Math.exp(-(w ** 8) / (4 * horizon))
      mass += density
      mean += density * Math.exp(-(w ** 2))
    }
    const reference = await referenceAt('hjb-root', { dim: 1, horizon }, [0])
    expect(reference!.value).toBeCloseTo(Math.log(mass / mean), 8)
  })
})

describe('heston', () => {
  const market = { horizon: 1, rate: 0.03, speed: 2, level: 0.04, volatility: 0.3, rho: -0.7, strike: 100 }

  it('agrees with the inversion of Gil-Pelaez at 25 digits (mpmath)', () => {
    expect(hestonCall(market, 100, 0.04)!.value).toBeCloseTo(9.242521073959059, 11)
  })

  it('is Black–Scholes where the variance is at its level and hardly moves', () => {
    const nearlyConstant = { ...market, volatility: 0.01, rho: 0 }
    expect(hestonCall(nearlyConstant, 100, 0.04)!.value).toBeCloseTo(9.413403383853, 3)
  })

  it('says nothing where there is no price', () => {
    expect(hestonCall(market, -1, 0.04)).toBeNull()
    expect(hestonCall(market, 100, -0.01)).toBeNull()
    expect(hestonCall({ ...market, rho: 2 }, 100, 0.04)).toBeNull()
  })
})

describe('tabulated references', () => {
  it.each([
    ['black-scholes-default-risk', {}, 100, 100, 57.2919],
    ['black-scholes-default-risk', { horizon: 1 / 3 }, 100, 50, 36.4085],
    ['black-scholes-default-risk', { horizon: 0.33333333333, dim: 10 }, 10, 50, 40.76121],
    ['black-scholes-different-rates', {}, 100, 100, 21.17],
    ['allen-cahn-max', { dim: 10 }, 10, 0, 0.89053],
  ])('%s %j', async (id, settings, dim, start, value) => {
    const reference = await referenceAt(id, settings, everywhere(dim, start))
    expect(reference!.value).toBe(value)
    expect(reference!.standardError).toBeGreaterThan(0)
  })

  it.each([
    ['black-scholes-default-risk', { dim: 50 }, 50, 100],
    ['black-scholes-default-risk', { rate: 0.03 }, 100, 100],
    ['black-scholes-default-risk', {}, 100, 50],
    ['black-scholes-different-rates', { sigma: 0.3 }, 100, 100],
    ['allen-cahn-max', { horizon: 0.2 }, 100, 0],
  ])('say nothing at other settings: %s %j', async (id, settings, dim, start) => {
    expect(await referenceAt(id, settings, everywhere(dim, start))).toBeNull()
  })

  it('take a value of 0 for a value', () => {
    const reference = tabulated('here', [{ settings: {}, value: 0 }])({ dim: 1, horizon: 1 }, [0])
    expect(reference).toEqual({ value: 0, source: 'here' })
  })
})
