/** A kink seen from before T: the mean over the noise to come, whose slope runs through where ∇g leaps. */
import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { compileJump } from './jump-page.ts'

const driver = '2 * max(z[1], 0)'

/** g and its first slope at (t, x₁). */
function seen({ functions }: Awaited<ReturnType<typeof compileJump>>, t: number, x: number): number[] {
  const found = loadBatchFunction(functions.terminalGradient.source)
  const [value, slope] = [new Float64Array(1), new Float64Array(2)]
  found(1, t, Float64Array.of(x, 0), 0, 2, value, 0, 1, slope, 0, 2)
  return [value[0], slope[0]]
}

/** E g(x + deviation ξ), ξ normal, by the trapezoidal rule. */
function mean(g: (x: number) => number, x: number, deviation: number): number {
  const step = 1e-3
  let sum = 0
  for (let xi = -8; xi <= 8; xi += step) sum += g(x + deviation * xi) * Math.exp(-0.5 * xi * xi)
  return (step * sum) / Math.sqrt(2 * Math.PI)
}

describe('a terminal condition with kinks, under a driver with one in z or curved in it', () => {
  it.each<[string, (x: number) => number]>([
    ['abs(x[1])', Math.abs],
    ['max(x[1], 0.2) - 2 * min(x[1], 1)', (x) => Math.max(x, 0.2) - 2 * Math.min(x, 1)],
    ['relu(x[1] - 0.3)', (x) => Math.max(x - 0.3, 0)],
  ])('is its mean before T, for a Brownian path: %s', async (terminal, g) => {
    const page = await compileJump({ terminal, driver, diffusion: '2' })
    expect(page.areKinksSmoothed).toBe(true)
    const left = 0.25
    for (const x of [-0.4, 0, 0.31, 2]) {
      const at = (moved: number) => mean(g, x + moved, 2 * Math.sqrt(left))
      const [value, slope] = seen(page, 1 - left, x)
      expect(value).toBeCloseTo(at(0), 5)
      expect(slope).toBeCloseTo((2 * (at(1e-2) - at(-1e-2))) / 2e-2, 3)
    }
  })

  it.each([
    'dot(z, z)',
    'y * z[1]',
    'sin(z[1]) - max(y, 0)',
  ])('is smoothed under a smooth driver that is curved in z too: %s', async (curved) => {
    const page = await compileJump({ terminal: 'abs(x[1])', driver: curved })
    expect(page.areKinksSmoothed).toBe(true)
    expect(seen(page, 0.75, 0)[1]).toBeCloseTo(0, 12)
  })

  it('is itself at T', async () => {
    const page = await compileJump({ terminal: 'abs(x[1])', driver })
    expect(seen(page, 1, -0.1)).toEqual([0.1, -1])
  })

  it.each([
    ['not all kinks can be', { terminal: 'max(max(x) - 1, 0)', driver }],
    ['the driver is affine in z', { terminal: 'abs(x[1])', driver: 'z[1] - max(y, 0) + y^2' }],
    ['g has none', { terminal: 'cos(x[1])', driver }],
  ])('stays as it is where %s', async (_name, changes) => {
    const page = await compileJump(changes)
    expect(page.areKinksSmoothed).toBe(false)
  })
})
