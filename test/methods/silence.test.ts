/** Nothing learned is no evidence of nothing there. */

import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { judgeContradiction } from '../../src/methods/deep-bsde/silence.ts'
import { byDay } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

describe('training and fresh paths', () => {
  const run = { loss: [], endedByItself: false }
  const estimate = Array.from({ length: 200 }, (_, k) => 0.6 + (k % 2 === 0 ? 0.01 : -0.01))

  it('contradict each other where they differ by much and clearly', () => {
    expect(judgeContradiction({ estimate }, { ...run, value: 0.1, terminalDeviation: 0.2 })).toMatch(
      /^training's last estimates had the mean 0\.6/,
    )
  })

  it('do not where the distance is little of what g deviates by, or noise', () => {
    expect(judgeContradiction({ estimate }, { ...run, value: 0.58, terminalDeviation: 0.2 })).toBeNull()
    const noisy = estimate.map((value, k) => value + (k % 2 === 0 ? 5 : -5))
    expect(judgeContradiction({ estimate: noisy }, { ...run, value: 0.1, terminalDeviation: 0.2 })).toBeNull()
    expect(judgeContradiction({ estimate: [] }, { ...run, value: 0.1, terminalDeviation: 0.2 })).toBeNull()
  })
})

const page = (terminal: string, driver = '0') =>
  parseEquation(
    JSON.stringify({
      settings: { dim: 1, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver,
      terminal,
    }),
    'json',
  )

it('a jump that no path reaches is told', async () => {
  const definition = await page('if(x[1] > 6, 1, 0)')
  const { status, reason } = await solve(definition, { steps: 10, iterations: 20, paths: 2048 })
  expect(status).toBe('unconverged')
  expect(reason).toMatch(/out of their reach/)
})

// Their flanks reach all paths, too thin for single precision; what counts reaches few or none.
it.each([
  'exp(-200*(x[1]-4)^2)',
  'exp(-50*(x[1]-5)^2)',
  '1/(1+exp(-40*(x[1]-4.5)))',
  'max(x[1]-4,0)',
])('a g beyond nearly all paths is never sure: %s', async (terminal) => {
  const definition = await page(terminal)
  for (const [steps, iterations, paths] of byDay(1, [
    [10, 30, 4096],
    [40, 200, 2048],
    [4, 20, 16384],
  ])) {
    const { status } = await solve(definition, { steps, iterations, paths })
    expect(['unconverged', 'imprecise']).toContain(status)
  }
})

it('few paths that carry all of g are told, in the gradient too', async () => {
  const definition = await page('max(x[1]-3.5,0)')
  const { reason, gradient, missingGradient } = await solve(definition, {
    steps: 4,
    iterations: 20,
    paths: 8192,
  })
  expect(reason).toMatch(/fewer than four of 8192 paths/)
  expect(gradient).toEqual([null])
  expect(missingGradient).toMatch(/gave exactly 0/)
})

it('a bounded g that few paths meet is in the interval, and no doubt of a value that does not rest on it', async () => {
  const definition = await page('normcdf(40 * (x[1] - 3.6))', '1')
  const { status, value, standardError } = await solve(definition, { steps: 20, iterations: 60, paths: 8192 })
  const exact = 1.00016
  expect(status).toBe('converged')
  expect(standardError).toBeGreaterThan(1.5 / 8192)
  expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
})

it('a small value from a source alone is measured by itself', async () => {
  const definition = await page('0', '1e-6*(2+cos(x[1]))')
  const { status, value, standardError } = await solve(definition, { steps: 10, iterations: 60 })
  const exact = 1e-6 * (2 + 2 * (1 - Math.exp(-0.5)))
  expect(status).toBe('converged')
  expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
  expect(standardError).toBeLessThan(1e-3 * exact)
})

const MONTE_CARLO: SolveOptions = { method: 'monte-carlo', paths: 8192 }
const PICARD: SolveOptions = { method: 'multilevel-picard' }
const DEEP: SolveOptions = { steps: 10, iterations: 20, paths: 2048 }

it.each<[string, string, string, SolveOptions]>([
  ['beside a number', '1 + 1000 * max(x[1] - 4, 0)', '0', DEEP],
  ['by Monte Carlo', '1 + 1000 * max(x[1] - 7, 0)', '0', MONTE_CARLO],
  ['by Picard', '1 + 1000 * max(x[1] - 7, 0)', '0', PICARD],
  ['beside a source, by Monte Carlo', '1 + 1000 * max(x[1] - 7, 0)', 'cos(x[1])', MONTE_CARLO],
  ['beside a source, by Picard', '1 + 1000 * max(x[1] - 7, 0)', 'cos(x[1])', PICARD],
  ['of the driver', '1', '1000 * max(x[1] - 4, 0)', DEEP],
  ['of the driver, by Monte Carlo', '1', '1000 * max(x[1] - 7, 0)', MONTE_CARLO],
  ['of the driver, by Picard', '1', '1000 * max(x[1] - 7, 0)', PICARD],
])('what has no bound, and of which paths see one number alone, is not sure: %s', async (_, terminal, driver, options) => {
  const { status, reason } = await solve(await page(terminal, driver), { workers: 1, ...options })
  const unseen = /fewer than four|gave exactly 1|was alike in g/
  expect([status, reason]).toEqual(['unconverged', expect.stringMatching(unseen)])
})

it.each<[string, string, string, SolveOptions]>([
  ['of g, beside a source', '1 + 10000 * if(x[1] > 7, 1, 0)', 'cos(x[1])', MONTE_CARLO],
  ['of the driver', '1', '1000 * if(x[1] > 7, 1, 0)', MONTE_CARLO],
  ['of a rate', '1', '-1000 * max(x[1] - 4, 0) * y', DEEP],
  ['of g, by Picard', '1 + 20 * if(x[1] > 7, 1, 0)', '0', PICARD],
])('what has a bound, and of which paths see one number alone, is in the error: %s', async (_, terminal, driver, options) => {
  const { status, errors } = await solve(await page(terminal, driver), { workers: 1, ...options })
  expect(['converged', 'imprecise']).toContain(status)
  expect(errors!.statistical).toBeGreaterThan(1e-4)
})

/** x[1] moves without noise, x[2] by it. */
const halfStill = (change: object) =>
  parseEquation(
    JSON.stringify({
      settings: { dim: 2, horizon: 1 },
      x0: [1, 0],
      drift: '[-x[1], 0]',
      diffusion: '[0, 1]',
      driver: '0',
      ...change,
    }),
    'json',
  )

it.each<[string, object, number, SolveOptions]>([
  ['without bound', { terminal: 'max(x[1], 0)' }, Math.exp(-1), DEEP],
  ['by Monte Carlo', { terminal: 'max(x[1], 0)' }, Math.exp(-1), MONTE_CARLO],
  ['by Picard', { terminal: 'max(x[1], 0)' }, Math.exp(-1), PICARD],
  ['that is 0', { terminal: 'max(x[1] - 2, 0)' }, 0, DEEP],
  ['that is 0, by Picard', { terminal: 'max(x[1] - 2, 0)' }, 0, PICARD],
  ['that jumps', { terminal: 'if(x[1] > 0.1, 1, 0)' }, 1, DEEP],
])('a g that no noise reaches is sure: %s', async (_, change, exact, options) => {
  const { status, reason, value } = await solve(await halfStill(change), { workers: 1, ...options })
  expect([status, reason]).toEqual(['converged', null])
  expect(Math.abs(value - exact)).toBeLessThan(1e-4)
})

it('a g that noise reaches through a drift alone is not', async () => {
  const definition = await halfStill({ x0: 0, drift: '[x[2], 0]', terminal: '1 + max(x[1] - 4, 0)' })
  expect((await solve(definition, { workers: 1, ...DEEP })).status).toBe('unconverged')
})

it('a g that is one number is sure', async () => {
  const { status, value } = await solve(await page('2'), { steps: 10, iterations: 20, paths: 2048 })
  expect([status, value]).toEqual(['converged', 2])
})

it('a u that is a function of time has the gradient 0, and is sure of it', async () => {
  const definition = await page('1', 'y^2 / 4 + x[1] * z[1]')
  const run = { steps: 8, iterations: 10, paths: 1024, workers: 1 }
  const { value, gradient, missingGradient, standardError } = await solve(definition, run)
  expect(gradient).toEqual([0])
  expect(missingGradient).toBeFalsy()
  expect(Math.abs(value - 4 / 3)).toBeLessThan(Math.max(4 * standardError, 1e-4))
})
