import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { againstReference, roundingOf, worseThanReference } from '../../src/solution/contradiction.ts'

describe('a reference that excludes the value', () => {
  const known = (value: number, standardError?: number) => ({ value, standardError, source: 'here' })

  it.each<[string, number, number, ReturnType<typeof known> | null, boolean]>([
    ['none', 1, 0.01, null, false],
    ['near', 1, 0.01, known(1.039), false],
    ['far', 1, 0.01, known(1.041), true],
    ['uncertain itself', 1, 0.01, known(1.1, 0.03), false],
    ['as exact as it was printed', 0.052782, 1e-7, known(0.0528), false],
    ['printed, and further off', 0.05274, 1e-7, known(0.0528), true],
    ['a number that is known exactly', 0.51, 1e-4, known(0.5), true],
  ])('%s', (_, value, standardError, reference, isExcluded) => {
    expect(againstReference({ value, standardError }, reference) !== null).toBe(isExcluded)
  })

  it('is as exact as its digits', () => {
    expect(roundingOf(57.3)).toBeCloseTo(0.05)
    expect(roundingOf(0.0528)).toBeCloseTo(5e-5)
    expect(roundingOf(1.25e-7)).toBeCloseTo(5e-10)
    expect([0.5, 21, 4.590161724604883].map(roundingOf)).toEqual([0, 0, 0])
  })

  it('is told in the status, with what to do', async () => {
    const page = {
      id: 'wrong-sign',
      source: 'a test',
      group: 'x',
      title: 'A wrong sign',
      settings: { dim: 2, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '-0.1 * y',
      terminal: 'exp(-dot(x, x))',
      reference: { value: 0.2 * Math.exp(0.1), source: 'by hand, with the other sign' },
    }
    const solution = await solve(page, { iterations: 40, steps: 8, paths: 4096, workers: 1 })
    expect([solution.status, solution.contradiction]).toEqual(['unconverged', 'reference'])
    expect(solution.reason).toMatch(/contradicts the page's own reference .* check the signs/)
  })

  it('does not exclude a rule that is worse than the best known', () => {
    const rule = { value: 1.1, standardError: 0.01 }
    expect(worseThanReference(rule, known(1), 1, false)).toBe(
      'the rule pays 1.10000 ± 0.010, 0.10 more than the best known, 1.00000; take more --iterations or --steps',
    )
    expect(worseThanReference(rule, known(1), -1, false)).toBeNull()
    expect(worseThanReference(rule, known(1.2), -1, true)).toMatch(/the rule gains .* 0.10 less than/)
  })
})
