/** Both limits on their side of the truth, whatever was learned. */
import { describe, expect, it } from 'vitest'
import { byDay } from '../support/night.ts'
import { beyond, type Damage, runStopping } from './runs.ts'

/** Standard errors that a limit may lie beyond the truth by. */
const ALLOWED = 4

describe('limits of a fitted rule', () => {
  it.each([
    ['bermudan-put', {}, 0.01],
    ['bermudan-put', { spot: 44, sigma: 0.4, datesPerYear: 10 }, 0.01],
    ['max-call', { dim: 2 }, 0.03],
    ['geometric-mean-call', { dim: 7, dates: 4 }, 0.03],
    ['product-put', { dim: 5, dates: 4 }, 0.03],
  ])('%s %j: on the right sides, and near each other', async (id, settings, gap) => {
    const run = await runStopping(id, settings)
    const [low, high] = beyond(run)
    expect(low).toBeLessThan(ALLOWED)
    expect(high).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeLessThan(gap)
    expect(run.stopping!.relativeGap).toBeGreaterThan(-gap / 10)
    expect(run.status).toBe('converged')
  })
})

/** Longstaff and Schwartz (2001), Table 1, with ten dates a year instead of fifty: a fifth of the work. */
const TABLE = [36, 38, 40, 42, 44].flatMap((spot) =>
  [0.2, 0.4].flatMap((sigma) => [1, 2].map((horizon) => ({ spot, sigma, horizon }))),
)

/** Its rows in an order in which the first few differ in all three. */
const SPREAD = TABLE.map((_, k) => TABLE[(7 * k) % TABLE.length])

describe('the twenty puts of the table', () => {
  it.each(byDay(8, SPREAD))('%j: on the right sides', async (settings) => {
    const run = await runStopping(
      'bermudan-put',
      { ...settings, datesPerYear: 10 },
      { batchSize: 1024, paths: 1024 },
    )
    const [low, high] = beyond(run)
    expect(low).toBeLessThan(ALLOWED)
    expect(high).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeLessThan(0.02)
  })
})

describe('the same puts at any time', () => {
  it.each(byDay(2, SPREAD))('%j: the American value lies between the limits', async (settings) => {
    const run = await runStopping('american-put', settings, { batchSize: 512, paths: 1024 })
    const [low, high] = beyond(run)
    expect(low).toBeLessThan(ALLOWED)
    expect(high).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeLessThan(0.05)
  })
})

describe.each([
  'zero',
  'noise',
  'reversed',
] as Damage[])('limits of a rule and a martingale with coefficients: %s', (damage) => {
  it.each([
    ['bermudan-put', { datesPerYear: 10 }],
    ['max-call', { dim: 2 }],
    ['product-put', { dim: 5, dates: 4 }],
  ])('%s %j: wide, never wrong', async (id, settings) => {
    const run = await runStopping(id, settings, {}, damage)
    const [low, high] = beyond(run)
    expect(low).toBeLessThan(ALLOWED)
    expect(high).toBeLessThan(ALLOWED)
    expect(run.stopping!.relativeGap).toBeGreaterThan(0.03)
  })
})
