/** Why components of a gradient are unknown, from the run to its JSON form. */
import { expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'

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

it.each<[string, Partial<ProblemDefinition>, string]>([
  [
    'fewer noises than components',
    { noiseDim: 1, diffusion: '[[1], [1]]' },
    'only σᵀ∇u is known, with 1 noise for 2 components',
  ],
  ['no noise', { diffusion: '0' }, 'σ is 0 there'],
  ['a singular σ', { diffusion: '[[1, x[1]], [1, x[1]]]' }, 'σ has no inverse there'],
])('%s', async (_, changes, reason) => {
  const { gradient, missingGradient } = await solve({ ...page, ...changes }, SMALL)
  expect(gradient).toEqual([null, null])
  expect(missingGradient).toBe(reason)
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
  expect((await solve(call, { ...SMALL, settings: { x0: 100 } })).status).toBe('converged')
})
