/** The doubts that a right to stop tells: each is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { defineStopping, type StoppingDefinition } from '../../src/problem/stopping-definition.ts'
import { byDay } from '../support/night.ts'

const page = (payoff: string, change: Partial<StoppingDefinition>) =>
  defineStopping({
    id: 'right',
    title: 'A right to stop',
    source: 'a test',
    group: 'tests',
    settings: { dim: 1, horizon: 1 },
    x0: 36,
    drift: '0',
    diffusion: '0.4 * x',
    driver: '0',
    ...change,
    stopping: { payoff, dates: 4 },
  })
const basket = (dates: number) => ({
  ...page('max(max(x) - 60, 0)', {
    settings: { dim: 4, horizon: 1 },
    drift: '0.06 * x',
    driver: '-0.06 * y',
  }),
  stopping: { payoff: 'max(max(x) - 60, 0)', dates },
})
const SMALL: SolveOptions = { workers: 1, paths: 256, batchSize: 256 }

/** The status, the reason, the page, its options and the advice taken. */
const rows: [string, RegExp, StoppingDefinition, SolveOptions, SolveOptions][] = [
  [
    'unconverged',
    /^numbers are not finite: shorten the horizon/,
    page('max(4 - x, 0)', { x0: 2, settings: { dim: 1, horizon: 2 }, drift: '0.5 * x^3' }),
    {},
    { settings: { horizon: 0.05 }, paths: 4096 },
  ],
  [
    'unconverged',
    /^the martingale's mean is .* not 0: a few paths rule it; take more --paths$/,
    page('max(x[1] - 40, 0)', { diffusion: '3 * x' }),
    {},
    { paths: 16_384 },
  ],
  [
    'unconverged',
    /^one of 256 paths has .* take more --paths, or a shorter horizon$/,
    page('x[1]', { diffusion: '2.5 * x' }),
    {},
    { paths: 16_384 },
  ],
  [
    'unconverged',
    /^the limits are .* take more --batch-size.*, and more --paths$/,
    basket(10),
    {},
    { batchSize: 4096, paths: 4096 },
  ],
  ['imprecise', /is usual; take more --paths$/, basket(4), {}, { batchSize: 1024, paths: 16_384 }],
  ['imprecise', /is usual; take more --batch-size$/, basket(4), { paths: 16_384 }, { batchSize: 1024 }],
]

describe('the advice of a right to stop', () => {
  it.each(byDay(3, rows))('helps: %s, %s', async (status, reason, right, options, mended) => {
    const first = await solve(right, { ...SMALL, ...options })
    expect([first.status, first.reason]).toEqual([status, expect.stringMatching(reason)])
    const second = await solve(right, { ...SMALL, ...options, ...mended })
    expect([second.status, second.reason]).toEqual(['converged', null])
  })
})
