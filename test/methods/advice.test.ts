/** Every doubt that a run tells is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'

const steep: ProblemDefinition = {
  id: 'steep',
  title: 'A steep driver',
  source: 'a test',
  group: 'tests',
  settings: { dim: 2, horizon: 1 },
  x0: 0.5,
  drift: '0',
  diffusion: '1',
  driver: '-10 * y + sin(8 * y)',
  terminal: 'exp(-dot(x, x))',
}
const curved: ProblemDefinition = {
  ...steep,
  id: 'curved',
  settings: { dim: 2, horizon: 1, lambda: 1 },
  x0: 0,
  diffusion: 'sqrt(2)',
  driver: '-lambda / 2 * dot(z, z)',
  terminal: 'log(0.5 + 0.5 * dot(x, x))',
}
const call: ProblemDefinition = {
  ...steep,
  id: 'call',
  driver: '-0.1 * y',
  terminal: 'max(dot(x, x) - 2, 0)',
}
const SMALL: SolveOptions = { workers: 1, iterations: 60, steps: 16, paths: 4096 }
const ALONE: SolveOptions = { ...SMALL, skips: 'none', schedule: 'constant' }
const published = { source: 'a test', relativeError: 0.01, steps: 40, iterations: 20, learningRate: 0.01 }
const PUBLISHED: SolveOptions = { workers: 1, preset: 'published', paths: 2048 }

describe('advice', () => {
  it.each<[string, ProblemDefinition, SolveOptions, string, RegExp, SolveOptions]>([
    [
      'a coarse grid',
      steep,
      { ...SMALL, steps: 4 },
      'unconverged',
      /grid is too coarse.*take more --steps$/,
      { steps: 64 },
    ],
    [
      'a tolerance that is missed',
      call,
      { ...SMALL, paths: 2048, tolerance: 2e-3 },
      'imprecise',
      /was asked for; take more --paths$/,
      { paths: 262_144 },
    ],
    [
      'networks that made it worse',
      steep,
      { ...ALONE, iterations: 5, learningRate: 3 },
      'unconverged',
      /made the estimate worse.*lower --learning-rate or take more --iterations$/,
      { learningRate: 0.01, iterations: 100, steps: 64 },
    ],
    [
      'networks too far for a driver curved in z',
      { ...curved, published },
      PUBLISHED,
      'unconverged',
      /so curved in z.*take more --iterations$/,
      { iterations: 1000, steps: 160 },
    ],
  ])('of %s helps', async (_, page, options, status, reason, mended) => {
    const first = await solve(page, options)
    expect([first.status, first.reason]).toEqual([status, expect.stringMatching(reason)])
    const second = await solve(page, { ...options, ...mended })
    expect([second.status, second.reason]).toEqual(['converged', null])
  })
})
