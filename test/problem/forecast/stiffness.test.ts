/** Rates known before training: with a g that no path moves they follow from the driver's own equation. */
import { expect, it } from 'vitest'
import { resolveOptions } from '../../../src/methods/deep-bsde/defaults.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../../src/problem/definition.ts'
import { brownianPage } from '../../support/brownian-page.ts'

const compiled = (change: Partial<ProblemDefinition>) => compileProblem(brownianPage(change))
const stepsOf = async (change: Partial<ProblemDefinition>) =>
  resolveOptions(await compiled(change), null, {}).training.steps

it.each<[string, Partial<ProblemDefinition>, number, number]>([
  ['of a well, where the driver has led to', { driver: '60 * (y - y^3)', terminal: '0.8' }, 119, 121],
  ['of damping, which fades, as steps crowd', { driver: '-200 * y^3', terminal: '3' }, 15, 25],
  ['of growth that the range ends', { driver: '9 * y^2', terminal: '2', range: [0, 2] }, 35, 36.1],
  ['of a drift at rest', { drift: '30 * (x - x^3)', x0: 1, diffusion: '0.01' }, 57, 63],
  [
    'of coupled components, the fastest',
    { settings: { dim: 3, horizon: 0.5 }, drift: '0 * x - sum(sin(x))', diffusion: '0.01' },
    1.45,
    1.5,
  ],
])('γT %s', async (_, change, least, greatest) => {
  const { stiffness } = await compiled(change)
  expect(stiffness).toBeGreaterThan(least)
  expect(stiffness).toBeLessThan(greatest)
})

it.each<[string, Partial<ProblemDefinition>]>([
  ['a driver affine in y, which factors hold', { driver: '-300 * (y - cos(x[1]))' }],
  ['a linear drift, whose flow is exact', { drift: '-300 * x', diffusion: '1 + x / 10' }],
  ['paths that run away however short their steps', { drift: '-x * exp(x^4)', x0: 3 }],
])('is 0 for %s', async (_, change) => {
  expect((await compiled(change)).stiffness).toBe(0)
})

it('gives steps, of which a kink gives its own', async () => {
  expect(await stepsOf({})).toBe(80)
  expect(await stepsOf({ driver: '60 * (y - y^3)', terminal: '0.8' })).toBe(240)
  expect(await stepsOf({ driver: '400 * max(1 - y, 0)' })).toBe(200)
  expect(await stepsOf({ driver: '1e6 * (y - y^3)', terminal: '0.8' })).toBe(1280)
})
