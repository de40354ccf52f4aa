import { describe, expect, it } from 'vitest'
import type { Solution } from '../../src/solution/solution.ts'
import { isFailure, type Verdict, verdictOf } from '../../src/verify/run-case.ts'

/** The parts of a solution that a verdict looks at. */
function solutionOf(parts: Partial<Solution>): Solution {
  const sample: Partial<Solution> = {
    status: 'converged',
    value: 1,
    standardError: 0.01,
    gridError: 0,
    reference: { value: 1, source: 'here' },
  }
  return { ...sample, ...parts } as Solution
}

const at = (value: number, standardError?: number) => ({ value, standardError, source: 'here' })

const over = (value: number, gradient: number) => ({
  law: 'box:0..1',
  centre: [0.5],
  points: 2048,
  relativeErrors: { value, gradient },
})

describe('a verdict', () => {
  it.each<[string, Partial<Solution>, Verdict]>([
    ['within four standard errors', { reference: at(1.0399) }, 'pass'],
    ['beyond them', { reference: at(1.0401) }, 'fail'],
    ['below', { reference: at(0.9599) }, 'fail'],
    ["with the reference's own error", { reference: at(1.056, 0.01) }, 'pass'],
    ['with the reference’s own error, beyond', { reference: at(1.057, 0.01) }, 'fail'],
    ['with a grid error that is no part of the interval', { reference: at(1.06), gridError: -0.01 }, 'fail'],
    ['that is known exactly', { standardError: 0, reference: at(1 + 1e-8) }, 'pass'],
    ['of a value that is not finite', { value: Number.NaN }, 'fail'],
    ['of networks that made it worse', { status: 'unconverged' }, 'unconverged'],
    [
      'that contradicts its reference',
      { status: 'unconverged', contradiction: 'reference', reference: at(2) },
      'fail',
    ],
    ['that is imprecise', { status: 'imprecise', standardError: 0.3 }, 'pass'],
    ['without a reference', { reference: null }, 'no reference'],
    ['over a region', { region: over(0.0099, 0.0299) }, 'pass'],
    ['over a region, value beyond', { region: over(0.0101, 0.01) }, 'fail'],
    ['over a region, gradient beyond', { region: over(0.001, 0.0301) }, 'fail'],
    ['over a region without an exact solution', { region: { ...over(1, 1), relativeErrors: null } }, 'pass'],
  ])('%s', (_, parts, verdict) => {
    expect(verdictOf(solutionOf(parts))).toBe(verdict)
  })

  it('fails unless it passes, or nothing is known', () => {
    const all: Verdict[] = ['pass', 'fail', 'no reference', 'unconverged', 'diverged', 'refused']
    expect(all.filter(isFailure)).toEqual(['fail', 'unconverged', 'diverged', 'refused'])
  })
})
