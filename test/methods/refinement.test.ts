/** A run that finds its grid too coarse starts again on a finer one, unless somebody chose the steps. */
import { describe, expect, it } from 'vitest'
import { finerSteps as finerRuleSteps } from '../../src/control/finer-steps.ts'
import type { RuleCost } from '../../src/control/rule-cost.ts'
import { solve } from '../../src/entry/solve.ts'
import type { EstimatePlan } from '../../src/estimation/plan.ts'
import { finerSteps } from '../../src/methods/deep-bsde/refinement.ts'
import type { Evidence } from '../../src/methods/deep-bsde/verdict.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'

const planOf = (steps: number, order = 2) => ({ order, training: { grid: { steps } } }) as EstimatePlan
const evidence = (grid: number, parts: Partial<Evidence> = {}) =>
  ({
    aim: 1e-3,
    gridError: 0.01,
    errors: { statistical: 1e-4, grid, remainder: 0 },
    bend: { slope: 0, step: 0.05 },
    ...parts,
  }) as Evidence

describe('finer steps', () => {
  it.each<[string, Evidence, EstimatePlan, number | null]>([
    ['none where the grid’s part is below what is aimed at', evidence(2e-4), planOf(20), null],
    [
      'none where noise rules',
      evidence(1e-2, { errors: { statistical: 1e-2, grid: 1e-2, remainder: 0 } }),
      planOf(20),
      null,
    ],
    ['as many as the order asks for', evidence(4e-3), planOf(20), 80],
    ['more of them at order 1', evidence(4e-3), planOf(20, 1), 320],
    ['at most sixteen times as many', evidence(10), planOf(20), 320],
    ['all of that where paths ran away', evidence(0, { gridError: Number.NaN }), planOf(20), 320],
    ['as many as a kink asks for', evidence(0, { bend: { slope: 200, step: 0.05 } }), planOf(20), 160],
    ['at most 1280', evidence(10), planOf(320), 1280],
    ['none beyond', evidence(10), planOf(1280), null],
  ])('are %s', (_, found, plan, steps) => {
    expect(finerSteps(found, plan)).toBe(steps)
  })
})

describe('finer steps of a rule', () => {
  const cost = (statistical: number, grid: number, error = 0.1) =>
    ({ value: 1, errors: { statistical, grid, held: 0, training: 0 }, grid: { error } }) as RuleCost
  const page = { steps: null, isDiscrete: false }
  const options = { steps: 10, tolerance: 0, scheme: 'euler' as const }

  it.each<[string, number | null, RuleCost, object, object]>([
    ['none where their part is usual', null, cost(0.001, 0.009), {}, {}],
    ['none where noise rules', null, cost(0.03, 0.04), {}, {}],
    ['none where the page says how many there are', null, cost(0.001, 0.04), { steps: 10 }, {}],
    ['none in discrete time', null, cost(0.001, 0.04), { isDiscrete: true }, {}],
    ['as many as the order asks for', 40, cost(0.001, 0.04), {}, {}],
    ['fewer of them at order 2', 20, cost(0.001, 0.04), {}, { scheme: 'heun' }],
    ['as many as a tolerance asks for', 80, cost(0.0001, 0.008), {}, { tolerance: 0.001 }],
    ['eight times as many where paths run away', 80, cost(0.001, 0, Number.NaN), {}, {}],
    ['at most 320', 320, cost(0.001, 1), {}, { steps: 160 }],
    ['none beyond', null, cost(0.001, 1), {}, { steps: 320 }],
  ])('are %s', (_, steps, found, own, chosen) => {
    expect(finerRuleSteps(found, { ...page, ...own }, { ...options, ...chosen }, 0)).toBe(steps)
  })

  it('are more where it costs more than the best, which neither more training was seen to gain nor steps that move nothing', () => {
    const found = cost(0.001, 0.005)
    const trained = { ...found, errors: { ...found.errors, training: 0.02 } }
    expect(finerRuleSteps(found, page, options, 0.02)).toBe(40)
    const still = cost(0.001, 0.005, 0.001)
    for (const other of [trained, still]) expect(finerRuleSteps(other, page, options, 0.02)).toBe(null)
  })
})

describe('a run with a steep driver', () => {
  const page: ProblemDefinition = {
    id: 'steep',
    title: 'A steep driver, d = 2',
    source: 'a test',
    group: 'tests',
    settings: { dim: 2, horizon: 2 },
    x0: 0.5,
    drift: '0',
    diffusion: '0.3',
    driver: '12 * sin(y) - 12 * y',
    terminal: '2 + mean(x)',
  }
  const short = { workers: 1, iterations: 10, paths: 1024 }

  it('ends on a finer grid, with the time of both', async () => {
    const { steps, errors, elapsedMs } = await solve(page, short)
    const coarse = await solve(page, { ...short, steps: 20 })
    expect(coarse.steps).toBe(20)
    expect(steps).toBeGreaterThan(20)
    expect(errors!.grid).toBeLessThan(coarse.errors!.grid)
    expect(elapsedMs.total).toBeGreaterThan(elapsedMs.prepare + elapsedMs.train + elapsedMs.estimate)
  })
})
