/** A linear driver whose rate moves with the state: shot forward, Y ran away where paths are discounted much more than others. */
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { compileJump } from '../problem/jump-page.ts'
import { parseEquation } from '../support/pages.ts'

describe('a discount that moves with the state', () => {
  it('is solved: u = (2 − t) cos x under −50x²y', async () => {
    const source = '(1 + (2 - t) / 2 + 50 * x[1]^2 * (2 - t)) * cos(x[1])'
    const definition = await parseEquation(
      JSON.stringify({
        settings: { dim: 1, horizon: 1 },
        x0: 0.5,
        drift: '0',
        diffusion: '1',
        driver: `-50 * x[1]^2 * y + ${source}`,
        terminal: 'cos(x[1])',
      }),
      'json',
    )
    const { value, standardError } = await solve(definition, { steps: 40, iterations: 60, paths: 2048 })
    expect(Math.abs(value - 2 * Math.cos(0.5))).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.01)
  })

  it.each([
    ['-2 * y', 0],
    ['-x[1] * y', 4],
    ['-y^2 * x[1]', 0],
  ])('spreads by what paths meet: %s', async (driver, expected) => {
    expect((await compileJump({ driver })).rateSpread).toBeCloseTo(expected, 12)
  })
})
