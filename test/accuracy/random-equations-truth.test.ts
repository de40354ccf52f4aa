/** The random equations have the solutions that they are said to have, by the formulas of their own pages. */

import { describe, expect, it } from 'vitest'
import { compileProblem } from '../../src/problem/compile.ts'
import { byDay } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'
import { randomEquation } from '../support/random-equations/equation.ts'
import { NIGHTLY_EQUATIONS, TEST_EQUATIONS } from '../support/random-equations/seeds.ts'
import { truthOf } from '../support/random-equations/truth.ts'

const TOLERANCE = 1e-8
/** So that hundreds of pages take seconds. */
const most = 12

describe('every pair of dynamics and driver', () => {
  it('is solved by its u, to rounding, at random points of its paths', async () => {
    // By day every class of dynamics with a quarter of the drivers: the walk meets all pairs in turn.
    for (const name of byDay(104, NIGHTLY_EQUATIONS)) {
      const { value, gradient, residual } = await truthOf(randomEquation(name, { most }))
      expect([value, ...gradient].every(Number.isFinite), name).toBe(true)
      expect(residual.worst.relative, name).toBeLessThan(TOLERANCE)
      expect(residual.terminalMismatch, name).toBeLessThan(TOLERANCE)
    }
  })

  it('comes in hundred dimensions too', async () => {
    for (const name of NIGHTLY_EQUATIONS.slice(0, 16)) {
      const { residual } = await truthOf(randomEquation(name))
      expect(residual.worst.relative, name).toBeLessThan(TOLERANCE)
    }
  })

  it('is not solved by it where the driver is another one', async () => {
    for (const name of TEST_EQUATIONS.slice(0, 16)) {
      const equation = randomEquation(name, { most })
      const page = equation.page.replace(/^driver: "/m, 'driver: "0.01 * unit * sin(y / unit) + ')
      const { residual } = await truthOf({ ...equation, page })
      expect(residual.worst.relative, name).toBeGreaterThan(1e3 * TOLERANCE)
    }
  })
})

describe('a page', () => {
  it('is the same for the same name, another for another, and keeps its truth to itself', async () => {
    const { page, exact } = randomEquation('geometric.kinked.7')
    expect(randomEquation('geometric.kinked.7').page).toBe(page)
    expect(randomEquation('geometric.kinked.8').page).not.toBe(page)
    const definition = await parseEquation(page, 'yaml')
    expect(definition.exact).toBeUndefined()
    expect(definition.reference).toBeUndefined()
    expect(exact.length).toBeGreaterThan(0)
  })

  it('has the dynamics of its class', async () => {
    const kindOf = async (name: string) =>
      (await compileProblem(await parseEquation(randomEquation(name, { most }).page, 'yaml'))).dynamics.kind
    expect(await kindOf('brownian.none.1')).toBe('brownian')
    expect(await kindOf('dense-noise.none.1')).toBe('brownian')
    expect(await kindOf('geometric.none.1')).toBe('geometric')
    expect(await kindOf('ornstein-uhlenbeck.none.1')).toBe('ornstein-uhlenbeck')
  })
})
