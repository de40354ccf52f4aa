/** The doubts that a policy's run tells: each is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { solveBothWays } from '../../src/entry/both.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { byDay, isNight } from '../support/night.ts'
import { page } from './scalar-page.ts'

const quadratic: Partial<ControlDefinition> = {
  drift: 'a',
  diffusion: '0.5',
  runningCost: 'x[1]^2 + a[1]^2',
  controlSet: { kind: 'free' },
}
const slow: Partial<ControlDefinition> = {
  drift: '-x + a',
  settings: { dim: 1, horizon: 2 },
  diffusion: '0.1',
  x0: 2,
}
/** One network for all steps: training begins with no rule, and has something to learn. */
const small: SolveOptions = { workers: 1, paths: 1024, sharedNetwork: true }

/** Two wells, of which the nearer one is the higher. */
const wells = page({
  ...quadratic,
  x0: 0.9,
  diffusion: '0.1',
  runningCost: '0.05 * a[1]^2',
  terminalCost: '1 + (x[1]^2 - 1)^2 + 0.2 * x[1]',
  reference: { value: 0.9835, standardError: 0.0005, source: 'a dynamic programme' },
})

/** What is doubted, the page, its options, the reason, and the advice taken. Those from `BY_DAY` on are for the night. */
const rows: [string, string | ControlDefinition, SolveOptions, RegExp, SolveOptions][] = [
  [
    'what more iterations gain',
    'lqr',
    { settings: { dim: 3 }, iterations: 20 },
    /more iterations still gain .*; take more --iterations$/,
    { iterations: 400 },
  ],
  [
    'a rule that training made worse',
    page(quadratic),
    { learningRate: 3, iterations: 60, retries: 0 },
    /^the rule is worse by .*; lower --learning-rate or take more --iterations$/,
    { learningRate: 0.02, iterations: 400 },
  ],
  [
    'a value that is wider than was asked for',
    page(quadratic),
    { paths: 256, tolerance: 0.0006, iterations: 400, learningRate: 0.02 },
    /was asked for; take more --paths$/,
    { paths: 65_536 },
  ],
  [
    'a plant too fast for its steps',
    page({
      ...quadratic,
      drift: 'x + 50 * a',
      runningCost: '100 + x[1]^2 + a[1]^2',
      training: { batchSize: 64 },
    }),
    { sharedNetwork: false, steps: 20, iterations: 200 },
    /^the plant is too fast for 20 steps.*; take more \(--steps 172\)$/,
    { steps: 172 },
  ],
  [
    'training that ran away',
    page(quadratic),
    { sharedNetwork: false, learningRate: 1e4, iterations: 60, retries: 0 },
    /^training ran away, and the rule is the one that it began with; lower --learning-rate$/,
    { learningRate: 0.01 },
  ],
  [
    'what hardly began to fall',
    page({ ...quadratic, drift: '2 * x + a', x0: 0.2, settings: { dim: 1, horizon: 2 } }),
    { steps: 8, iterations: 100 },
    /no slower than before: take more --iterations, or see that the cost is bounded$/,
    { iterations: 1500 },
  ],
  [
    'paths that run away in so few steps',
    page({ ...quadratic, drift: '-x^3 + a', x0: 3 }),
    { sharedNetwork: false, steps: 3, iterations: 20 },
    /^the rule's paths run away in 3 steps; take more steps \(--steps 12\)$/,
    { steps: 40 },
  ],
  [
    'steps that cost',
    page({ ...quadratic, ...slow }),
    { sharedNetwork: false, steps: 2, iterations: 40 },
    /^the time grid is too coarse: in 2 steps the rule pays .* more than.*; take more steps \(--steps 4\)$/,
    { steps: 8 },
  ],
  [
    'steps whose grids do not agree',
    page({ ...quadratic, runningCost: '10 * sin(20 * t)^2 * x[1]^2 + a[1]^2' }),
    { sharedNetwork: false, steps: 4, iterations: 40 },
    /^the time grid is too coarse: what 8 and 16 steps say .*; take more steps \(--steps 8\)$/,
    { steps: 64 },
  ],
  [
    'steps that leave more than was asked for',
    page({ ...quadratic, drift: '-x + a', diffusion: '0.1', x0: 2 }),
    { sharedNetwork: false, steps: 6, iterations: 60, tolerance: 5e-4, paths: 16_384 },
    /where 0\.00050 was asked for; take more --steps$/,
    { steps: 24 },
  ],
  [
    'a rule that stands still',
    page({
      ...quadratic,
      diffusion: '0.1',
      x0: 0,
      runningCost: '1 + (a[1] - 2 * sin(5 * t))^2',
      terminalCost: '0',
    }),
    { sharedNetwork: false, steps: 8, iterations: 150, learningRate: 0.03 },
    /^the rule stands still too long: .*; take more steps \(--steps 16\)$/,
    { steps: 64 },
  ],
  [
    'finer steps that run away',
    page({ ...quadratic, drift: 'x^3 + a', diffusion: '0.1', x0: 1.3, runningCost: 'x[1]^2 + 0.1 * a[1]^2' }),
    { sharedNetwork: false, steps: 2, iterations: 40 },
    /^the rule's paths run away in finer steps; take more steps \(--steps 16\)$/,
    { steps: 16 },
  ],
  [
    'a rule that a better one is known to',
    wells,
    { iterations: 200 },
    /more than the best known.*; take a network for each step \(--no-shared-network\)$/,
    { sharedNetwork: false },
  ],
]
const BY_DAY = 4

describe('the advice of a policy', () => {
  it.each(byDay(BY_DAY, rows))('on %s helps', async (_, problem, options, reason, mended) => {
    const first = await solve(problem, { ...small, ...options })
    expect(first.reason).toMatch(reason)
    const second = await solve(problem, { ...small, ...options, ...mended })
    expect(['converged', 'one-sided']).toContain(second.status)
    expect(second.reason ?? '').not.toMatch(/take more|lower --/)
  })
})

it.runIf(isNight)(
  'of a rule whose distance from the best is not known is another way to the value: both',
  async () => {
    const alone = page({
      ...quadratic,
      controlDim: 3,
      drift: '0.5 * x + a[1]',
      diffusion: '0.3 * (1 + 0.1 * sin(x))',
      runningCost: 'x[1]^2 + dot(a, a)',
      controlSet: { kind: 'box', low: -2, high: 2 },
    })
    const options: SolveOptions = { workers: 1, iterations: 200, paths: 4096 }
    const { status, reason } = await solve(alone, options)
    expect([status, reason]).toEqual(['one-sided', expect.stringMatching(/^a rule was found; how far/)])
    const { policy } = await solveBothWays(alone, options)
    expect([policy.status, policy.reason]).toEqual(['converged', null])
  },
)
