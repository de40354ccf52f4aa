/** Damping that is over within a small part of the horizon makes steps crowd at T, and what is not over leaves them equal. */
import { expect, it } from 'vitest'
import { resolveOptions } from '../../../src/methods/deep-bsde/defaults.ts'
import { problemGrid } from '../../../src/paths/grid.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../../src/problem/definition.ts'
import { brownianPage } from '../../support/brownian-page.ts'

const compiled = (change: Partial<ProblemDefinition>) => compileProblem(brownianPage(change))

it.each<[string, Partial<ProblemDefinition>, number]>([
  ['a cube', { driver: '-200 * y^3', terminal: '3' }, 200 * 3 * 9],
  ['a square', { driver: '-300 * y^2', terminal: 'exp(0 * x[1])' }, 600],
  ['a kink that u stays away from', { driver: '-500 * y * abs(y)', terminal: '2' }, 2000],
  ['a fall to where the source holds it', { driver: '-400 * (y - 0.3)^3', terminal: '1.3' }, 1200],
  ['half a horizon', { settings: { dim: 1, horizon: 0.5 }, driver: '-100 * y^5', terminal: '1' }, 500],
])('crowd for %s', async (_, change, rate) => {
  const page = await compiled(change)
  expect(page.settlingTimes.map((time) => time * rate)).toEqual([expect.closeTo(1, 2)])
  const { steps } = resolveOptions(page, null, {}).training
  expect(steps).toBe(80)
  const { times } = problemGrid(page, steps)
  expect(page.horizon - times[steps - 1]).toBeLessThan(0.5 / rate)
})

it.each<[string, Partial<ProblemDefinition>]>([
  ['a well, where rates last', { driver: '60 * (y - y^3)', terminal: '0.8' }],
  ['gentle damping', { driver: '-y^3', terminal: '2' }],
  ['damping that factors hold', { driver: '-300 * (y - cos(x[1]))' }],
  ['roots, whose rate rises', { driver: '-sqrt(y)', terminal: '2', range: [0, 2] }],
  ['a penalty at its kink', { driver: '1000 * max(0.5 - y, 0)', terminal: '0' }],
])('are equal for %s', async (_, change) => {
  expect((await compiled(change)).settlingTimes).toEqual([])
})

it('crowd before each time at which damping begins', async () => {
  const { specialTimes, settlingTimes } = await compiled({
    driver: 'if(t < 0.3, -400, if(t < 0.9, -1000, 0)) * (y - if(t < 0.3, 2, 0))^3',
    terminal: '1',
  })
  expect(specialTimes).toEqual([expect.closeTo(0.3, 9), expect.closeTo(0.9, 9)])
  const [early, late, none] = settlingTimes
  // y is about 0.04 where it falls to 2 off.
  expect(early * 400 * 3 * 1.96 ** 2).toBeCloseTo(1, 0)
  expect(late * 3000).toBeCloseTo(1, 2)
  expect(none).toBe(0)
})
