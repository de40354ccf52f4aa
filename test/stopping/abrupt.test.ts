/** Payoffs that jump, at any time: what dates leave out is of order ½. */
import { describe, expect, it } from 'vitest'
import { lackingOf } from '../../src/methods/stopping/any-time.ts'
import type { Found } from '../../src/methods/stopping/result.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { compileStopping } from '../../src/stopping/compile.ts'
import { byDay } from '../support/night.ts'
import { brownianRight } from './brownian-right.ts'
import { runStopping } from './runs.ts'

const page = (payoff: string, change: object = {}, goal: 'maximize' | 'minimize' = 'maximize') =>
  brownianRight({ payoff, dates: 'any', goal }, change)
const GEOMETRIC = { x0: 100, drift: '0.05 * x', diffusion: '0.25 * x', driver: '-0.05 * y' }

describe('what dates lack', () => {
  const founds = (worth: (dates: number) => number, counts = [25, 50, 100]) =>
    counts.map((n) => {
      const limit = { value: worth(n), standardError: 1e-9 }
      return { lower: limit, upper: limit } as unknown as Found
    })

  it('of order ½ is found, and what is left counts the next order', () => {
    const { value, left } = lackingOf(
      founds((n) => 2 - 1 / Math.sqrt(n)),
      1,
      'jump',
    )
    expect(value).toBeCloseTo(0.1, 9)
    expect(left).toBeCloseTo(0, 9)
    const both = lackingOf(
      founds((n) => 2 - 1 / Math.sqrt(n) + 1 / n),
      1,
      'jump',
    )
    expect(Math.abs(both.value - 0.09)).toBeLessThan(1.001 * both.left)
  })

  it('of order 1 all the same lies within what is left, from two numbers of dates too', () => {
    for (const counts of [
      [25, 50, 100],
      [50, 100],
    ]) {
      const { value, left } = lackingOf(
        founds((n) => 2 - 1 / n, counts),
        -1,
        'jump',
      )
      expect(Math.abs(value - 0.01)).toBeLessThan(1.001 * left)
    }
    expect(
      lackingOf(
        founds((n) => 2 - 1 / n),
        1,
        'slow',
      ),
    ).toMatchObject({ value: expect.closeTo(0.01, 9), left: 0 })
  })
})

describe('a payoff rises', () => {
  it.each([
    ['if(x[1] >= 0.5, 1, 0)', 'jump'],
    ['if(x[1] + t >= 0.5, x[1], 0)', 'jump'],
    ['sign(x[1])', 'jump'],
    ['normcdf(40 * (x[1] - 0.5))', 'steep'],
    ['min(max(x[1] - 0.5, 0), 1)', 'slow'],
    ['max(x[1] - 0.5, 0)', 'slow'],
    ['if(x[1] > 0.5, x[1] - 0.5, 0)', 'slow'],
    ['if(t > 0.5, x[1], 0)', 'slow'],
    ['normcdf(x[1])', 'slow'],
  ])('%s: %s', async (payoff, rise) => {
    expect((await compileStopping(page(payoff))).stopping.rise).toBe(rise)
  })
})

/** 2(1 − Φ(b)) for a Brownian motion that touches b; the one-touch formula for the geometric one. */
it.each(
  byDay(2, [
    [page('if(x[1] >= 0.5, 1, 0)'), 0.6170751],
    [page('if(x[1] >= 0.5, 0, 1)', {}, 'minimize'), 0.3829249],
    [page('if(x[1] <= 85, 100, 0)', GEOMETRIC), 48.109],
    // By finite differences.
    [page('normcdf(40 * (x[1] - 0.5))'), 0.5726],
    [page('if(x[1] >= 1, 1, 0)'), 0.3173105],
    [page('if(sum(x) >= 1, 2, 0)', { settings: { dim: 2, horizon: 0.5 } }), 0.634621],
  ] as [StoppingDefinition, number][]),
)('at any time it has its value', async (definition, truth) => {
  const { value, standardError } = await runStopping(definition, {}, { batchSize: 512, paths: 1024 })
  expect(Math.abs(value - truth)).toBeLessThan(3 * standardError)
})
