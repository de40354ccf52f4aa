/** Where all paths meet a kink together, or a root at 0, three grids may agree by luck: the interval holds all the same. */

import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { byDay } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

describe('a solution that a root brings to 0 between two points of time', () => {
  it.each(byDay(2, [2.4, 3.5, 2.2, 2.3, 2.5]))('over %d', async (horizon) => {
    const page = {
      settings: { dim: 1, horizon },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '-sqrt(max(y, 0))',
      terminal: '1',
    }
    const definition = await parseEquation(JSON.stringify(page), 'json')
    // u = (1 − (T − t)/2)², until it is 0.
    const found = await solve(definition, { steps: 40, iterations: 60, paths: 2048, workers: 1 })
    expect(Math.abs(found.value)).toBeLessThan(4 * found.standardError)
    // Not because nothing would be told, but where the run says so.
    if (found.status === 'converged') expect(found.standardError).toBeLessThan(0.02)
  })
})
