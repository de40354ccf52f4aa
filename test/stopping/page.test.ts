/** What a stopping page may say, and what is said about one that says something else. */

import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { compileStopping } from '../../src/stopping/compile.ts'
import { parseEquation } from '../support/pages.ts'

const PAGE = {
  settings: { dim: 2, horizon: 1, strike: 1 },
  x0: 1,
  drift: '0.05*x',
  diffusion: '0.2*x',
  driver: '-0.05*y',
  stopping: { payoff: 'max(strike - mean(x), 0)', dates: 4 as unknown },
}

async function compiled(change: object, stopping: object = {}) {
  const page = { ...PAGE, ...change, stopping: { ...PAGE.stopping, ...stopping } }
  const definition = await parseEquation(JSON.stringify(page), 'json', 'mine.json', 'mine')
  return compileStopping(definition as StoppingDefinition)
}

describe('a stopping page', () => {
  it('has equal dates, a list, a formula or any time', async () => {
    expect((await compiled({})).stopping.dates).toEqual([0.25, 0.5, 0.75, 1])
    expect((await compiled({}, { dates: [0.5, 0.1] })).stopping.dates).toEqual([0.1, 0.5, 1])
    expect((await compiled({}, { dates: '2*dim' })).stopping.dates).toHaveLength(4)
    expect((await compiled({}, { dates: 'any' })).stopping.dates).toBeNull()
  })

  it('pays at T what stopping pays, and nothing on the way, unless it says so', async () => {
    const { stopping, functions } = await compiled({ driver: undefined })
    expect(stopping.rate).toBe(0)
    expect(stopping.hasSource).toBe(false)
    expect(functions.terminal.dependsOn).toEqual(['x'])
  })

  it('reads rate and source from a linear driver, and moves X by what z is multiplied with', async () => {
    const { stopping, dynamics } = await compiled({ driver: '0.3 - 0.05*y + 0.1*sum(z)' })
    expect(stopping.rate).toBeCloseTo(0.05, 14)
    expect(stopping.hasSource).toBe(true)
    expect(dynamics).toMatchObject({ kind: 'geometric' })
    expect((dynamics as { drift: Float64Array }).drift[0]).toBeCloseTo(0.05 + 0.2 * 0.1, 14)
  })

  it('knows how a driver bends that is not linear, as gains and as costs', async () => {
    const curvature = async (driver: string, goal?: string) =>
      (await compiled({ driver }, { goal })).stopping.driver?.curvature
    expect(await curvature('-0.05*y + abs(sum(z))')).toBe('convex')
    expect(await curvature('-0.05*y - abs(sum(z))')).toBe('concave')
    expect(await curvature('-0.05*y - abs(sum(z))', 'minimize')).toBe('convex')
    expect(await curvature('-0.05*y + sin(sum(z))')).toBeNull()
    expect(await curvature('-0.05*y + sum(z)')).toBeUndefined()
  })

  it('finds out whether components may change places', async () => {
    expect((await compiled({})).stopping.isExchangeable).toBe(true)
    expect((await compiled({}, { payoff: 'max(strike - x[1], 0)' })).stopping.isExchangeable).toBe(false)
    expect((await compiled({ diffusion: '[0.2, 0.3]*x' })).stopping.isExchangeable).toBe(false)
    expect((await compiled({ correlation: 0.5 })).stopping.isExchangeable).toBe(true)
    expect((await compiled({})).stopping.isOfSum).toBe(false)
    expect((await compiled({}, { payoff: 'max(strike - prod(x), 0)' })).stopping.isOfSum).toBe(true)
    expect((await compiled({ diffusion: '0.2', drift: '0' })).stopping.isOfSum).toBe(true)
    expect((await compiled({ driver: 'max(sum(z), y)' })).stopping.isExchangeable).toBe(true)
    expect((await compiled({ driver: 'max(z[1], y)' })).stopping.isExchangeable).toBe(false)
  })

  it.each([
    [{}, { payoff: 'y - 1' }, /stopping payoff: .*names y/],
    [{}, { payoff: 'sum(z)' }, /stopping payoff: .*names z/],
    [{}, { payoff: 'x' }, /stopping payoff must be a scalar, got a vector\[2\]/],
    [{}, { payoff: 'log(mean(x) - 1)' }, /stopping payoff must be finite, got -Infinity/],
    [{}, { dates: 0 }, /stopping dates must be 1 to 1000 dates.*got 0/],
    [{}, { dates: 1000000 }, /stopping dates must be 1 to 1000 dates.*got 1000000/],
    [{}, { dates: 2.5 }, /stopping dates must be 1 to 1000 dates.*got 2.5/],
    [{}, { dates: [0.5, 1.5] }, /stopping dates must lie in \(0, horizon\] = \(0, 1\], got 1.5/],
    [{}, { dates: [0, 1] }, /stopping dates must lie in .*got 0/],
    [{}, { dates: 'sometimes' }, /stopping dates: .*sometimes/],
    [{}, { date: 4 }, /unknown key 'stopping.date'. Did you mean 'dates'/],
    [{}, { goal: 'most' }, /stopping.goal must be minimize or maximize/],
    [{ driver: '-0.05*y + payoff' }, {}, /driver: .*payoff/],
    [{}, { payoff: 'sqrt(x[1] - 2)' }, /stopping payoff must be finite, got NaN at t = 0, x = 1/],
    [{}, { dates: Array.from({ length: 1001 }, (_, n) => (n + 1) / 1001) }, /1 to 1000 dates.*got 1001/],
    [{}, { dates: [-0.5, 1] }, /stopping dates must lie in .*got -0.5/],
    [{}, { dates: [] }, /stopping.dates must be a list of at least one number, got \[\]/],
    [{}, { payoff: undefined }, /stopping.payoff/],
    [
      { runningCost: 'sum(a^2)', terminalCost: '0', driver: undefined },
      {},
      /unknown key 'stopping'. A right to stop beside a control is not there/,
    ],
    [{ control: { a: 1 } }, {}, /unknown key 'control'. A control problem is a page of its own/],
  ])('%j with %j is refused in one line', async (change, stopping, message) => {
    const attempt = compiled(change, stopping)
    await expect(attempt).rejects.toThrow(UserError)
    await expect(attempt).rejects.toThrow(message)
    await expect(attempt).rejects.not.toThrow(/\n/)
  })
})
