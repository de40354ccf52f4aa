/** A kink seen from before T: the mean over the noise to come, whose slope runs through where ∇g leaps. */
import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import { compileJump } from '../jump-page.ts'

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
    ['if(x[1] > 0.3, 2*x[1] - 0.6, 0)', (x) => 2 * Math.max(x - 0.3, 0)],
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

  it('is near it where conditions are nested', async () => {
    const terminal = 'if(x[1] < -1, -1, if(x[1] <= 1, x[1], 1))'
    const page = await compileJump({ terminal, driver, diffusion: '1' })
    const at = (x: number) => mean((moved) => Math.max(-1, Math.min(moved, 1)), x, 0.5)
    for (const x of [-1.5, -1, -0.4, 0, 1, 2])
      expect(Math.abs(seen(page, 0.75, x)[0] - at(x))).toBeLessThan(0.01)
    expect(seen(page, 0.75, 1 - 1e-6)[1]).toBeCloseTo(seen(page, 0.75, 1 + 1e-6)[1], 4)
  })

  it('is smoothed element by element', async () => {
    const [whole, ...parts] = await Promise.all(
      [
        'sum(max(x - 0.2, 0)) + sum(abs(x))',
        'max(x[1] - 0.2, 0) + abs(x[1])',
        'max(x[2] - 0.2, 0) + abs(x[2])',
      ].map((terminal) => compileJump({ terminal, driver: 'dot(z, z)', diffusion: '[[0.3, 0.4], [0, 2]]' })),
    )
    const [own, other] = parts.map((part) => seen(part, 0.75, 0.31))
    const [value, slope] = seen(whole, 0.75, 0.31)
    expect(value).toBeCloseTo(own[0] + other[0], 12)
    expect(slope).toBeCloseTo(own[1], 12)
  })

  describe('of the greatest or the least component', () => {
    const curved = { driver: 'dot(z, z)', diffusion: '1' }
    const deviation = Math.sqrt(2 * 0.25)

    it('has slopes near the chances under a smooth driver', async () => {
      const [most, least] = await Promise.all(
        ['max(x)', 'min(x)'].map((terminal) => compileJump({ ...curved, terminal })),
      )
      for (const x of [-1.2, -0.4, 0, 0.5, 1]) {
        const chance = mean((d) => (d > 0 ? 1 : 0), x, deviation)
        expect(Math.abs(seen(most, 0.75, x)[1] - chance)).toBeLessThan(0.01)
        expect(seen(most, 0.75, x)[1] + seen(least, 0.75, x)[1]).toBeCloseTo(1, 12)
      }
    })

    it('is a number however far apart components are', async () => {
      const page = await compileJump({ ...curved, terminal: 'max(max(x) - 1, 0)' })
      expect(seen(page, 1 - 1e-6, 1e4)).toEqual([9999, 1])
      expect(seen(page, 1 - 1e-6, -1e4)).toEqual([0, 0])
    })
  })

  it('is itself at T', async () => {
    const page = await compileJump({ terminal: 'abs(x[1])', driver })
    expect(seen(page, 1, -0.1)).toEqual([0.1, -1])
  })

  it.each([
    ['the greatest is asked for', { terminal: 'max(max(x) - 1, 0)', driver }],
    [
      'a condition is of two',
      { terminal: 'if(x[1] > 0 and x[1] < 1, x[1] * (1 - x[1]), 0)', driver: 'dot(z, z)' },
    ],
    ['a condition is a factor', { terminal: 'x[1] * (1 - (x[1] > 0))', driver }],
  ])('stays as it is where not all kinks can be smoothed: %s', async (_name, changes) => {
    const page = await compileJump(changes)
    expect(page.areKinksSmoothed).toBe(false)
    expect(page.areKinksLeft).toBe(true)
  })

  it.each([
    ['the driver is affine in z', { terminal: 'abs(x[1])', driver: 'z[1] - max(y, 0) + y^2' }],
    ['g has none', { terminal: 'cos(x[1])', driver }],
  ])('stays as it is where %s', async (_name, changes) => {
    const page = await compileJump(changes)
    expect(page.areKinksSmoothed).toBe(false)
    expect(page.areKinksLeft).toBe(false)
  })
})
