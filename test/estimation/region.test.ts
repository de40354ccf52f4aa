/** û over a region, fitted to values and pathwise gradients: within the bars against exact solutions, with the bits of any team. */

import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { defineProblem } from '../../src/problem/definition.ts'
import type { RunOptions } from '../../src/solution/solution.ts'
import { ALLOWED_REGION_ERRORS } from '../../src/verify/run-case.ts'

const RUN: RunOptions = { steps: 6, iterations: 30, batchSize: 64, paths: 2047 }
/** Where no more than the same bits or finite numbers are asked for. */
const SMALL: RunOptions = { steps: 3, iterations: 4, batchSize: 16, paths: 512 }

const correlation = [
  [1, 0.5],
  [0.5, 1],
]
/** Each wave decays at a rate of its own, so no multiple of g is the solution. */
const waves = defineProblem({
  id: 'waves',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 0.5, correlation },
  let: { tau: 'horizon - t' },
  x0: 0,
  drift: '0',
  diffusion: '1',
  correlation: 'correlation',
  driver: '0',
  terminal: 'sin(x[1]) + cos(2 * x[2]) + sin(x[1] + x[2])',
  exact: 'exp(-tau / 2) * sin(x[1]) + exp(-2 * tau) * cos(2 * x[2]) + exp(-3 / 2 * tau) * sin(x[1] + x[2])',
})

async function errorsOf(problem: string, region: string, settings: SolveOptions['settings']) {
  const { region: found } = await solve(problem, { ...RUN, region, settings, workers: 1 })
  return found!.relativeErrors!
}

describe('the fit over a region', () => {
  it.each([
    ['quadratic-hjb', 'normal:0,1', { dim: 5 }, 'a driver of z'],
    [
      'vasicek-bond',
      'normal:0.08,0.1',
      { dim: 5 },
      'paths that forget where they began, a driver of x and y',
    ],
    ['black-scholes-call', 'box:80..120', { dim: 5 }, 'geometric paths, one dimension of five'],
    ['heat', 'normal:0,1', { dim: 130 }, 'more dimensions than its linear part has features for'],
  ])('meets %s over %s (%o: %s)', async (problem, region, settings) => {
    const { value, gradient } = await errorsOf(problem, region, settings)
    expect(value).toBeLessThan(ALLOWED_REGION_ERRORS.value)
    expect(gradient).toBeLessThan(ALLOWED_REGION_ERRORS.gradient)
  })

  it('meets a sum of waves under correlated noise', async () => {
    const { region } = await solve(waves, { ...RUN, paths: 16_384, region: 'box:-1..1', workers: 1 })
    expect(region!.relativeErrors!.value).toBeLessThan(ALLOWED_REGION_ERRORS.value)
    expect(region!.relativeErrors!.gradient).toBeLessThan(ALLOWED_REGION_ERRORS.gradient)
  })

  it.each([
    ['kinetic-langevin', 'box:-1..1', 'no noise in half of the components'],
    ['logistic-growth', 'box:0.5..1.5', 'a drift that is not linear'],
  ])('meets %s over %s, whose paths are moved in steps (%s)', async (problem, region) => {
    const run = await solve(problem, { ...RUN, paths: 4096, steps: 16, region, workers: 1 })
    expect(run.region!.relativeErrors!.value).toBeLessThan(ALLOWED_REGION_ERRORS.value)
    expect(run.region!.relativeErrors!.gradient).toBeLessThan(ALLOWED_REGION_ERRORS.gradient)
  })

  it('meets a payoff that jumps, whose paths show no gradient but by a likelihood ratio', async () => {
    const page = defineProblem({
      ...waves,
      id: 'digital',
      settings: { dim: 1, horizon: 0.5 },
      correlation: undefined,
      terminal: 'if(x[1] > 0, 1, 0)',
      exact: 'if(tau > 0, normcdf(x[1] / sqrt(tau)), if(x[1] > 0, 1, 0))',
    })
    const { region } = await solve(page, { ...RUN, paths: 16_384, region: 'box:-1..1', workers: 1 })
    expect(region!.relativeErrors!.value).toBeLessThan(ALLOWED_REGION_ERRORS.value)
    expect(region!.relativeErrors!.gradient).toBeLessThan(ALLOWED_REGION_ERRORS.gradient)
  })

  it('sees a driver that is wrong by a tenth', async () => {
    const { value } = await errorsOf('black-scholes-call', 'box:80..120', { dim: 5 })
    const page = await loadProblem('black-scholes-call')
    const wrong = { ...page, driver: '-1.1 * rate * y - 1.1 * (mu - rate) / sigma * sum(z)' }
    const { region } = await solve(wrong, {
      ...RUN,
      region: 'box:80..120',
      settings: { dim: 5 },
      workers: 1,
    })
    expect(region!.relativeErrors!.value).toBeGreaterThan(2 * value)
    expect(region!.relativeErrors!.value).toBeGreaterThan(ALLOWED_REGION_ERRORS.value)
  })

  it('gives the same bits for any number of workers', async () => {
    const runs = [1, 3].map((workers) =>
      solve('quadratic-hjb', {
        ...SMALL,
        region: 'box:-1..1',
        settings: { dim: 3 },
        workers,
      }),
    )
    const [one, three] = (await Promise.all(runs)).map(({ region, gradient, value }) => ({
      region,
      gradient,
      value,
    }))
    expect(three).toEqual(one)
  })

  it('gives value and gradient where paths know no gradient', async () => {
    const { region, gradient } = await solve('heston', {
      ...RUN,
      region: 'box:80..120,0.04..0.5',
      workers: 1,
    })
    expect(region!.relativeErrors!.value).toBeLessThan(0.05)
    expect(region!.relativeErrors!.gradient).toBeNull()
    expect(gradient.every(Number.isFinite)).toBe(true)
  })
})
