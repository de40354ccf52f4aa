/** Why components of a gradient are unknown, from the run to its JSON form. */
import { expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { expectWithin } from '../support/statistics.ts'

const page: ProblemDefinition = {
  id: 'mine',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 1 },
  x0: 1,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'dot(x, x)',
}
const SMALL: SolveOptions = { steps: 4, batchSize: 64, iterations: 5, paths: 256, workers: 1 }

const singular: [string, Partial<ProblemDefinition>, string, number[]][] = [
  [
    'fewer noises than components',
    { noiseDim: 1, diffusion: '[[1], [1]]' },
    'only σᵀ∇u is known, with 1 noise for 2 components',
    [2, 2],
  ],
  ['no noise', { diffusion: '0' }, 'σ is 0 there', [2, 2]],
  // 2dX₁ = 2dX₂ = dW₁ + X₁dW₂: u = (x₁² + 1)q − 1 + x₂² + (x₁² + 1)(q − 1), q = e^¼
  [
    'a singular σ',
    { diffusion: '[[0.5, 0.5 * x[1]], [0.5, 0.5 * x[1]]]' },
    'σ has no inverse there',
    [4 * Math.exp(0.25) - 2, 2],
  ],
]

it.each(singular)('%s: unknown to Picard’s Z, known to paths', async (_, changes, reason, expected) => {
  const asked = { ...page, ...changes }
  const { missingGradient: said } = await solve(asked, {
    method: 'multilevel-picard',
    workers: 1,
    levels: 2,
    repetitions: 8,
  })
  expect([reason, 'paths without an exact law give none here']).toContain(said)
  const run = await solve(asked, { ...SMALL, steps: 16, paths: 8192 })
  expect(run).not.toHaveProperty('missingGradient')
  expected.forEach((value, i) => {
    expectWithin(run.gradient[i]!, value, run.gradientStandardError![i]!, `component ${i}`)
  })
})

it('nothing is said of a gradient that is known', async () => {
  expect(await solve(page, SMALL)).not.toHaveProperty('missingGradient')
})

it('a value of exactly 0 by paths that never reach g is not relied on; one without noise is', async () => {
  const call = { ...page, terminal: 'max(x[1] - 100, 0)' }
  const { status, reason } = await solve(call, SMALL)
  expect(status).toBe('unconverged')
  expect(reason).toMatch(/^every fresh path gave exactly 0/)
  expect((await solve({ ...call, diffusion: '0' }, SMALL)).status).toBe('converged')
  expect((await solve(call, { ...SMALL, settings: { x0: 100 } })).status).not.toBe('unconverged')
})
