/** A second opinion agrees, disagrees, or cannot tell; where it disagrees nobody is sure. */
import { describe, expect, it } from 'vitest'
import { compareOpinions, withOpinion } from '../../src/entry/second-opinion.ts'
import type { Solution } from '../../src/solution/solution.ts'
import type { Status } from '../../src/solution/status.ts'

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
