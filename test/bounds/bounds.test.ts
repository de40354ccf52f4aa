/**
 * Bounds hold whatever the networks are: trained, untrained, or made wrong on purpose. Compared with exact values in units of
 * the bounds' own standard errors.
 */

import { describe, expect, it } from 'vitest'
import { COLUMN, COLUMNS } from '../../src/bounds/plan.ts'
import { solve } from '../../src/entry/solve.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import type { Bounds } from '../../src/solution/details/bounds.ts'
import type { RunOptions } from '../../src/solution/solution.ts'
import { byDay } from '../support/night.ts'
import { boundsOf, type Damage } from './damaged-networks.ts'

/** The reference lies between the bounds, up to four of their own standard errors. */
function expectBetween({ lower, upper }: Bounds, exact: number, exactError: number): void {
  expect(lower!.value - exact).toBeLessThan(4 * Math.hypot(lower!.standardError, exactError))
  expect(exact - upper!.value).toBeLessThan(4 * Math.hypot(upper!.standardError, exactError))
}

const cases: [string, Record<string, SettingValue>, RunOptions?][] = [
  ['hjb-lq', { dim: 5 }],
  ['hjb-lq', { dim: 5, lambda: 5 }],
  ['hjb-lq', { dim: 5, lambda: 50 }],
  ['hjb-lq', { dim: 30, lambda: 15 }],
  ['allen-cahn', { dim: 10 }],
  ['sine-gordon', { dim: 10 }],
  ['black-scholes-default-risk', { dim: 10, horizon: 1 / 3, x0: 50 }, { steps: 12 }],
  ['black-scholes-barenblatt', { dim: 10 }],
  // By night: its Ẑ without networks is a mean over many endpoints at each point.
  ['black-scholes-different-rates', { dim: 100 }, { paths: 128 }],
]

/** What is done to the networks of each case, trained or hardly begun. */
const NETWORKS = ['none', 'reversed', 'noise', 'untrained'] as const
/** Another one first for each case: by day each case has one of them. */
const turned = (index: number) => [...NETWORKS.slice(index % 4), ...NETWORKS.slice(0, index % 4)]
const turns = byDay(8, cases).map((each, index) => ({ each, networks: byDay(1, turned(index)) }))

describe.each(turns)('$each.0 $each.1', ({ each: [id, settings, options = {}], networks }) => {
  it.each(networks)('holds with networks that are damaged: %s', async (state) => {
    const [damage, own]: [Damage, RunOptions] =
      state === 'untrained' ? ['none', { iterations: 1 }] : [state, {}]
    const { bounds, exact, exactError } = await boundsOf(id, settings, damage, { ...options, ...own })
    expectBetween(bounds, exact, exactError)
  })
})

describe('bounds', () => {
  it.each(
    byDay<Damage>(1, ['reversed', 'none']),
  )('hold where no sample carries the exponential: %s', async (damage) => {
    const { bounds, exact, exactError } = await boundsOf('hjb-lq', { dim: 40, lambda: 50 }, damage, {
      iterations: 10,
      steps: 4,
      paths: 1024,
    })
    expectBetween(bounds, exact, exactError)
    expect(bounds.lower!.from).toContain('annealed')
    expect(bounds.lower!.limit).toBeGreaterThan(0.99 * exact)
  })

  it('come within 0.2 % of each other on hjb-lq, d = 100', async () => {
    const { bounds } = await boundsOf('hjb-lq', { dim: 100 }, 'none', { iterations: 100, steps: 12 })
    expect(bounds.relativeGap).toBeLessThan(0.002)
  })

  it('do not hold for another equation: the test can tell', async () => {
    const { bounds } = await boundsOf('hjb-lq', { dim: 100, lambda: 2 }, 'none')
    const page = await loadProblem('hjb-lq')
    const other = await compileProblem(page, { ...page.settings, dim: 100, lambda: 1 })
    expect(() => expectBetween(bounds, referenceOf(page, other)!.value, 0)).toThrow()
  })

  it.each(
    byDay<[string, Record<string, SettingValue>]>(2, [
      ['black-scholes-different-rates', { dim: 2 }],
      ['hjb-lq', { dim: 8, lambda: 40 }],
      ['black-scholes-default-risk', { dim: 5 }],
    ]),
  )('give the same bits for 1 and 2 workers: %s', async (id, settings) => {
    const options = { settings, steps: 4, iterations: 2, paths: 256, bounds: true }
    const [one, two] = await Promise.all([1, 2].map((workers) => solve(id, { ...options, workers })))
    expect({ ...one.bounds, elapsedMs: 0 }).toEqual({ ...two.bounds, elapsedMs: 0 })
  })

  it('say why there are none', async () => {
    const { bounds } = await boundsOf('burgers-type', { dim: 5, horizon: 0.2 }, 'none')
    expect(bounds).toMatchObject({ lower: null, upper: null, missing: expect.stringContaining('convex') })
  })

  it('hold a column for each side', () => {
    expect(Object.keys(COLUMN)).toHaveLength(COLUMNS)
  })
})
