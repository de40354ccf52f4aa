/** The doubts of methods that train nothing: each is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { brownianPage as page } from '../support/brownian-page.ts'

/** Round the origin, the faster the farther out. */
const turning: Partial<ProblemDefinition> = {
  settings: { dim: 2, horizon: 1 },
  x0: 1.9,
  drift: '[-x[2] * dot(x, x), x[1] * dot(x, x)]',
  diffusion: '0.1',
  terminal: 'dot(x, x)',
}

/** The page, its options, the status, the reason and the advice taken; it ends as `converged` unless said otherwise. */
type Row = [Partial<ProblemDefinition>, SolveOptions, string, RegExp, SolveOptions, string?]

const own: Record<string, Row[]> = {
  'monte-carlo': [
    [
      { terminal: 'max(x[1] - 9, 0)' },
      {},
      'unconverged',
      /gave exactly 0.*take more --paths, or see that they start where you meant \(--at\)$/,
      { settings: { x0: 9 }, paths: 65_536 },
    ],
    [
      { terminal: 'if(x[1] > 4.2, 1, 0)' },
      {},
      'unconverged',
      /gave exactly 0.*take more --paths/,
      { paths: 2_097_152 },
      'imprecise',
    ],
    [
      { terminal: 'max(x[1] - 3.9, 0)', driver: 'cos(x[1])' },
      {},
      'unconverged',
      /fewer than four of 4096 paths.*take many more --paths/,
      { paths: 524_288 },
    ],
    [
      { x0: 1, drift: 'x^3', driver: 'x[1]^2', terminal: 'x[1]^2', settings: { dim: 1, horizon: 2 } },
      { steps: 20 },
      'unconverged',
      /not finite; take more --steps, or shorten the horizon$/,
      { settings: { horizon: 0.05 } },
    ],
    [turning, { steps: 8 }, 'unconverged', /not finite; take more --steps/, { steps: 256 }],
    [
      turning,
      { steps: 16 },
      'unconverged',
      /^the steps are too long: paths on half as many run away; take more --steps$/,
      { steps: 256 },
    ],
    [
      {
        x0: 1,
        drift: '2 * sin(3 * x)',
        diffusion: '1 + 0.5 * sin(2 * x)',
        driver: '8 * sin(3 * x[1]) - 3 * y',
        terminal: '0',
      },
      { steps: 2 },
      'unconverged',
      /steps are too long.*take more --steps$/,
      { steps: 64, paths: 65_536 },
      'imprecise',
    ],
    [
      { terminal: 'exp(6 * x[1])' },
      { paths: 2048 },
      'unconverged',
      /of their variance.*take more --paths, or a shorter horizon$/,
      { settings: { horizon: 0.02 }, paths: 65_536 },
    ],
    [
      { terminal: 'x[1]^2' },
      { paths: 2048, tolerance: 0.01 },
      'imprecise',
      /where 0\.010 was asked for; take more --paths$/,
      { paths: 65_536 },
    ],
    [
      {
        x0: 1,
        drift: '-sin(x)',
        diffusion: '0.5 + 0.1 * sin(x)',
        driver: 'cos(3 * x[1])',
        terminal: '1',
      },
      { paths: 131_072, steps: 4, tolerance: 0.004 },
      'imprecise',
      /where 0\.0040 was asked for; take more --steps$/,
      { steps: 64 },
    ],
  ],
  'multilevel-picard': [
    [
      { driver: '-0.2 * y', terminal: 'exp(-x[1]^2)' },
      { levels: 1 },
      'unconverged',
      /^one iteration .*take more --levels$/,
      { levels: 3, repetitions: 1024 },
    ],
    [
      { driver: 'exp(9 * y)', terminal: '3 + x[1]' },
      {},
      'unconverged',
      /not finite: shorten the horizon$/,
      { settings: { horizon: 1e-14 } },
    ],
    [
      { driver: '-6 * y', terminal: '1' },
      {},
      'unconverged',
      /^the iterations have not settled.*take more --levels, or a shorter horizon$/,
      { settings: { horizon: 0.02 } },
    ],
    [
      { driver: '-0.8 * y', terminal: '1' },
      { levels: 2, repetitions: 64 },
      'unconverged',
      /^the iterations have not settled.*take more --levels/,
      { levels: 4 },
      'imprecise',
    ],
    [
      { drift: '-2 * sin(3 * x)', diffusion: '1 + 0.5 * sin(2 * x)', x0: 1, terminal: 'x[1]^2' },
      { steps: 1, repetitions: 128 },
      'unconverged',
      /^the steps of X are too long.*take more --steps$/,
      { steps: 32 },
    ],
    [
      { terminal: 'if(x[1] > 9, 1, 0)' },
      {},
      'unconverged',
      /gave exactly 0.*see that they start where you meant \(--at\)$/,
      { settings: { x0: 9 } },
    ],
    [
      { terminal: '1 + max(x[1] - 9, 0)' },
      {},
      'unconverged',
      /^every sample was alike in g.*see that they start where you meant \(--at\)$/,
      { settings: { x0: 9 }, repetitions: 1024 },
    ],
    [
      // 299 ± 69 for exp(8) + 1.
      { terminal: 'exp(4 * x[1])', driver: '1' },
      {},
      'unconverged',
      /^the repetitions are all of one sign.*take more --repetitions, or a shorter horizon$/,
      { settings: { horizon: 0.02 }, repetitions: 256 },
    ],
    [
      { terminal: '1 + 20 * max(x[1] - 2.5, 0)' },
      { levels: 2 },
      'unconverged',
      /^one of 16 repetitions has .*take more --repetitions, or a shorter horizon$/,
      { repetitions: 16_384 },
    ],
    [
      { terminal: 'exp(x[1])', driver: '0.1 * y' },
      {},
      'imprecise',
      /; take more --repetitions$/,
      { repetitions: 16_384 },
    ],
    [
      { terminal: '2 + cos(x[1])', driver: '-0.1 * y' },
      { levels: 2, repetitions: 1024 },
      'imprecise',
      /; take more --levels$/,
      { levels: 3 },
    ],
    [
      { drift: '-sin(x)', diffusion: '0.1', x0: 1 },
      { steps: 2, repetitions: 64 },
      'imprecise',
      /; take more --steps$/,
      { steps: 32 },
    ],
  ],
}
const usual: Record<string, SolveOptions> = {
  'monte-carlo': { paths: 4096 },
  'multilevel-picard': { levels: 3, repetitions: 16 },
}

describe.each(Object.entries(own))('the advice of %s', (method, rows) => {
  it.each(rows)('helps: %j', async (change, options, status, reason, mended, better = 'converged') => {
    const chosen = { workers: 1, method, ...usual[method], ...options } as SolveOptions
    const first = await solve(page(change), chosen)
    expect([first.status, first.reason]).toEqual([status, expect.stringMatching(reason)])
    const second = await solve(page(change), { ...chosen, ...mended })
    expect([second.status, second.reason]).toEqual([
      better,
      better === 'converged' ? null : expect.anything(),
    ])
  })
})
