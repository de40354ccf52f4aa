/** Drivers that are not linear: against finite differences, and which limits hold for which of them. */

import { describe, expect, it } from 'vitest'
import { builtInOf } from '../../src/page/catalog.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { byDay } from '../support/night.ts'
import { type TwoRates, twoRatesValue } from '../support/two-rates-grid.ts'
import { beyond, type Damage, runStopping } from './runs.ts'

const ALLOWED = 4
const SMALL = { batchSize: 1024, paths: 2048 }
const page = (await builtInOf('stopping', 'american-different-rates'))!
const straddle = (value: number) => Math.abs(value - 100)
const OWN: TwoRates = { spot: 100, sigma: 0.2, lend: 0.04, borrow: 0.08, horizon: 1, payoff: straddle }
/** Five dates instead of any time: a tenth of the work, and worth less. */
const few = { ...page, stopping: { ...page.stopping, dates: 5 }, reference: undefined }

describe('finite differences of two rates', () => {
  it('give the American put at one rate, and the value that the page has', () => {
    const put = { spot: 36, sigma: 0.2, lend: 0.06, borrow: 0.06, horizon: 1 }
    expect(twoRatesValue({ ...put, payoff: (x) => Math.max(40 - x, 0) })).toBeCloseTo(4.486667, 4)
    expect(twoRatesValue(OWN)).toBeCloseTo(17.41544, 4)
  })
})

describe('a straddle under two rates', () => {
  it('is worth what finite differences say', async () => {
    const run = await runStopping('american-different-rates', {}, { ...SMALL, steps: 100 })
    expect(run.reference).toBe(17.41544)
    expect(beyond(run)[0]).toBeLessThan(ALLOWED)
    expect(Math.abs(run.value - run.reference)).toBeLessThan(ALLOWED * run.standardError)
    expect(run.stopping).toMatchObject({ upper: null, lower: { value: expect.any(Number) } })
    expect(run.stopping!.holdsFor).toMatch(/the lower limit holds, the other is not known for this driver/)
  })

  it('has an upper limit alone where borrowing is the cheaper', async () => {
    const reference = twoRatesValue({ ...OWN, borrow: 0.01 })
    const run = await runStopping(
      { ...page, reference: () => ({ value: reference, source: 'test' }) },
      { borrow: 0.01 },
      { ...SMALL, steps: 100 },
    )
    expect(beyond(run)[1]).toBeLessThan(ALLOWED)
    expect(run.stopping!.lower).toBeNull()
    expect(run.stopping!.upper!.value).toBe(run.limits!.upper.value)
  })

  it('is the same as costs', async () => {
    const gains = await runStopping(few, {}, SMALL)
    const page: StoppingDefinition = {
      ...few,
      driver: '-lend * y - (mu - lend) / sigma * sum(z) - (borrow - lend) * max(y - sum(z) / sigma, 0)',
      stopping: { payoff: '-abs(mean(x) - strike)', dates: 5, goal: 'minimize' },
      terminal: '-abs(mean(x) - strike)',
    }
    const costs = await runStopping(page, {}, SMALL)
    expect(costs.value).toBeCloseTo(-gains.value, 4)
    expect(costs.stopping!.lower).toBeNull()
    expect(costs.stopping!.upper!.value).toBeCloseTo(-gains.stopping!.lower!.value, 4)
  })

  it('in two assets that may change places is worth as much as told apart', async () => {
    const [alike, apart] = await Promise.all(
      ['sum(z)', 'sum(z) + 0 * z[1] * z[2] * x[1]'].map((sum) =>
        runStopping(
          {
            ...few,
            driver: `-lend * y - (mu - lend) / sigma * sum(z) + (borrow - lend) * max((${sum}) / sigma - y, 0)`,
          },
          { dim: 2 },
          SMALL,
        ),
      ),
    )
    expect(Math.abs(alike.value - apart.value)).toBeLessThan(
      4 * Math.hypot(alike.standardError, apart.standardError),
    )
  })

  it.each(
    byDay(2, ['zero', 'reversed', 'noise'] as Damage[]),
  )('with coefficients %s: a lower limit that is wide, never wrong', async (damage) => {
    const run = await runStopping(few, {}, SMALL, damage)
    // Five dates are worth less than any time, so that this is a limit of both.
    const { lower } = run.limits!
    expect((lower.value - 17.41544) / lower.standardError).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeGreaterThan(0.01)
  })
})

describe('a put that is discounted the more the more it is worth', () => {
  const DATES = 5
  const put: StoppingDefinition = {
    id: 'curved',
    title: 'curved',
    source: 'test',
    group: page.group,
    settings: { dim: 1, horizon: 1 },
    x0: 40,
    drift: '0.06 * x',
    diffusion: '0.3 * x',
    driver: '-0.06 * y - 0.02 * y^2',
    stopping: { payoff: 'max(42 - x[1], 0)', dates: DATES },
    terminal: 'max(42 - x[1], 0)',
  }

  const truth = curvedPut(DATES)

  it('is worth what finite differences say, between limits that both hold', async () => {
    const run = await runStopping(put, {}, { ...SMALL, steps: 40 })
    const { lower, upper } = run.stopping!
    expect(Math.abs(run.value - truth)).toBeLessThan(ALLOWED * run.standardError)
    expect((lower!.value - truth) / lower!.standardError).toBeLessThan(ALLOWED)
    expect((upper!.value - truth) / upper!.standardError).toBeGreaterThan(-ALLOWED)
    expect(upper!.value / truth - 1).toBeLessThan(5e-3)
    expect(lower!.value / truth - 1).toBeGreaterThan(-5e-3)
    expect(run.stopping!.holdsFor).toMatch(/^both limits hold/)
  })

  it.each(
    byDay(2, ['noise', 'reversed', 'zero'] as Damage[]),
  )('with coefficients %s: limits that are wide, never wrong', async (damage) => {
    const run = await runStopping(
      { ...put, reference: () => ({ value: truth, source: 'test' }) },
      {},
      SMALL,
      damage,
    )
    expect(Math.max(...beyond(run))).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeGreaterThan(0.01)
  })

  it('as a cost, with a driver that is convex, likewise', async () => {
    const page: StoppingDefinition = {
      ...put,
      driver: '-0.06 * y + 0.02 * y^2',
      stopping: { payoff: '-max(42 - x[1], 0)', dates: DATES, goal: 'minimize' },
      terminal: '-max(42 - x[1], 0)',
      reference: () => ({ value: -truth, source: 'test' }),
    }
    const run = await runStopping(page, {}, { ...SMALL, steps: 40 }, 'noise')
    expect(run.stopping).toMatchObject({ lower: expect.any(Object), upper: expect.any(Object) })
    expect(Math.max(...beyond(run))).toBeLessThan(ALLOWED)
  })
})

/** By Runge and Kutta's rule on a grid of log x. */
function curvedPut(dates: number): number {
  const [points, low, high, steps] = [300, Math.log(4), Math.log(250), 1500]
  const h = (high - low) / points
  const pays = Float64Array.from({ length: points + 1 }, (_, i) => Math.max(42 - Math.exp(low + i * h), 0))
  const change = (v: Float64Array) =>
    v.map((y, i) => {
      if (i === 0 || i === points) return 0
      const [left, right] = [v[i - 1], v[i + 1]]
      return (
        (0.045 * (right - 2 * y + left)) / (h * h) +
        (0.015 * (right - left)) / (2 * h) -
        0.06 * y -
        0.02 * y * y
      )
    })
  const dt = 1 / steps
  const moved = (v: Float64Array, slope: Float64Array, share: number) =>
    v.map((y, i) => y + share * dt * slope[i])
  let v = pays
  for (let n = 1; n <= steps; n++) {
    const k1 = change(v)
    const k2 = change(moved(v, k1, 0.5))
    const k3 = change(moved(v, k2, 0.5))
    const k4 = change(moved(v, k3, 1))
    v = v.map((y, i) => y + (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]))
    if ((n * dates) % steps === 0 && n < steps) v = v.map((y, i) => Math.max(y, pays[i]))
  }
  const place = (Math.log(40) - low) / h
  const [i, u] = [Math.floor(place), place - Math.floor(place)]
  return (1 - u) * v[i] + u * v[i + 1] - 0.5 * u * (1 - u) * (v[i + 1] - 2 * v[i] + v[i - 1])
}
