/** Ahead of a front u is carried by few paths, and what a thousand of them settle Y₀ at is no more than their noise lets it be. */
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { isNight } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

/** The driver, g, x0 and u(0, x0) by finite differences, 3200 by 2000, extrapolated. */
const pages: [string, string, number, number][] = [
  ['3 * y * (1 - y)', '1 / (1 + exp(4 * x[1]))', 3, 0.0447688],
  ['5 * (y - y^3)', 'exp(-(x[1] - 3)^2) / 2', 0, 0.712347],
]

describe.runIf(isNight)('ahead of a front', () => {
  it.each(pages)('the interval is wide, and no doubt of it: %s', async (driver, terminal, x0, exact) => {
    const page = { settings: { dim: 1, horizon: 1 }, x0, drift: '0', diffusion: '1', driver, terminal }
    const definition = await parseEquation(JSON.stringify(page), 'json')
    const options = { steps: 40, paths: 16_384, workers: 1 }
    const { status, reason, value, standardError } = await solve(definition, options)
    expect([status, reason]).toEqual(['imprecise', expect.stringMatching(/take more --paths$/)])
    expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
  })
})
