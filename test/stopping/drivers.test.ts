/** Drivers that are not linear: two rates against finite differences, and which limit holds for which of them. */

import { describe, expect, it } from 'vitest'
import { builtInOf } from '../../src/page/catalog.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
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

  it.each([
    'zero',
    'noise',
    'reversed',
  ] as Damage[])('with coefficients %s: a lower limit that is wide, never wrong', async (damage) => {
    const run = await runStopping(few, {}, SMALL, damage)
    // Five dates are worth less than any time, so that this is a limit of both.
    const { lower } = run.limits!
    expect((lower.value - 17.41544) / lower.standardError).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeGreaterThan(0.01)
  })
})
