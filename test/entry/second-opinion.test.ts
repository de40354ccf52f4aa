/** A second opinion agrees, disagrees, or cannot tell; where it disagrees nobody is sure. */
import { describe, expect, it } from 'vitest'
import { compareOpinions, withOpinion } from '../../src/entry/second-opinion.ts'
import { solve } from '../../src/entry/solve.ts'
import type { Solution } from '../../src/solution/solution.ts'
import type { Status } from '../../src/solution/status.ts'
import { parsePage } from '../support/pages.ts'

const answer = (value: number, standardError: number, status: Status = 'converged') =>
  ({ value, standardError, status, reason: status === 'unconverged' ? 'why' : null }) as Solution

describe('a second opinion', () => {
  const first = answer(1, 0.01)

  it('agrees where both errors together allow it, and are small enough to tell', () => {
    expect(compareOpinions(first, answer(1.05, 0.02), 'other', 0).agrees).toBe(true)
    expect(compareOpinions(first, answer(1.1, 0.02), 'other', 0).agrees).toBe(false)
  })

  it('cannot tell where more than ten of the first errors are allowed', () => {
    expect(compareOpinions(first, answer(1.05, 0.031), 'other', 0).agrees).toBe(true)
    expect(compareOpinions(first, answer(1.05, 0.035), 'other', 0).agrees).toBeNull()
    expect(compareOpinions(first, answer(2, 0.035), 'other', 0).agrees).toBe(false)
  })

  it('cannot tell where it is not sure of itself', () => {
    for (const value of [1, 2]) {
      const second = answer(value, 0.01, 'unconverged')
      expect(compareOpinions(first, second, 'other', 0)).toMatchObject({ agrees: null, reason: 'why' })
    }
    expect(compareOpinions(first, answer(1, 0.02, 'imprecise'), 'other', 0).agrees).toBe(true)
    expect(compareOpinions(answer(1, 0.1, 'unconverged'), answer(1, 0.02), 'other', 0).agrees).toBeNull()
  })

  it('takes the certainty of what it contradicts', () => {
    const other = compareOpinions(first, answer(2, 0.02), 'other', 0)
    expect(withOpinion(first, other)).toMatchObject({
      status: 'unconverged',
      contradiction: 'second opinion',
      reason: expect.stringMatching(
        /^other finds 2\.00000 ± 0\.020, which is too far from 1\.00000 ± 0\.010; take more --steps and --iterations, and see/,
      ),
    })
    expect(withOpinion(answer(1, 0.01, 'stopped'), other).status).toBe('stopped')
    expect(withOpinion(first, { ...other, agrees: null }).status).toBe('converged')
  })
})

describe('a rule beside the value', () => {
  const rule = { ...answer(2, 0.01, 'one-sided'), method: 'policy' }
  const opinionOf = (first: Solution, value: number) =>
    compareOpinions(first, answer(value, 0.02), 'deep-bsde', 0)

  it('is no contradiction where it is worse: a better one is known to exist', () => {
    for (const [goal, value, worse] of [
      [1, 1.5, 'costs 0.50 more'],
      [-1, 2.5, 'gains 0.50 less'],
    ] as const) {
      expect(withOpinion(rule, opinionOf(rule, value), goal)).toMatchObject({
        status: 'one-sided',
        reason: expect.stringContaining(`${worse} than the Bellman equation says`),
      })
    }
  })

  it('is one where it is better than any', () => {
    for (const [goal, value] of [
      [1, 2.5],
      [-1, 1.5],
    ] as const) {
      expect(withOpinion(rule, opinionOf(rule, value), goal)).toMatchObject({
        status: 'unconverged',
        contradiction: 'second opinion',
        reason: expect.stringContaining('the rule is better by 0.50'),
      })
    }
  })

  it('does not take the certainty of a value that is better', () => {
    const value = { ...answer(1, 0.01), method: 'deep-bsde' }
    const second = compareOpinions(value, answer(1.5, 0.01, 'one-sided'), 'policy', 0)
    expect(withOpinion(value, second, 1)).toMatchObject({ status: 'converged', reason: null })
    expect(withOpinion(value, second, -1)).toMatchObject({ contradiction: 'second opinion' })
  })

  it('of a page with two valleys, of which the rule knows one', { timeout: 120_000 }, async () => {
    const page = await parsePage(
      JSON.stringify({
        settings: { dim: 1, horizon: 1 },
        x0: 0,
        controlDim: 1,
        controlSet: { kind: 'free', scale: 1 },
        drift: 'a',
        diffusion: '0.5',
        runningCost: '0.5 * sum(a^2)',
        terminalCost: 'cos(4 * x[1])',
      }),
      'json',
    )
    const { status, reason, value, secondOpinion } = await solve(page, { workers: 1, secondOpinion: true })
    // −σ² log E exp(−cos(4X)/σ²) (Cole and Hopf).
    const best = -0.53981
    expect(Math.abs(secondOpinion!.value - best)).toBeLessThan(4 * secondOpinion!.standardError)
    expect(value).toBeGreaterThan(best)
    expect([status, secondOpinion!.agrees]).toEqual(['one-sided', false])
    expect(reason).toMatch(
      /^a rule was found that costs 0\.1\d more than the Bellman equation says the best does, -0\.5/,
    )
  })
})
