/** What lies behind kinks that no path comes to, beside Gaussian and lognormal tails; and that it is in the error of every method. */
import { describe, expect, it } from 'vitest'
import { solve } from '../../../src/entry/solve.ts'
import { helpers } from '../../../src/formulas/special.ts'
import type { ProblemDefinition } from '../../../src/problem/definition.ts'
import { readExpressions } from '../../../src/problem/expressions.ts'
import { farSides } from '../../../src/problem/forecast/far-sides.ts'
import { unmetMean, unmetSlope } from '../../../src/statistics/unmet.ts'
import { brownianPage } from '../../support/brownian-page.ts'

const sidesOf = async (change: Partial<ProblemDefinition>) =>
  farSides(await readExpressions(brownianPage(change)))
const beyond = helpers.normcdf
const density = (k: number) => Math.exp(-0.5 * k * k) / Math.sqrt(2 * Math.PI)
/** E max(N − k, 0) of a standard normal N. */
const call = (k: number) => density(k) - k * beyond(-k)

/** A source that paths come to when it is over: the drift leads all of them there. */
const EARLY: Partial<ProblemDefinition> = {
  drift: 'if(t < 0.5, 0, 8)',
  driver: 'if(t < 0.5, 1e5 * max(x[1] - 3.2, 0), 0)',
}
const meanOver = (from: number, to: number, f: (t: number) => number) => {
  let sum = 0
  for (let k = 0.5; k < 1000; k++) sum += f(from + (k * (to - from)) / 1000) / 1000
  return sum * (to - from)
}
const callAt = (t: number, strike: number) => Math.sqrt(t) * call(strike / Math.sqrt(t))
const early = () => meanOver(0, 0.5, (t) => 1e5 * callAt(t, 3.2))
const fading = () => meanOver(0, 1, (t) => 1e6 * Math.exp(-30 * t) * callAt(t, 2 - 1.5 * t * t))

describe('a far side', () => {
  it.each<[string, Partial<ProblemDefinition>, number, number]>([
    ['of a call', { terminal: 'cos(x[1]) + 1e5 * max(x[1] - 5, 0)' }, 5, 1e5 * call(5)],
    ['of a put', { terminal: 'x[1]^2 - min(x[1] + 6, 0)' }, 6, call(6)],
    ['of a jump', { terminal: 'sin(x[1]) + if(x[1] > 4.5 and x[1] < 9, 7, 0)' }, 4.5, 7 * beyond(-4.5)],
    ['of a steep step', { terminal: 'x[1] + tanh(50 * (x[1] - 4))' }, 4, 2 * beyond(-4)],
    ['of an absolute value', { terminal: 'abs(x[1] - 3.5)' }, 3.5, 2 * call(3.5)],
    [
      'along the most likely of many directions',
      { settings: { dim: 4, horizon: 4 }, terminal: 'max(mean(x) - 5, 0)' },
      5,
      call(5),
    ],
    [
      'where the drift leads back',
      { drift: '-x', settings: { dim: 1, horizon: 1 }, terminal: 'cos(x[1]) + max(x[1] - 3, 0)' },
      3 / Math.sqrt((1 - Math.exp(-2)) / 2),
      Math.sqrt((1 - Math.exp(-2)) / 2) * call(3 / Math.sqrt((1 - Math.exp(-2)) / 2)),
    ],
    ['of two ways to one kink', { terminal: 'cos(x[1]) + max(x[1]^2 - 25, 0)' }, 5, 10 * call(5)],
    [
      'of a lognormal',
      { x0: 1, diffusion: '0.2 * x', terminal: 'x[1] + if(x[1] > 2.5, 1, 0)' },
      (Math.log(2.5) + 0.02) / 0.2,
      beyond(-(Math.log(2.5) + 0.02) / 0.2),
    ],
  ])('%s', async (_, change, distance, mean) => {
    const [side, ...others] = await sidesOf(change)
    expect(side.distance).toBeGreaterThan(distance - 0.2)
    expect(side.distance).toBeLessThan(distance + 0.2)
    expect(side.mean / mean).toBeGreaterThan(0.6)
    expect(side.mean / mean).toBeLessThan(1.6)
    // What is as far the other way, or another kink that hardly counts.
    for (const other of others) {
      const ratio = other.mean / side.mean
      expect(ratio < 1e-6 || (ratio > 0.6 && ratio < 1.6)).toBe(true)
    }
  })

  it.each<[string, Partial<ProblemDefinition>, number]>([
    [
      'in the other of two wells',
      { x0: 1, drift: '4 * (x - x^3)', diffusion: '0.4', terminal: 'cos(x[1]) + 1e5 * max(-x[1] - 0.5, 0)' },
      0.004558,
    ],
    [
      'a bump there, over a long time',
      {
        x0: 1,
        drift: 'x - x^3',
        diffusion: '0.25',
        settings: { dim: 1, horizon: 3 },
        terminal: 'cos(x[1]) + 1e4 * exp(-50 * (x[1] + 1)^2)',
      },
      0.01332,
    ],
    ['over a crest', { drift: '-3 * sin(2 * x)', terminal: 'cos(x[1]) + 1e3 * max(x[1] - 4, 0)' }, 8.966e-5],
  ])('%s lies along a way that bends (truth by finite differences, two grids)', async (_, change, truth) => {
    const sides = await sidesOf(change)
    const mean = sides.reduce((sum, side) => sum + side.mean, 0)
    expect(mean / truth).toBeGreaterThan(0.5)
    expect(mean / truth).toBeLessThan(2)
  })

  it('of the worst of two is where both are', async () => {
    const terminal = 'cos(x[1]) + 1e4 * max(min(x[1], x[2]) - 3.2, 0)'
    const sides = await sidesOf({ settings: { dim: 2, horizon: 1 }, terminal })
    const mean = sides.reduce((sum, side) => sum + side.mean, 0)
    let truth = 0
    for (let m = 3.2005; m < 9; m += 0.001) truth += 1e4 * beyond(-m) ** 2 * 0.001
    expect(mean / truth).toBeGreaterThan(0.5)
    expect(mean / truth).toBeLessThan(2)
  })

  it('of each of many elements is that of a few which stand for them', async () => {
    const sides = await sidesOf({ settings: { dim: 20, horizon: 1 }, terminal: 'x[1] + sum(max(x - 5, 0))' })
    const mean = sides.reduce((sum, side) => sum + side.mean, 0)
    expect(mean / (20 * call(5))).toBeGreaterThan(0.9)
    expect(mean / (20 * call(5))).toBeLessThan(1.1)
  })

  it('of the driver is its mean over the time', async () => {
    const sides = await sidesOf({ driver: '1e5 * max(x[1] - 5, 0) - y', terminal: 'cos(x[1])' })
    const found = sides.reduce((sum, side) => sum + side.mean, 0)
    let mean = 0
    for (let t = 0.005; t < 1; t += 0.01)
      mean += 0.01 * 1e5 * Math.exp(-t) * Math.sqrt(t) * call(5 / Math.sqrt(t))
    expect(found / mean).toBeGreaterThan(0.5)
    expect(found / mean).toBeLessThan(4)
  })

  it.each<[string, Partial<ProblemDefinition>, number]>([
    [
      'of a rate, by which what is paid grows',
      { driver: 'cos(x[1]) + 40 * max(min(4 * (x[1] - 4), 1), 0) * y', terminal: '0' },
      0.0106,
    ],
    ['of a drift', { drift: 'if(x[1] > 4.3, 300, 0)', terminal: 'cos(x[1]) + x[1]^2' }, 0.0252],
    [
      'of two conditions at once',
      { settings: { dim: 2, horizon: 1 }, terminal: 'cos(x[1]) + if(x[1] > 3.3 and x[2] > 3.3, 1e5, 0)' },
      0.02337,
    ],
    ['of what is paid early alone', { ...EARLY, terminal: 'cos(x[1])' }, early()],
    [
      'of what fades',
      { driver: '1e6 * exp(-30 * t) * max(x[1] - 2, 0)', drift: '3 * t', terminal: 'cos(x[1])' },
      fading(),
    ],
  ])('is told to its order: %s', async (_, change, right) => {
    const found = (await sidesOf(change)).reduce((sum, side) => sum + side.mean, 0)
    expect(found / right).toBeGreaterThan(0.25)
    expect(found / right).toBeLessThan(12)
  })

  it('moves with the start as its mean does', async () => {
    const [side] = await sidesOf({
      settings: { dim: 2, horizon: 1 },
      terminal: 'x[2] + 1e5 * max(x[1] - 5, 0)',
    })
    expect(side.slopes[0] / (1e5 * beyond(-5))).toBeCloseTo(1, 0)
    expect(side.slopes[1]).toBe(0)
  })

  it.each<[string, Partial<ProblemDefinition>]>([
    ['that paths come to', { terminal: 'max(x[1] - 1, 0)' }],
    ['that no noise comes to', { diffusion: '0', terminal: 'max(x[1] - 3, 0)' }],
    ['beyond all that counts', { terminal: 'max(x[1] - 20, 0)' }],
    ['of formulas without kinks', { terminal: 'exp(x[1])' }],
    ['where what is paid late tells as much', { driver: 'max(x[1] - 2, 0)', terminal: 'cos(x[1])' }],
    ['in y or z', { driver: 'max(y - 9, 0) + max(z[1] - 9, 0)' }],
    ['where X runs away', { drift: 'exp(x^2)', x0: 3, terminal: 'max(x[1] - 9, 0)' }],
  ])('is none %s', async (_, change) => {
    expect(await sidesOf(change)).toEqual([])
  })
})

it('counts where fewer than four samples are expected', () => {
  const far = [{ distance: 4, places: 1, mean: 0.5, slopes: Float64Array.of(2) }]
  expect(unmetMean(far, 100_000)).toBe(0.5)
  expect(unmetMean(far, 140_000)).toBe(0)
  expect([unmetSlope(far, 100_000, 0), unmetSlope(far, 140_000, 0)]).toEqual([2, 0])
  expect(unmetMean([{ ...far[0], places: 2 }], 100_000)).toBe(0)
})

/** ∫E of a bump of a height at a place, paid until a time and discounted by e^{−t}. */
const sourced = (at: number, until: number, height: number) =>
  meanOver(0, until, (t) => {
    const width = 1 / 100 / t
    return height * Math.exp(-t - (at * at) / t / 2 / (1 + width)) * Math.sqrt(width / (1 + width))
  })

describe('a smooth part', () => {
  const bump = (at: number) => `2e4 * exp(-50 * (x[1] - ${at})^2)`
  /** E exp(−50(N − a)²) of a standard normal N. */
  const meanOfBump = (at: number) => Math.sqrt(1 / 101) * Math.exp((-50 * at * at) / 101)

  it.each<[string, Partial<ProblemDefinition>, number]>([
    ['a bump', { terminal: `cos(x[1]) + ${bump(4.2)}` }, 2e4 * meanOfBump(4.2)],
    ['a bump below', { terminal: `x[1]^2 + ${bump(-4.5)}` }, 2e4 * meanOfBump(4.5)],
    ['a step by hand', { terminal: 'cos(x[1]) + 1e4 / (1 + exp(-50 * (x[1] - 4.5)))' }, 1e4 * beyond(-4.5)],
    [
      'that a sum of many comes to',
      { settings: { dim: 9, horizon: 1 }, terminal: 'sin(x[2]) + 2e4 * exp(-50 * (sum(x) / 3 - 4.2)^2)' },
      2e4 * meanOfBump(4.2),
    ],
    [
      'of each of many components',
      { settings: { dim: 6, horizon: 1 }, terminal: 'x[1] + sum(2e4 * exp(-50 * (x - 4.2)^2))' },
      6 * 2e4 * meanOfBump(4.2),
    ],
    [
      'a product of two, each small along any component',
      {
        settings: { dim: 2, horizon: 1 },
        terminal: 'cos(x[1]) + 1e6 * exp(-5 * (x[1] - 3.3)^2) * exp(-5 * (x[2] + 3.3)^2)',
      },
      1e6 * (Math.exp((-5 * 3.3 * 3.3) / 11) / Math.sqrt(11)) ** 2,
    ],
    [
      'the last of many',
      {
        settings: { dim: 20, horizon: 1 },
        terminal: `${Array.from({ length: 17 }, (_, i) => `cos(x[${i + 1}])`).join(' + ')} + 2e5 * exp(-50 * (x[18] - 4.5)^2)`,
      },
      2e5 * meanOfBump(4.5),
    ],
  ])('is far: %s', async (_, change, right) => {
    const sides = await sidesOf(change)
    const found = sides.reduce((sum, { mean }) => sum + mean, 0)
    expect(found / right).toBeGreaterThan(0.6)
    expect(found / right).toBeLessThan(1.6)
    for (const { distance } of sides) expect(distance).toBeGreaterThan(3.5)
  })

  it.each([
    'x[1]^4 + cos(3 * x[1])',
    'exp(1.5 * x[1])',
    'exp(-50 * (x[1] - 1)^2)',
    'tanh(5 * x[1] - 4)',
    'log(1 + exp(8 * x[1]))',
  ])('is not: %s', async (terminal) => {
    expect(await sidesOf({ terminal })).toEqual([])
  })

  it.each<[string, Partial<ProblemDefinition>, number]>([
    ['of a source', { driver: `${bump(4.2)} - y` }, sourced(4.2, 1, 2e4)],
    [
      'of a source that ends early',
      { driver: `if(t < 0.5, 100 * ${bump(3.4)}, 0) - y` },
      sourced(3.4, 0.5, 2e6),
    ],
    [
      'where all components are',
      { settings: { dim: 2, horizon: 1 }, terminal: 'cos(x[1]) + 1e6 * exp(-4 * dot(x - 4, x - 4))' },
      (1e6 / 9) * Math.exp((-4 * 32) / 9),
    ],
  ])('is told to its order: %s', async (_, change, right) => {
    const sides = await sidesOf({ terminal: 'cos(x[1])', ...change })
    const found = sides.reduce((sum, { mean }) => sum + mean, 0)
    expect(found / right).toBeGreaterThan(0.25)
    expect(found / right).toBeLessThan(4)
  })
})

describe('the error has what no path met, by', () => {
  const page = brownianPage({ terminal: 'cos(x[1]) + 1e5 * max(x[1] - 5, 0)' })
  const right = Math.exp(-0.5) + 1e5 * call(5)

  it.each([
    ['deep-bsde', { iterations: 20, steps: 8, paths: 8192 }],
    ['monte-carlo', {}],
    ['multilevel-picard', {}],
  ])('%s', async (method, options) => {
    const { value, standardError } = await solve(page, { method, workers: 1, ...options })
    expect(Math.abs(value - right)).toBeLessThan(2.5 * standardError)
    expect(standardError).toBeLessThan(2e-2)
  })
})
