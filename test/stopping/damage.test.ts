/** Every problem with a known value, its rule and martingale spoilt between fit and limits: wide limits, never wrong ones. */
import { describe, expect, it } from 'vitest'
import { listProblems } from '../../src/page/catalog.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { seedCount } from '../support/night.ts'
import { beyond, type Damage, runStopping } from './runs.ts'

/** Standard errors that a limit may lie beyond the truth by. */
const ALLOWED = 4
const DAMAGES: Damage[] = ['zero', 'noise', 'reversed']

/** Settings at which a problem is small, or its value known; a new problem takes part at its own. */
const SMALL: Record<string, Record<string, SettingValue>> = {
  'bermudan-put': { datesPerYear: 10 },
  'geometric-mean-call': { dim: 7, dates: 10 },
  'geometric-mean-put': { dim: 3 },
  'heston-basket-put': { dim: 2 },
  'max-call': { dim: 3 },
  'perpetual-put': { dim: 3 },
  'product-put': { dim: 5, dates: 8 },
}

const ids = await listProblems('stopping')
/** By day each problem with one of the damages, and all damages by turns. */
const cases = ids.flatMap((id, k) =>
  Array.from(
    { length: seedCount(1, DAMAGES.length) },
    (_, j) => [id, DAMAGES[(k + j) % DAMAGES.length]] as const,
  ),
)

describe('limits of what was spoilt', () => {
  it.each(cases)('%s, coefficients %s: on the right sides', async (id, damage) => {
    const size = { batchSize: seedCount(256, 512), paths: seedCount(512, 2048) }
    const run = await runStopping(id, SMALL[id], size, damage)
    expect(run.reference).toBeTypeOf('number')
    expect(run.reference).not.toBeNaN()
    const [low, high] = beyond(run)
    // Where a driver is not linear one limit is known, and the other end is no limit.
    if (run.stopping!.lower !== null) expect(low).toBeLessThan(ALLOWED)
    if (run.stopping!.upper !== null) expect(high).toBeLessThan(ALLOWED)
    // Sooner or later than is best, and with noise that is not taken off.
    expect(run.stopping!.relativeGap).toBeGreaterThan(0.01)
  })
})
