/**
 * Bounds of a gain from one wealth, by a change of measure: exact where the market is complete, and valid for policies that are
 * untrained or made wrong on purpose.
 */
import { describe, expect, it } from 'vitest'
import { defineControlProblem } from '../../src/control/definition.ts'
import { dualOf } from '../../src/control/dual/compiled.ts'
import { Utility } from '../../src/control/dual/utility.ts'
import { byDay } from '../support/night.ts'
import { boundsOf, type Damage, expectAround } from './dual-runs.ts'

const QUICK = { iterations: 40, paths: 1024, batchSize: 64 }
const DAMAGES: Damage[] = ['none', 'noise', 'reversed']

describe('a gain from one wealth', () => {
  it.each(['merton-power', 'merton-exponential'])('has the exact value of %s as its bound', async (id) => {
    const { bounds, reference } = await boundsOf(id, QUICK)
    expect(bounds.upper!.value / reference).toBeCloseTo(1, 8)
    expect(bounds.lower!.value).toBeLessThan(bounds.upper!.value)
  })

  it('is bounded under a budget too, more closely by a better policy', async () => {
    const runs = await Promise.all(
      DAMAGES.map((damage) =>
        boundsOf('merton-bounded', {
          ...QUICK,
          damage,
          ...(damage === 'none' && { iterations: 100, batchSize: 128 }),
        }),
      ),
    )
    const excess = runs.map(({ bounds, reference }) => bounds.upper!.value - reference)
    expect(Math.min(...excess)).toBeGreaterThan(-1e-9)
    expect(excess[0]).toBeLessThan(1e-3)
    expect(Math.max(...excess)).toBeGreaterThan(3 * excess[0])
  })

  it('has the conjugate that its formula says', async () => {
    const { problem, session } = await boundsOf('merton-power', { iterations: 1, paths: 64, batchSize: 16 })
    const { dt, horizon } = session.plan!.estimate.policy.grid
    const utility = new Utility(dualOf(problem, 'density')!, horizon, dt)
    for (const price of [1e-6, 0.3, 1, 40]) {
      expect(utility.conjugate(price) / (-2 * Math.sqrt(price))).toBeCloseTo(1, 12)
    }
  })

  const cases = ['merton-power', 'merton-exponential', 'merton-bounded'].flatMap((id, k) =>
    byDay(k === 0 ? DAMAGES.length : 1, DAMAGES.toReversed()).map((damage) => ({ id, damage })),
  )
  // Of the undamaged ones the first is untrained too.
  it.each(cases)('is bounded in $id (damage: $damage)', async ({ id, damage }) => {
    for (const seed of byDay(damage === 'none' ? 2 : 1, [1, 2])) {
      const iterations = damage === 'none' && seed > 1 ? QUICK.iterations : 1
      const run = await boundsOf(id, { ...QUICK, damage, seed, iterations })
      expectAround(run, run.reference)
    }
  })

  it('is not claimed where wealth can grow without limit, or where its mean depends on the state', async () => {
    const page = (transition: string) =>
      defineControlProblem({
        id: 'wealth',
        title: 'wealth',
        source: 'a test',
        group: 'test',
        settings: { dim: 1, horizon: 1 },
        x0: 1,
        transition,
        runningCost: '0',
        terminalCost: '-exp(-x[1])',
        goal: 'maximize',
        steps: 3,
      })
    for (const transition of ['x + a + 0.1 * w', 'x + 0.1 * a * x + 0.2 * a * w', 'x + abs(a) + a * w']) {
      const { bounds } = await boundsOf(page(transition), { iterations: 1, paths: 64, batchSize: 16 })
      expect(bounds.upper).toBeNull()
      expect(bounds.missing).not.toBeNull()
    }
  })
})
