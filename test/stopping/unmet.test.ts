/** A right to stop whose payoff next to no path meets is never sure; one that is alike by nature is. */
import { describe, expect, it } from 'vitest'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { brownianRight } from './brownian-right.ts'
import { runStopping } from './runs.ts'

const run = (payoff: string, change: Partial<StoppingDefinition> = {}, dates: number | 'any' = 2) =>
  runStopping(
    brownianRight({ payoff, dates, ...(change.stopping?.goal && { goal: change.stopping.goal }) }, change),
    {},
    { batchSize: 256, paths: 2048, steps: 4 },
  )
const ALIKE = /^every path gave exactly .*the payoff may be out of their reach/
const FEW = /^what the payoff gives rests on fewer than four of 2048 paths/
const geometric = { x0: 100, drift: '0.05 * x', diffusion: '0.1 * x', driver: '-0.05 * y' }
const costs = { stopping: { payoff: '', dates: 2, goal: 'minimize' } } as const

describe('a payoff that next to no path meets', () => {
  it.each<[string, RegExp, Partial<StoppingDefinition>]>([
    ['max(x[1] - 5, 0)', ALIKE, {}],
    ['5 + 1e5 * max(x[1] - 5, 0)', ALIKE, {}],
    ['if(x[1] >= 6, 1, 0)', ALIKE, {}],
    ['1e6 * max(60 - x[1], 0)', ALIKE, geometric],
    ['1 - exp(max(x[1] - 6, 0))', ALIKE, costs],
    ['5 - t', ALIKE, { driver: '1e5 * max(x[1] - 6, 0)' }],
    ['max(x[1] - 3, 0)^3 + exp(-300 * (x[1] - 3.3)^2)', FEW, {}],
    ['max(x[1] - 6, 0)', FEW, { terminal: 'x[1]^2' }],
    ['x[1]^2', FEW, { terminal: 'exp(2 * max(x[1] - 9, 0)) - 2' }],
  ])('is told: %s', async (payoff, reason, change) => {
    const { status, reason: told } = await run(payoff, change)
    expect([status, told]).toEqual(['unconverged', expect.stringMatching(reason)])
  })

  it('is in the interval where it is bounded', async () => {
    const { status, standardError, limits } = await run('3 + if(x[1] >= 6, 1, 0)')
    expect(status).toBe('converged')
    expect(standardError).toBeGreaterThan(1.8 / 2048)
    expect(limits!.upper.standardError).toBeGreaterThan(1.8 / 2048)
  })
})

describe('a part of a payoff that no path meets, beside one that they do', () => {
  // Both are convex, so that nobody stops before the end: E max(N − 5, 0) = 5.35e-8 of a standard normal N.
  it.each<[string, Partial<StoppingDefinition>, number]>([
    ['2 + x[1] + 1e5 * max(x[1] - 5, 0)', {}, 2.00535],
    ['2 + x[1]', { terminal: '2 + x[1] + 1e5 * max(-5 - x[1], 0)' }, 2.00535],
  ])('is in the interval: %s', async (payoff, change, right) => {
    const { value, standardError } = await run(payoff, change)
    expect(Math.abs(value - right)).toBeLessThan(2 * standardError)
    expect(standardError).toBeGreaterThan(0.004)
  })
})

it('a payoff that jumps has no gradient, and says why', async () => {
  const { gradient, missingGradient } = await run('if(x[1] >= 0.4, 1, 0)')
  expect(gradient).toEqual([null])
  expect(missingGradient).toMatch(/jumps in x/)
})

describe('a payoff that is alike by nature is sure', () => {
  it.each<[string, Partial<StoppingDefinition>]>([
    ['2', {}],
    ['2 - t', { driver: '-0.05 * y' }],
    ['exp(x[1])', { diffusion: '0' }],
    ['max(x[1] - 1, 0)', { settings: { dim: 2, horizon: 1 }, diffusion: '[0, 1]', drift: '[2, 0]' }],
    ['0', {}],
  ])('%s', async (payoff, change) => {
    const { reason, standardError } = await run(payoff, change)
    expect(reason).toBeNull()
    expect(standardError).toBeLessThan(1e-3)
  })

  it('and so is one that pays most at once', async () => {
    const { status, value } = await run('exp(-5 * t) * (1 + 0.01 * x[1])', {}, 'any')
    expect(status).toBe('converged')
    expect(value).toBeCloseTo(1, 3)
  })
})
