/** The doubts that a policy's run tells: each is provoked, and what it advises helps on the same page. */
import { describe, expect, it } from 'vitest'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { page } from './scalar-page.ts'

const quadratic: Partial<ControlDefinition> = {
  drift: 'a',
  diffusion: '0.5',
  runningCost: 'x[1]^2 + a[1]^2',
  controlSet: { kind: 'free' },
}
/** One network for all steps: training begins with no rule, and has something to learn. */
const small: SolveOptions = { workers: 1, paths: 1024, sharedNetwork: true }

describe('the advice of a policy', () => {
  it.each<[string, string | ControlDefinition, SolveOptions, RegExp, SolveOptions]>([
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
      { learningRate: 3, iterations: 60 },
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
  ])('on %s helps', async (_, problem, options, reason, mended) => {
    const first = await solve(problem, { ...small, ...options })
    expect(first.reason).toMatch(reason)
    const second = await solve(problem, { ...small, ...options, ...mended })
    expect(['converged', 'one-sided']).toContain(second.status)
    expect(second.reason ?? '').not.toMatch(/take more|lower --/)
  })
})
