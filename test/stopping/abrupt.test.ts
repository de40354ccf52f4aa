/** Payoffs that jump, or whose slope falls, at any time: what dates leave out is of order ½, or between ½ and 1. */
import { describe, expect, it } from 'vitest'
import { lackingOf } from '../../src/methods/stopping/any-time.ts'
import { bentShare } from '../../src/methods/stopping/bend.ts'
import type { Found } from '../../src/methods/stopping/result.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { compileStopping } from '../../src/stopping/compile.ts'
import { byDay } from '../support/night.ts'
import { brownianRight } from './brownian-right.ts'
import { foundsOf, runStopping } from './runs.ts'

const page = (payoff: string, change: object = {}, goal: 'maximize' | 'minimize' = 'maximize') =>
  brownianRight({ payoff, dates: 'any', goal }, change)
const GEOMETRIC = { x0: 100, drift: '0.05 * x', diffusion: '0.25 * x', driver: '-0.05 * y' }

describe('what dates lack', () => {
  const founds = (worth: (dates: number) => number, counts = [25, 50, 100], bent = 0) =>
    counts.map((n) => {
      const limit = { value: worth(n), standardError: 1e-9 }
      return { lower: limit, upper: limit, bent, chances: Array(n + 1) } as unknown as Found
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

  it.each(['kink', 'slow'] as const)('lies between both orders where a payoff bends: %s', (rise) => {
    const lacking = (bent: number) =>
      lackingOf(
        founds((n) => 2 - 1 / n, [50, 100], bent),
        1,
        rise,
      )
    const half = 0.01 / (Math.SQRT2 - 1)
    for (const bent of [0.1, 0.4, 0.8, 1]) {
      const { value, left } = lacking(bent)
      expect(value).toBeGreaterThan(0.01)
      expect(value).toBeLessThan(half * (1 + 1e-9))
      expect(left).toBeGreaterThan(0)
      if (rise === 'slow') expect(value - 0.01).toBeLessThan(2 * left)
    }
    expect(lacking(0)).toMatchObject({ value: expect.closeTo(0.01, 9), left: 0 })
    if (rise === 'kink') expect(Math.abs(lacking(0.8).value - half)).toBeLessThan(lacking(0.8).left)
  })
})

describe('a payoff rises', () => {
  it.each([
    ['if(x[1] >= 0.5, 1, 0)', 'jump'],
    ['if(x[1] + t >= 0.5, x[1], 0)', 'jump'],
    ['sign(x[1])', 'jump'],
    ['normcdf(40 * (x[1] - 0.5))', 'slow'],
    ['min(max(x[1] - 0.5, 0), 1)', 'kink'],
    ['min(max(20 * (x[1] - 0.5), 0), 1)', 'kink'],
    ['min(max(5000 * (x[1] - 0.5), 0), 1)', 'kink'],
    ['if(x[1] < 0.5, 0, if(x[1] > 0.55, 1, 20 * (x[1] - 0.5)))', 'kink'],
    ['max(1 - 4 * abs(x[1] - 0.5), 0)', 'kink'],
    ['abs(x[1])', 'slow'],
    ['max(x[1] - 0.5, 0)', 'slow'],
    ['if(x[1] > 0.5, x[1] - 0.5, 0)', 'slow'],
    ['if(t > 0.5, x[1], 0)', 'slow'],
    ['normcdf(x[1])', 'slow'],
  ])('%s: %s', async (payoff, rise) => {
    expect((await compileStopping(page(payoff))).stopping.rise).toBe(rise)
  })

  it('up to a kink only on the side of who chooses', async () => {
    const rise = async (payoff: string) => {
      const { stopping } = await compileStopping(page(payoff, {}, 'minimize'))
      return stopping.rise
    }
    expect(await rise('min(x[1], 0.5)')).toBe('slow')
    expect(await rise('max(x[1], 0.5)')).toBe('kink')
  })
})

describe('where paths are stopped a payoff bends', () => {
  it.each([
    ['max(100 - x[1], 0)', 0, 0],
    ['min(max(100 - x[1], 0), 60)', 0, 0.01],
    ['min(max(x[1] - 100, 0), 10)', 0.4, 1],
    ['tanh((x[1] - 100) / 50)', 0.01, 0.3],
  ])('%s: %d to %d', async (payoff, least, most) => {
    const founds = await foundsOf(page(payoff, GEOMETRIC), { batchSize: 256, paths: 512 })
    for (const { bent } of founds) {
      expect(bent).toBeGreaterThanOrEqual(least)
      expect(bent).toBeLessThanOrEqual(most)
    }
  })

  it('by the share that the slope does not say', () => {
    expect(bentShare([Float64Array.of(0, 0), Float64Array.of(0, 0)])).toBe(0)
    expect(bentShare([Float64Array.of(3, 0), Float64Array.of(0, 1)])).toBe(0.75)
  })
})

/** 2(1 − Φ(b)) for a Brownian motion that touches b; the one-touch formula for the geometric one. */
it.each(
  byDay(4, [
    [page('if(x[1] >= 0.5, 1, 0)'), 0.6170751],
    // By a trinomial tree with nodes at the kinks.
    [page('min(max(20 * (x[1] - 0.5), 0), 1)'), 0.582476],
    [page('min(max(x[1] - 100, 0), 10)', GEOMETRIC), 7.20026],
    [page('if(x[1] >= 0.5, 0, 1)', {}, 'minimize'), 0.3829249],
    [page('1 - min(max(20 * (x[1] - 0.5), 0), 1)', {}, 'minimize'), 0.417524],
    [page('if(x[1] < 0.5, 0, if(x[1] > 0.51, 1, 100 * (x[1] - 0.5)))'), 0.610057],
    [page('min(max(2 * (x[1] - 0.5), 0), 1)'), 0.336979],
    [page('(1 + tanh(10 * (x[1] - 0.5))) / 2'), 0.50014],
    [page('1 / (1 + exp(-10 * (x[1] - 0.5)))'), 0.443796],
    [page('max(1 - 4 * abs(x[1] - 0.5), 0)'), 0.620711],
    [page('min(x[1], 0.5)', { drift: '0.2' }), 0.107752],
    [page('min(max(100 - x[1], 0), 10)', GEOMETRIC), 6.51569],
    [
      page('min(max(20 * (0.6 * x[1] + 0.8 * x[2] - 0.5), 0), 1)', { settings: { dim: 2, horizon: 1 } }),
      0.582476,
    ],
    // asinh of a Brownian motion's sinh.
    [
      page('min(max(20 * (log(x[1] + sqrt(x[1]^2 + 1)) - 0.5), 0), 1)', {
        drift: 'x / 2',
        diffusion: 'sqrt(1 + x^2)',
      }),
      0.582476,
    ],
    [page('if(x[1] <= 85, 100, 0)', GEOMETRIC), 48.109],
    // By finite differences.
    [page('normcdf(40 * (x[1] - 0.5))'), 0.572631],
    [page('if(x[1] >= 1, 1, 0)'), 0.3173105],
    [page('if(sum(x) >= 1, 2, 0)', { settings: { dim: 2, horizon: 0.5 } }), 0.634621],
  ] as [StoppingDefinition, number][]),
)('at any time it has its value', async (definition, truth) => {
  const { value, standardError } = await runStopping(definition, {}, { batchSize: 512, paths: 1024 })
  expect(Math.abs(value - truth)).toBeLessThan(3 * standardError)
})
