/** Where steps between the dates have an error of their own, it is measured, and moves both limits outward. */
import { describe, expect, it } from 'vitest'
import { runsOf } from '../../src/methods/stopping/options.ts'
import type { StoppingPlan } from '../../src/methods/stopping/plan.ts'
import type { Found } from '../../src/methods/stopping/result.ts'
import { stoppingResult } from '../../src/methods/stopping/verdict.ts'
import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { compileStopping } from '../../src/stopping/compile.ts'
import type { CompiledStopping } from '../../src/stopping/compiled.ts'
import { beyond, runStopping } from './runs.ts'

const put = (rate: string) =>
  defineStopping({
    id: 'put-in-time',
    title: 'A put whose rate moves',
    source: 'Black, Scholes (1973), with the mean of the rate',
    group: 'tests',
    exercises: 'a rate of t',
    settings: { dim: 1, horizon: 1, sigma: 0.2, strike: 40 },
    x0: 36,
    drift: `(${rate}) * x`,
    diffusion: 'sigma * x',
    driver: `-(${rate}) * y`,
    stopping: { payoff: 'max(strike - x[1], 0)', dates: 1 },
    // Of the European put at the mean rate of 6 %.
    reference: { value: 3.844307791838, source: 'Black–Scholes formula' },
  })

describe('the steps between dates', () => {
  it('are taken on half of them too where the rate moves, and not where nothing depends on them', async () => {
    const moving = await runStopping(put('0.04 + 0.04 * t'))
    const constant = await runStopping(put('0.06'))
    expect(moving.steps).toBe(2 * constant.steps)
    expect(constant.gridError).toBeNull()
    for (const run of [moving, constant]) for (const errors of beyond(run)) expect(errors).toBeLessThan(4)
  })

  it('have a node where the rate jumps between them', async () => {
    // The mean rate over the year is 6 % all the same; without a node at 0.7 a step would count half of the jump.
    const rate = 't < 0.7 ? 0.03 : 0.13'
    const page = put(rate)
    const problem = await compileStopping(page)
    const [run] = runsOf(problem, {})
    expect((0.7 * run.steps) % 1).toBeCloseTo(0, 9)
    const jumping = await runStopping(page)
    for (const errors of beyond(jumping)) expect(errors).toBeLessThan(4)
    expect(jumping.gridError ?? 0).toBeLessThan(4 * jumping.standardError)
  })

  const mean = (value: number, standardError = 1e-6) => ({ value, standardError })
  const found = (value: number) =>
    ({
      middle: mean(value),
      lower: mean(value - 0.01),
      upper: mean(value + 0.01),
      martingale: mean(0),
      time: { mean: 1, deviation: 0, quartiles: [1, 1, 1] },
      chances: [{ time: 1, chance: 1 }],
      gradient: [0],
      unmet: { span: 0, areAlike: false },
    }) as unknown as Found
  const problem = { stopping: { dates: [1], sign: 1, driver: null } } as unknown as CompiledStopping
  const plan = { intervals: [1], steps: 4, fitPaths: 2, paths: 2 } as unknown as StoppingPlan
  const result = (values: number[]) =>
    stoppingResult(
      problem,
      values.map(() => plan),
      values.map(found),
      { wasStopped: false, hasSamples: false },
      { train: 0, estimate: 0 },
    )

  it('move both limits outward by what the two answers differ by', () => {
    const { limits, value, standardError, gridError } = result([5.1, 5])
    expect(value).toBe(5)
    expect(limits!.lower.value).toBeCloseTo(4.99 - 0.1, 4)
    expect(limits!.upper.value).toBeCloseTo(5.01 + 0.1, 4)
    expect(standardError).toBeGreaterThanOrEqual(0.1)
    expect(gridError).toBeCloseTo(0.1, 4)
  })

  it('leave a single answer as it is', () => {
    expect(result([5]).limits!.lower.value).toBeCloseTo(4.99, 9)
  })
})
