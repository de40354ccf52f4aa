/** Coefficients that jump in time, through whole runs: a grid without a node at the jump misses by far more than its error bar. */
import { expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'

const page = {
  id: 'jump',
  title: '',
  source: '',
  group: '',
  settings: { dim: 1, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'x[1]^2',
}
const options = { iterations: 30, paths: 4096, steps: 20, workers: 1 }

it.each<[string, object, number]>([
  ['a diffusion', { diffusion: 'if(t < 0.37, 0.1, 0.5)' }, 0.37 * 0.01 + 0.63 * 0.25],
  ['a source', { driver: 'if(t < 0.37, 1, 0)' }, 1.37],
  ['a discount', { driver: '-if(t < 0.37, 2, 0) * y' }, Math.exp(-0.74)],
  ['a slope in z', { driver: 'if(t < 0.37, 1, 0) * z[1]' }, 1 + 0.37 ** 2],
  ['a drift that bends', { drift: 'max(t - 0.37, 0) - 0.0001 * x^3' }, 1 + 0.19845 ** 2],
])('%s', async (_, change, truth) => {
  const { value, standardError } = await solve({ ...page, ...change }, options)
  const allowance = 'drift' in change ? 6e-4 : 0
  expect(Math.abs(value - truth)).toBeLessThan(4 * standardError + allowance)
  expect(standardError).toBeLessThan(0.01)
})
