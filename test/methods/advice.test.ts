/** Every doubt that a run tells is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { DivergenceError } from '../../src/errors/errors.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import type { Status } from '../../src/solution/status.ts'
import { byDay } from '../support/night.ts'

const steep: ProblemDefinition = {
  id: 'steep',
  title: 'A steep driver',
  source: 'a test',
  group: 'tests',
  settings: { dim: 2, horizon: 1 },
  x0: 0.5,
  drift: '0',
  diffusion: '1',
  driver: '-10 * y + sin(8 * y)',
  terminal: 'exp(-dot(x, x))',
}
const curved: ProblemDefinition = {
  ...steep,
  id: 'curved',
  settings: { dim: 2, horizon: 1, lambda: 1 },
  x0: 0,
  diffusion: 'sqrt(2)',
  driver: '-lambda / 2 * dot(z, z)',
  terminal: 'log(0.5 + 0.5 * dot(x, x))',
}
const call: ProblemDefinition = {
  ...steep,
  id: 'call',
  driver: '-0.1 * y',
  terminal: 'max(dot(x, x) - 2, 0)',
}
/** Brownian in one dimension, from 0 to 1. */
const plain: ProblemDefinition = {
  ...steep,
  id: 'plain',
  settings: { dim: 1, horizon: 1 },
  x0: 0,
  driver: '0',
}
const product: ProblemDefinition = { ...steep, id: 'product', x0: 0, driver: '-6 * y * sum(z)' }
/** Round the origin, the faster the farther out; E|X_T|² = |x₀|² + 2·0.1²T. */
const turning: ProblemDefinition = {
  ...steep,
  id: 'turning',
  x0: 1.9,
  drift: '[-x[2] * dot(x, x), x[1] * dot(x, x)]',
  diffusion: '0.1',
  driver: '0',
  terminal: 'dot(x, x)',
}
const bistable: ProblemDefinition = {
  ...steep,
  id: 'bistable',
  x0: 0,
  driver: '3 * sin(6 * y)',
  terminal: 'cos(3 * sum(x))',
}
const SMALL: SolveOptions = { workers: 1, iterations: 40, steps: 16, paths: 2048 }
const ALONE: SolveOptions = { ...SMALL, skips: 'none', schedule: 'constant' }
const published = { source: 'a test', relativeError: 0.01, steps: 40, iterations: 20, learningRate: 0.01 }
const PUBLISHED: SolveOptions = { workers: 1, preset: 'published', paths: 2048 }

/** What is doubted, the page, its options, the status, the reason, the advice taken, and what it comes to: `converged`, or a wider interval than is usual. Those that are dear come last. */
type Row = [string, ProblemDefinition, SolveOptions, Status, RegExp, SolveOptions, Status?]
const rows: Row[] = [
  [
    'a single step',
    { ...plain, driver: '-y' },
    { ...SMALL, steps: 1 },
    'unconverged',
    /^one time step does not tell its own error; take more --steps$/,
    { steps: 16 },
  ],
  [
    'a coarser grid whose paths run away',
    turning,
    { ...SMALL, paths: 1024 },
    'unconverged',
    /every second step left out paths run away; take more --steps$/,
    { steps: 128 },
  ],
  [
    'paths that never see g',
    { ...plain, terminal: 'max(x[1] - 9, 0)' },
    SMALL,
    'unconverged',
    /gave exactly 0.*start where you meant \(--at, --region\)$/,
    { settings: { x0: 9 } },
  ],
  [
    'a jump that no pilot path has seen',
    { ...plain, terminal: 'if(x[1] > 4.7, 1, 0)' },
    { ...SMALL, steps: 10, iterations: 20 },
    'unconverged',
    /^g jumps, but no path .*start where you meant \(--at, --region\)$/,
    { settings: { x0: 4 }, paths: 16_384 },
  ],
  [
    'a coarse grid',
    steep,
    { ...SMALL, steps: 4 },
    'unconverged',
    /grid is too coarse.*take more --steps$/,
    { steps: 64 },
  ],
  [
    'a kink in y too steep for its steps',
    { ...plain, driver: '-100 * max(y - 2, 0)', terminal: 'exp(-x[1]^2)' },
    { ...SMALL, steps: 20 },
    'unconverged',
    /slope in y moves by 100 at a kink, which steps of 0\.0500 do not resolve; take 3 times as many --steps$/,
    { steps: 60 },
  ],
  [
    'a tolerance that is missed',
    call,
    { ...SMALL, paths: 2048, tolerance: 2e-3 },
    'imprecise',
    /was asked for; take more --paths$/,
    { paths: 262_144 },
  ],
  [
    'networks that made it worse',
    steep,
    { ...ALONE, iterations: 5, learningRate: 3 },
    'unconverged',
    /made the estimate worse.*lower --learning-rate or take more --iterations$/,
    { learningRate: 0.01, iterations: 100, steps: 64 },
  ],
  [
    'a second order that is wider than was asked for',
    { ...product, driver: '-3 * y * sum(z)' },
    { ...SMALL, iterations: 20, tolerance: 1e-3, paths: 16_384 },
    'imprecise',
    /was asked for; take more --iterations or --steps$/,
    { iterations: 400, steps: 32 },
  ],
  [
    'a second order that is too large',
    product,
    { ...SMALL, iterations: 2, paths: 4096 },
    'unconverged',
    /^the networks are far from the solution.*take more --iterations or --steps$/,
    { iterations: 400, steps: 64 },
  ],
  [
    'a loss that still fell when training ended by itself',
    { ...bistable, settings: { dim: 2, horizon: 0.5 } },
    { workers: 1, paths: 4096 },
    'unconverged',
    /^the loss still fell.*take more --iterations than \d+ with --schedule cosine$/,
    { iterations: 1200, schedule: 'cosine', paths: 65_536 },
  ],
  [
    'training and fresh paths that contradict each other',
    { ...plain, driver: '5 * y * z[1]', terminal: 'if(x[1] > 2, 1, 0)' },
    { ...SMALL, iterations: 40, paths: 4096 },
    'unconverged',
    /^training's last estimates had the mean .*; take more --iterations$/,
    { iterations: 600 },
  ],
  [
    'networks too far for a driver curved in z',
    { ...curved, published },
    PUBLISHED,
    'unconverged',
    /so curved in z.*take more --iterations$/,
    { iterations: 1000, steps: 160 },
    'imprecise',
  ],
  [
    'a trained value that is far from fresh paths',
    { ...curved, published },
    { ...PUBLISHED, iterations: 1000, steps: 160 },
    'imprecise',
    /is usual; leave out --preset published, which trains the value itself$/,
    { preset: undefined, iterations: undefined, steps: undefined },
  ],
]
const CHEAP = 6

describe('advice', () => {
  it.each(
    byDay(CHEAP, rows),
  )('of %s helps', async (_, page, options, status, reason, mended, mendedStatus = 'converged') => {
    const first = await solve(page, options)
    expect([first.status, first.reason]).toEqual([status, expect.stringMatching(reason)])
    const second = await solve(page, { ...options, ...mended })
    expect(second.status, second.reason ?? '').toBe(mendedStatus)
  })

  it('of a contradiction with bounds helps, which rest on a range that u leaves', async () => {
    const page = { ...plain, driver: 'sin(y)', diffusion: '1', terminal: '4.2 + sin(x[1]) / 2' }
    const options = { ...SMALL, steps: 8, iterations: 40, paths: 8192, bounds: true }
    const first = await solve({ ...page, range: [0, 3.1] }, options)
    expect([first.status, first.contradiction]).toEqual(['unconverged', 'bounds'])
    expect(first.reason).toMatch(
      /beyond its own upper bound.*see that u stays in the page's range, \[0, 3\.1\]$/,
    )
    const second = await solve({ ...page, range: [3.2, 6] }, options)
    expect([second.status, second.contradiction]).toEqual(['converged', null])
  })

  it('of a loss that explodes at any rate helps', async () => {
    const page = { ...bistable, driver: '20 * sin(30 * y)' }
    const steps = 80
    const error = await solve(page, { ...SMALL, steps }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DivergenceError)
    expect((error as DivergenceError).advice).toMatch(/Try a shorter horizon \(--set horizon=…\)/)
    const { status } = await solve(page, { ...SMALL, steps, settings: { horizon: 0.02 } })
    expect(status).not.toBe('unconverged')
  })

  it('is not promised where an equation has no value to be found', async () => {
    // At 0 this damping is −5 or 5, and 0 by neither: what the equation's solution rests on.
    const jumping = { ...plain, driver: '-5 * sign(y)', diffusion: '0.5', terminal: '0.1 * x[1]' }
    const { status, reason } = await solve(jumping, { ...SMALL, steps: 64, iterations: 100 })
    expect(status).toBe('unconverged')
    expect(reason).toMatch(/does not hold where it was solved for.*a steep slope in its place/)
  })
})
