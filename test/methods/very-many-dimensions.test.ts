/** More dimensions than paths are stored for: the same bits for any workers, and a value that its interval holds. */
import { afterAll, describe, expect, it } from 'vitest'
import { ThreadSession } from '../../src/executor/thread-session.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { MOST_STORED } from '../../src/paths/wide.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import type { MethodResult } from '../../src/solution/solution.ts'
import { type LocalOptions, solveLocally, solveOn } from '../support/local-session.ts'
import { byDay } from '../support/night.ts'
import { expectWithin } from '../support/statistics.ts'

const dim = MOST_STORED + 4
const SHORT: LocalOptions = { steps: 2, iterations: 2, paths: 32, batchSize: 4, kernel: chooseKernel() }

/** u = exp(−rT) (Σ x₀ᵢx₀ᵢ₊₁)/d for Brownian paths: each component is coupled with the next. */
const chain: ProblemDefinition = {
  id: 'chain',
  title: '',
  source: '',
  group: '',
  settings: { dim, horizon: 1, r: 0.3 },
  x0: 1,
  drift: '0',
  diffusion: '1',
  driver: '-r * y',
  terminal: 'dot(x[1:dim - 1], x[2:dim]) / dim',
}
const exact = Math.exp(-0.3) * (1 - 1 / dim)

/** The same of geometric paths, and a driver that is curved in y: u = m/(m + (1 − m)e^{−T}), m = E g, where g hardly deviates. */
const logistic: ProblemDefinition = {
  ...chain,
  id: 'logistic',
  settings: { dim, horizon: 1 },
  x0: 0.5,
  drift: '0',
  diffusion: '0.4 * x',
  driver: 'y * (1 - y)',
}

const session = new ThreadSession({
  workers: 2,
  kernel: chooseKernel(),
  memoryLimit: 2 ** 30,
  signal: null,
})
afterAll(() => session.close())

const bits = ({ value, standardError, gridError, gradient, history }: MethodResult) => {
  const { loss, estimate } = history
  return { value, standardError, gridError, gradient, loss, estimate }
}

describe('very many dimensions', () => {
  it('give the same bits for one worker and two, and a value that the interval holds', async () => {
    const one = await solveLocally(chain, { ...SHORT, hidden: undefined })
    expectWithin(one.value, exact, one.standardError, 'u')
    const two = await solveOn(session, chain, { ...SHORT, hidden: undefined })
    expect(bits(two)).toEqual(bits(one))
    // Trained, without an error bar: no paths are kept whole.
    expect(one.gradientStandardError).toBeUndefined()
    expect(Math.abs(dim * one.gradient[1000]! - 2 * Math.exp(-0.3))).toBeLessThan(1)
  }, 60_000)

  // By night: its branching paths take most of ten seconds.
  it.each(byDay(0, [logistic]))('let a curved driver begin at its mean field', async (page) => {
    const { value, standardError } = await solveLocally(page, SHORT)
    const mean = 0.25 * (1 - 1 / dim)
    expectWithin(value, mean / (mean + (1 - mean) * Math.exp(-1)), Math.max(standardError, 2e-6), 'u')
  }, 60_000)

  it.each([
    ['a region', { region: 'box:0,1' }],
    ['bounds', { bounds: true }],
    ['a Hessian', { hessian: true }],
  ])('have no room for %s', async (what, options) => {
    await expect(solveLocally(chain, { ...SHORT, ...options })).rejects.toThrow(`no room for ${what}`)
  })
})
