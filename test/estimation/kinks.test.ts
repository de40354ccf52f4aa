/** Penalties and other kinks, of y and of z: what the tangent leaves out is measured, against the equation on a fine grid of its own. */
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { byDay } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

type Driver = (x: number, y: number, z: number) => number

/** u(0, 0) of u_t + u_xx/2 + f(x, u, u_x) = 0, u(1, ·) = g, by explicit steps on [−7, 7]. */
function byDifferences(f: Driver, g: (x: number) => number): number {
  const [half, steps] = [280, 3200]
  const [dx, dt] = [7 / half, 1 / steps]
  const x = Float64Array.from({ length: 2 * half + 1 }, (_, i) => (i - half) * dx)
  let u = x.map(g)
  for (let k = 0; k < steps; k++) {
    const before = u
    u = before.map((value, i) => {
      if (i === 0 || i === 2 * half) return value + dt * f(x[i], value, 0)
      const bend = (before[i - 1] - 2 * value + before[i + 1]) / dx ** 2
      const slope = (before[i + 1] - before[i - 1]) / (2 * dx)
      return value + dt * (0.5 * bend + f(x[i], value, slope))
    })
  }
  return u[half]
}

const pages: [string, string, string, Driver, (x: number) => number][] = [
  ['a penalised floor', '20 * max(0.3 * cos(x[1]) - y, 0)', 'sin(x[1])', (x, y) => 20 * Math.max(0.3 * Math.cos(x) - y, 0), Math.sin],
  ['two rates', '3 * abs(y - 0.2)', 'x[1]', (_, y) => 3 * Math.abs(y - 0.2), (x) => x],
  ['a concave kink', '-5 * max(y, 0)', 'x[1]', (_, y) => -5 * Math.max(y, 0), (x) => x],
] // biome-ignore format: a row a page

describe('a kink in y', () => {
  it.each(byDay(2, pages))('%s', async (_name, driver, terminal, f, g) => {
    const definition = await parseEquation(
      JSON.stringify({
        settings: { dim: 1, horizon: 1 },
        x0: 0,
        drift: '0',
        diffusion: '1',
        driver,
        terminal,
      }),
      'json',
    )
    const found = await solve(definition, { steps: 20, iterations: 60, paths: 8192, workers: 1 })
    const expected = byDifferences(f, g)
    expect(found.remainder).not.toBeNull()
    expect(Math.abs(found.value - expected)).toBeLessThan(4 * found.standardError + 1e-3)
    expect(found.standardError).toBeLessThan(0.03)
  })
})

describe('a kink in z', () => {
  const shifted = (x: number) => Math.cos(x + 0.3)
  const spread = (x: number) => Math.max(x, 0) - 2 * Math.max(x - 0.7, 0)
  const twoRates = '-0.4 * y + 0.5 * max(z[1] - y, 0)'
  it.each(
    byDay<[string, string, Driver, string, (x: number) => number]>(2, [
      ['a norm', 'abs(z[1])', (_x, _y, z) => Math.abs(z), 'cos(x[1] + 0.3)', shifted],
      // Branches have an anchor of their own.
      [
        'two rates and a rough g',
        twoRates,
        (_x, y, z) => -0.4 * y + 0.5 * Math.max(z - y, 0),
        'max(x[1], 0) - 2 * max(x[1] - 0.7, 0)',
        spread,
      ],
      [
        'two slopes and a value',
        '-max(z[1] - y, 0)',
        (_x, y, z) => -Math.max(z - y, 0),
        'cos(x[1] + 0.3)',
        shifted,
      ],
    ]),
  )('%s is measured around networks that have hardly learned', async (_name, driver, f, terminal, g) => {
    const settings = { dim: 1, horizon: 1 }
    const page = { settings, x0: 0, drift: '0', diffusion: '1', driver, terminal }
    const definition = await parseEquation(JSON.stringify(page), 'json')
    const found = await solve(definition, { steps: 20, iterations: 12, paths: 8192, workers: 1 })
    const expected = byDifferences(f, g)
    expect(found.remainder).not.toBeNull()
    expect(Math.abs(found.value - expected)).toBeLessThan(4 * found.standardError + 1e-4)
    expect(found.standardError).toBeLessThan(0.01)
  })

  it('that is crossed where the error is as large as its surroundings tells how little it knows', async () => {
    const settings = { dim: 1, horizon: 1 }
    const [driver, terminal] = ['2 * max(z[1], 0) - y', 'cos(2 * x[1] + 1)']
    const page = { settings, x0: 0, drift: '0', diffusion: '1', driver, terminal }
    const definition = await parseEquation(JSON.stringify(page), 'json')
    const found = await solve(definition, { steps: 16, paths: 4096, workers: 1 })
    const expected = byDifferences(
      (_x, y, z) => 2 * Math.max(z, 0) - y,
      (x) => Math.cos(2 * x + 1),
    )
    // What the branches tell is a third of what is missed, and its noise alone 6 times too small.
    expect(found.status).toBe('unconverged')
    expect(Math.abs(found.value - expected)).toBeLessThan(4 * found.standardError)
  })
})
