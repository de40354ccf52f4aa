/** Payoffs that jump, or whose slope falls, at any time: what dates leave out is of order ½, or between ½ and 1. */
import { describe, expect, it } from 'vitest'
import { lackingOf } from '../../src/methods/stopping/any-time.ts'
import { bentOf } from '../../src/methods/stopping/bend.ts'
import type { Found } from '../../src/methods/stopping/result.ts'
import type { StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { compileStopping } from '../../src/stopping/compile.ts'
import { hasFallingSlope } from '../../src/stopping/falling-slope.ts'
import { byDay } from '../support/night.ts'
import { brownianRight } from './brownian-right.ts'
import { foundsOf, runStopping } from './runs.ts'

const page = (payoff: string, change: object = {}, goal: 'maximize' | 'minimize' = 'maximize') =>
  brownianRight({ payoff, dates: 'any', goal }, change)
const GEOMETRIC = { x0: 100, drift: '0.05 * x', diffusion: '0.25 * x', driver: '-0.05 * y' }

describe('what dates lack', () => {
  const founds = (
    worth: (dates: number) => number,
    counts = [25, 50, 100],
    bent = { share: 0, byKinks: 0 },
    atFirst = 0,
  ) =>
    counts.map((n) => {
      const limit = { value: worth(n), standardError: 1e-9 }
      return {
        lower: limit,
        upper: limit,
        bent,
        chances: Array(n + 1).fill({ chance: atFirst }),
      } as unknown as Found
    })

  it('of order ½ is found, and what is left counts the next order', () => {
    const { value, left } = lackingOf(
      founds((n) => 2 - 1 / Math.sqrt(n)),
      1,
      true,
    )
    expect(value).toBeCloseTo(0.1, 9)
    expect(left).toBeCloseTo(0, 9)
    const both = lackingOf(
      founds((n) => 2 - 1 / Math.sqrt(n) + 1 / n),
      1,
      true,
    )
    expect(Math.abs(both.value - 0.09)).toBeLessThan(1.001 * both.left)
  })

  it('is of no order for paths that are stopped at the first date', () => {
    // What an American put lacks 0.7 above where stopping begins (finite differences: 50 and 100 dates, and any).
    const lower = (n: number) => (n === 50 ? 4.03303 : 4.05051)
    const { value, left } = lackingOf(founds(lower, [50, 100], { share: 0, byKinks: 0 }, 0.29), 1, false)
    expect(Math.abs(value - (4.06433 - 4.05051))).toBeLessThan(left)
    expect(left).toBeLessThan(0.3 * value)
  })

  it('of order 1 all the same lies within what is left, from two numbers of dates too', () => {
    for (const counts of [
      [25, 50, 100],
      [50, 100],
    ]) {
      const { value, left } = lackingOf(
        founds((n) => 2 - 1 / n, counts),
        -1,
        true,
      )
      expect(Math.abs(value - 0.01)).toBeLessThan(1.001 * left)
    }
    expect(
      lackingOf(
        founds((n) => 2 - 1 / n),
        1,
        false,
      ),
    ).toMatchObject({ value: expect.closeTo(0.01, 9), left: 0 })
  })

  it.each([1, 0.5, 0])('lies between both orders where a payoff bends, %d of it by kinks', (byKinks) => {
    const lacking = (share: number) =>
      lackingOf(
        founds((n) => 2 - 1 / n, [50, 100], { share, byKinks }),
        1,
        false,
      )
    const half = 0.01 / (Math.SQRT2 - 1)
    for (const share of [0.1, 0.4, 0.8, 1]) {
      const { value, left } = lacking(share)
      expect(value).toBeGreaterThan(0.01)
      expect(value).toBeLessThan(half * (1 + 1e-9))
      expect(left).toBeGreaterThan(0)
      if (byKinks === 0) expect(value - 0.01).toBeLessThan(2 * left)
    }
    expect(lacking(0)).toMatchObject({ value: expect.closeTo(0.01, 9), left: 0 })
    if (byKinks === 1) expect(Math.abs(lacking(0.8).value - half)).toBeLessThan(lacking(0.8).left)
  })
})

it.each([
  ['if(x[1] >= 0.5, 1, 0)', true],
  ['if(x[1] + t >= 0.5, x[1], 0)', true],
  ['sign(x[1])', true],
  ['normcdf(40 * (x[1] - 0.5))', false],
  ['min(max(20 * (x[1] - 0.5), 0), 1)', false],
  ['if(x[1] > 0.5, x[1] - 0.5, 0)', false],
  ['if(t > 0.5, x[1], 0)', false],
])('whether a payoff jumps: %s, %s', async (payoff, jumps) => {
  expect((await compileStopping(page(payoff))).stopping.jumps).toBe(jumps)
})

describe('where paths are stopped a payoff bends', () => {
  it.each([
    ['max(100 - x[1], 0)', 0, 0, null],
    ['min(max(100 - x[1], 0), 60)', 0, 0.01, null],
    ['min(max(x[1] - 100, 0), 10)', 0.4, 1, 1],
    ['tanh((x[1] - 100) / 50)', 0.01, 0.3, 0],
  ] as const)('%s: %d to %d, by kinks %s', async (payoff, least, most, kinks) => {
    const founds = await foundsOf(page(payoff, GEOMETRIC), { batchSize: 256, paths: 512 })
    for (const {
      bent: { share, byKinks },
    } of founds) {
      expect(share).toBeGreaterThanOrEqual(least)
      expect(share).toBeLessThanOrEqual(most)
      if (kinks !== null) expect(byKinks).toBe(kinks)
    }
  })

  it('by the share that the slope does not say', () => {
    const columns = (...words: number[][]) => words.map((word) => Float64Array.from(word))
    expect(bentOf(columns([0, 0], [0, 0], [0, 0], [0, 0]))).toEqual({ share: 0, byKinks: 0 })
    expect(bentOf(columns([3, 0], [0, 1], [3, 1], [1, 0]))).toEqual({ share: 0.75, byKinks: 0.25 })
  })
})

describe('a slope that falls at a stroke', () => {
  const along = (value: (s: number) => number, slope: (s: number) => number) => ({ value, slope })
  it.each([
    [
      'the end of a ramp',
      along(
        (s) => Math.min(s, 0.3),
        (s) => (s < 0.3 ? 1 : 0),
      ),
      true,
    ],
    [
      'a ramp far narrower than the line',
      along(
        (s) => Math.min(Math.max(1e5 * (s - 0.7), 0), 1),
        (s) => (s > 0.7 && s < 0.70001 ? 1e5 : 0),
      ),
      true,
    ],
    [
      'the beginning of one',
      along(
        (s) => Math.max(s - 0.3, 0),
        (s) => (s > 0.3 ? 1 : 0),
      ),
      false,
    ],
    [
      'a steep tanh',
      along(
        (s) => Math.tanh(100 * (s - 0.5)),
        (s) => 100 / Math.cosh(100 * (s - 0.5)) ** 2,
      ),
      false,
    ],
    [
      'a line',
      along(
        (s) => s,
        () => 1,
      ),
      false,
    ],
  ])('%s', (_, line, expected) => {
    expect(hasFallingSlope(line)).toBe(expected)
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
    [page('(1 + tanh(10 * (x[1] - 0.5))) / 2 + min(max(5 * (x[1] + 1), 0), 0.3)'), 0.80014],
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
    [
      page('max(40 - x[1], 0)', { x0: 33.8, drift: '0.06 * x', diffusion: '0.2 * x', driver: '-0.06 * y' }),
      6.24239,
    ],
    [page('if(x[1] >= 1, 1, 0)'), 0.3173105],
    [page('if(sum(x) >= 1, 2, 0)', { settings: { dim: 2, horizon: 0.5 } }), 0.634621],
  ] as [StoppingDefinition, number][]),
)('at any time it has its value', async (definition, truth) => {
  const { value, standardError } = await runStopping(definition, {}, { batchSize: 512, paths: 1024 })
  expect(Math.abs(value - truth)).toBeLessThan(3 * standardError)
})
