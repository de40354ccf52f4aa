/** No choice is dropped in silence: what a method does not know is refused, and of two methods each gets its own. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { optionsOfSecond, refuseForeign } from '../../src/methods/options.ts'
import type { RunOptions } from '../../src/solution/solution.ts'

const deep = await loadMethod('deep-bsde')
const picard = await loadMethod('multilevel-picard')

const page = {
  id: 'mine',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'dot(x, x)',
  exact: 'dot(x, x) + dim * (horizon - t)',
}
const SMALL: SolveOptions = { steps: 4, batchSize: 64, iterations: 20, paths: 512, workers: 1 }

describe('a choice', () => {
  it.each<[RunOptions, RegExp]>([
    [
      { bounds: true },
      /^multilevel-picard knows no --bounds, deep-bsde and policy do\. Leave --bounds out\.$/,
    ],
    [{ family: 'residual' }, /knows no --network, deep-bsde and policy do\. Leave --network out/],
    [{ region: 'box:0..1' }, /knows no --region, deep-bsde does\. Leave --region out/],
    [{ sharedNetwork: false }, /knows no --shared-network, policy does/],
  ])('%o is refused by multilevel Picard', async (options, message) => {
    await expect(refuseForeign(page, options, picard)).rejects.toThrow(UserError)
    await expect(refuseForeign(page, options, picard)).rejects.toThrow(message)
  })

  it('may belong to the second opinion, unless it asks for more than a value', async () => {
    await expect(refuseForeign(page, { levels: 3, hidden: [8] }, deep, picard)).resolves.toBeUndefined()
    await expect(refuseForeign(page, { hidden: [8], levels: 3 }, picard, deep)).resolves.toBeUndefined()
    await expect(refuseForeign(page, { region: 'box:0..1' }, picard, deep)).rejects.toThrow(
      /Leave --region out/,
    )
    expect(optionsOfSecond({ steps: 7, levels: 3, seed: 5, region: 'box:0..1' }, deep)).toEqual({
      levels: 3,
      seed: 5,
    })
  })

  it('that asks for nothing is none', async () => {
    await expect(refuseForeign(page, { bounds: false, hidden: undefined }, picard)).resolves.toBeUndefined()
  })
})

it('time steps are refused where multilevel Picard needs none', async () => {
  await expect(solve(page, { method: 'multilevel-picard', steps: 7, workers: 1 })).rejects.toThrow(
    /^mine: multilevel-picard takes no time steps where paths have an exact law, got 7\. Leave --steps out\.$/,
  )
})

describe('a region', () => {
  it.each<[string, SolveOptions]>([
    ['an x0 of its own', { settings: { x0: 1 } }],
    ['a point', { settings: { x0: [1, 1] } }],
  ])('is not solved from %s', async (_, options) => {
    const attempt = solve(page, { ...SMALL, ...options, region: 'box:-1..1' })
    await expect(attempt).rejects.toThrow(UserError)
    await expect(attempt).rejects.toThrow(/Leave x0 \(--set x0\) or --region out/)
  })

  it.each([
    ['policy', /^policy knows no --region, deep-bsde does\. Leave --region out\.$/],
    ['deep-bsde', /^lqr: --region is for equations, not control problems\. Leave --region out\.$/],
  ])('of a control problem is refused by %s', async (method, message) => {
    const attempt = solve('lqr', { method, settings: { dim: 2 }, region: 'box:1..2', workers: 1 })
    await expect(attempt).rejects.toThrow(message)
  })

  it('is asked for a second opinion at its centre', async () => {
    const { region, reference, secondOpinion, settings } = await solve(page, {
      ...SMALL,
      region: 'box:2..4,-1..0',
      secondOpinion: true,
      repetitions: 64,
    })
    expect(region?.centre).toEqual([3, -0.5])
    expect(settings).toEqual(page.settings)
    expect(reference?.value).toBe(11.25)
    expect(secondOpinion?.agrees).not.toBe(false)
    expect(Math.abs(secondOpinion!.value - 11.25)).toBeLessThan(5 * secondOpinion!.standardError)
  })
})
