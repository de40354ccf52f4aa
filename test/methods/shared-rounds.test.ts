/** The estimate's rounds in another memory, in any order and more than once: the same bits as in one run. */
import { describe, expect, it } from 'vitest'
import { checkDescription, type RunDescription } from '../../src/checkpoint/description.ts'
import { type EngineOptions, solve } from '../../src/entry/solve.ts'
import { ROUND_PATHS } from '../../src/estimation/plan.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { RoundsRun } from '../../src/methods/deep-bsde/rounds-run.ts'
import type { RunState, ShareRounds } from '../../src/methods/helpers.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import { byDay } from '../support/night.ts'

/** Gives rounds to a helper in this process, the last first, and each twice. */
function helped(seen: number[]): EngineOptions['shareRounds'] {
  return (run: RunDescription): ShareRounds =>
    async ({ arrays, source, ...form }: RunState) => {
      const text = JSON.stringify({ kind: 'checkpoint', ...run, ...form, everyMs: 0, isDone: false })
      const description = await checkDescription('the state', JSON.parse(text), 'checkpoint')
      const method = await loadMethod('deep-bsde')
      const { page } = description
      const problem = (await method.compile(page, page.settings, {
        bounds: description.options.bounds ?? false,
      })) as CompiledProblem
      const helper = new RoundsRun({ description, arrays }, problem, { workers: 1 })
      const known = new Map<number, Float64Array>()
      return {
        async values(first, last) {
          const rounds = Math.ceil(last / ROUND_PATHS)
          for (let k = rounds - 1; known.size < rounds && k >= 0; k--) {
            await helper.values(k * ROUND_PATHS, source)
            known.set(k * ROUND_PATHS, (await helper.values(k * ROUND_PATHS, source))!)
            seen.push(k)
          }
          return known.get(first)!
        },
        close: () => helper.close(),
      }
    }
}

describe('rounds of an estimate done elsewhere', () => {
  // A curved driver, a kink, a product of y and z, an affine one on another motion.
  it.each(
    byDay<[string, Record<string, number>, boolean]>(2, [
      ['hjb-lq', { dim: 5 }, true],
      ['burgers-type', { dim: 3, horizon: 0.2 }, false],
      ['allen-cahn', { dim: 3 }, true],
      ['heat', { dim: 3 }, false],
      ['black-scholes-different-rates', { dim: 3 }, true],
    ]),
  )('have the bits of one machine: %s', async (id, settings, bounds) => {
    const options = { settings, steps: 6, iterations: 6, paths: 3000, workers: 2, bounds }
    const seen: number[] = []
    const [alone, shared] = [
      await solve(id, options),
      await solve(id, { ...options, shareRounds: helped(seen) }),
    ]
    expect(seen.length).toBeGreaterThan(0)
    const { elapsedMs: _, history: __, ...own } = alone
    const { elapsedMs: ___, history: ____, ...other } = shared
    const untimed = (all: typeof own) => ({ ...all, bounds: all.bounds && { ...all.bounds, elapsedMs: 0 } })
    expect(untimed(other)).toEqual(untimed(own))
    expect(own.bounds !== undefined).toBe(bounds)
  })

  it('end where the error asked for is reached, at the same path', async () => {
    const options = {
      settings: { dim: 5 },
      steps: 6,
      iterations: 10,
      tolerance: 0.005,
      paths: 60_000,
      workers: 2,
    }
    const [alone, shared] = [
      await solve('hjb-lq', options),
      await solve('hjb-lq', { ...options, shareRounds: helped([]) }),
    ]
    expect(alone.paths).toBeLessThan(60_000)
    expect([shared.paths, shared.value, shared.standardError]).toEqual([
      alone.paths,
      alone.value,
      alone.standardError,
    ])
  })
})
