/** Kinds of pages: costs, any time, payments on the way, motions without an exact law, rules without a choice. */

import { describe, expect, it } from 'vitest'
import { builtInOf } from '../../src/page/catalog.ts'
import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { beyond, runStopping } from './runs.ts'

const put = {
  id: 'put',
  title: 'put',
  source: 'test',
  group: 'test',
  settings: { dim: 1, horizon: 1, strike: 40, rate: 0.06, sigma: 0.2 },
  x0: 36,
  drift: 'rate * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - x, 0)', dates: 10 },
}

describe('a right to stop', () => {
  it('of costs is that of gains with the other sign', async () => {
    const gains = await runStopping(defineStopping(put))
    const costs = await runStopping(
      defineStopping({ ...put, stopping: { payoff: '-max(strike - x, 0)', dates: 10, goal: 'minimize' } }),
    )
    expect(costs.value).toBe(-gains.value)
    expect(costs.limits!.lower.value).toBe(-gains.limits!.upper.value)
    expect(costs.gradient[0]).toBe(-gains.gradient[0]!)
  })

  it('at any time holds the American value, and the gradient that goes with it', async () => {
    const run = await runStopping('american-put', {}, { batchSize: 1024 })
    const [low] = beyond(run)
    expect(low).toBeLessThan(4)
    expect(Math.abs(run.value - run.reference)).toBeLessThan(4 * run.standardError)
    expect(run.gridError).toBeGreaterThan(0)
    // ∂u/∂S of the lattice.
    expect(run.gradient[0]).toBeCloseTo(-0.695, 1)
  })

  it('pays on the way: a house to sell', async () => {
    const run = await runStopping('house-sale', {}, { batchSize: 1024 })
    expect(beyond(run)[0]).toBeLessThan(4)
    expect(Math.abs(run.value - run.reference)).toBeLessThan(4 * run.standardError)
  })

  it('discounts with a rate that depends on the state as with the same number', async () => {
    const plain = await runStopping(defineStopping(put))
    const written = await runStopping(defineStopping({ ...put, driver: '-(rate + 0 * sin(x[1])) * y' }))
    const varying = await runStopping(defineStopping({ ...put, driver: '-(rate + 1e-9 * x[1]) * y' }))
    expect(written.value).toBe(plain.value)
    expect(Math.abs(varying.value - plain.value)).toBeLessThan(2 * plain.standardError)
  })

  it('has limits in the right order under a volatility of its own', async () => {
    const page = defineStopping({
      ...put,
      settings: { dim: 2, horizon: 0.5, strike: 100, rate: 0.05, kappa: 3, level: 0.04, eta: 0.3 },
      x0: [100, 0.04] as unknown as number,
      drift: '[rate * x[1], kappa * (level - x[2])]',
      diffusion: '[sqrt(max(x[2], 0)) * x[1], eta * sqrt(max(x[2], 0))]',
      correlation: -0.5,
      stopping: { payoff: 'max(strike - x[1], 0)', dates: 5 },
    })
    const { limits, stopping, status } = await runStopping(page, {}, { batchSize: 2048 })
    const { lower, upper } = limits!
    expect(upper.value - lower.value).toBeGreaterThan(
      -4 * Math.hypot(lower.standardError, upper.standardError),
    )
    expect(stopping!.relativeGap).toBeLessThan(0.05)
    expect(status).toBe('converged')
  })

  it('says of a rule without a choice that it is one', async () => {
    const page = (await builtInOf('stopping', 'bermudan-put'))!
    const call = {
      ...page,
      stopping: { payoff: 'max(x - strike, 0)', dates: 5 },
      terminal: 'max(x - strike, 0)',
    }
    const never = await runStopping({ ...call, reference: undefined })
    expect(never.stopping!.rule).toBe('never stops before the end')
    expect(never.stopping!.time.mean).toBe(1)
    const falling = {
      ...page,
      reference: undefined,
      stopping: { payoff: '10 - t', dates: 4 },
      terminal: '10 - t',
    }
    const always = await runStopping({ ...falling, driver: '-rate * y' })
    expect(always.stopping!.rule).toBe('stops at the first date')
    expect(always.value).toBeCloseTo(9.75 * Math.exp(-0.06 / 4), 3)
  })
})
