/** û over a region against a reference that is a function of the starting point. */

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { listProblems, loadProblem } from '../../src/page/catalog.ts'

const SMALL: SolveOptions = { steps: 4, batchSize: 16, iterations: 20, paths: 1024, workers: 1 }
const over: SolveOptions = { ...SMALL, region: 'box:-1..1', settings: { dim: 3 } }

describe('a reference without a formula', () => {
  it('is met by û of hjb-lq, at points that are told', async () => {
    const { region } = await solve('hjb-lq', over)
    expect(region).toMatchObject({ points: 32, relativeErrors: { gradient: null } })
    expect(region!.relativeErrors!.value).toBeLessThan(0.01)
  })

  it('is missed by another equation', async () => {
    const page = await loadProblem('hjb-lq')
    const { region } = await solve({ ...page, driver: `1.2 * (${page.driver})` }, over)
    expect(region!.relativeErrors!.value).toBeGreaterThan(0.01)
  })

  it('is that of fresh paths, with their own errors of value and gradient, where none is known', async () => {
    const page = await loadProblem('quadratic-hjb')
    const options = { ...over, steps: 10, paths: 4096 }
    const { region: known } = await solve(page, options)
    const { region } = await solve({ ...page, exact: undefined, reference: undefined }, options)
    expect(region!.points).toBe(8)
    const { value, gradient, standardError, gradientStandardError } = region!.relativeErrors!
    expect(Math.max(standardError!, gradientStandardError!)).toBeLessThan(0.01)
    // A root of a mean of 8 squares beside that of thousands: their squares differ by half of either, and fresh paths by their own error.
    const expected = known!.relativeErrors!
    expect(Math.abs(value - expected.value)).toBeLessThan(expected.value + 4 * standardError!)
    expect(Math.abs(gradient! - expected.gradient!)).toBeLessThan(
      expected.gradient! + 4 * gradientStandardError!,
    )
    // It is seen, and not the paths' noise.
    expect(gradient!).toBeGreaterThan(4 * gradientStandardError!)
  })

  it('is the one of the run that is resumed, at its centre alone', async () => {
    const checkpoint = join(await mkdtemp(join(tmpdir(), 'deepbsde-')), 'run.ckpt')
    const whole = await solve('hjb-lq', { ...over, checkpoint })
    const resumed = await resume(checkpoint)
    expect(resumed.reference).toEqual(whole.reference)
    expect(resumed.value).toBe(whole.value)
    expect(resumed.region!.relativeErrors!.standardError).toBeGreaterThan(0)
  })
})

it('no built-in reference of one point is given for another', async () => {
  for (const id of await listProblems()) {
    const { reference, settings } = await loadProblem(id)
    if (typeof reference !== 'function') continue
    const at = (x: number) =>
      reference(
        settings,
        Array.from({ length: settings.dim }, () => x),
      )?.value
    for (const x of [0, 100]) if (at(x) !== undefined) expect(at(x), id).not.toBe(at(x + 0.5))
  }
})
