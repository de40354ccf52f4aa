import { describe, expect, it } from 'vitest'
import { asObjects, formatTable } from '../../src/report/table.ts'
import type { Solution } from '../../src/solution/solution.ts'
import type { CaseResult } from '../../src/verify/run-case.ts'
import { narrowed, verifyTable } from '../../src/verify/table.ts'

const SOLUTION = { value: 1.02, standardError: 0.004, interval: [1.012, 1.028] } as unknown as Solution

function resultOf(parts: Partial<CaseResult> = {}): CaseResult {
  return {
    key: 'k',
    case: { problem: 'heat', settings: { dim: 7 }, options: { steps: 12 } },
    settings: { dim: 7, horizon: 1 },
    seed: 1,
    solution: SOLUTION,
    reference: { value: 1, standardError: 0.003, source: 'here' },
    literature: { value: '1.10', note: 'elsewhere' },
    published: { source: 'there', relativeError: 0.08, elapsedSeconds: 100, steps: 12 },
    gridAllowance: 0.005,
    elapsedMs: 2000,
    verdict: 'pass',
    reason: null,
    ...parts,
  }
}

describe('the table', () => {
  it('gives programs every number', () => {
    const [row] = asObjects(verifyTable([resultOf()], 'programs'))
    expect(row).toMatchObject({ problem: 'heat', settings: 'dim=7 steps=12', seed: 1, value: 1.02 })
    expect(row).toMatchObject({ literature: '1.10', referenceSource: 'here', verdict: 'pass', low: 1.012 })
    expect(row.relativeError).toBeCloseTo(0.02)
    expect(row.standardErrors).toBeCloseTo(4)
    expect(row.gridAllowance).toBeCloseTo(0.005)
    expect(row.errorRatio).toBeCloseTo(0.25)
    expect(row.timesFaster).toBeCloseTo(50)
  })

  it('gives people rounded ones, and no column that is empty', () => {
    const text = formatTable(verifyTable([resultOf()], 'people'), 'text')
    expect(text).toMatch(/ 1\.0200 +1\.0120 … 1\.0280 /)
    expect(text).toContain('+2.0 %')
    const bare = verifyTable([resultOf({ literature: null, published: null })], 'people')
    expect(bare.columns.map(({ title }) => title)).not.toContain('literature')
    expect(bare.columns.map(({ title }) => title)).not.toContain('faster')
    expect(bare.columns.map(({ title }) => title)).not.toContain('seed')
  })

  it('shows a run that came to nothing', () => {
    const nothing = resultOf({ solution: null, reference: null, gridAllowance: null, verdict: 'diverged' })
    const [row] = asObjects(verifyTable([nothing], 'programs'))
    expect(row).toMatchObject({ value: null, relativeError: null, standardErrors: null, verdict: 'diverged' })
    expect(row.timesFaster).toBeNull()
  })

  it('divides by the reference unless that is 0', () => {
    const result = resultOf({ reference: { value: 0, source: 'here' } })
    const [row] = asObjects(verifyTable([result], 'programs'))
    expect(row.relativeError).toBeCloseTo(1.02)
  })

  it('loses columns in a narrow window, never those that matter', () => {
    const table = verifyTable([resultOf()], 'people')
    expect(narrowed(table, 1000).columns).toEqual(table.columns)
    const few = narrowed(table, 60)
    expect(few.columns.length).toBeLessThan(table.columns.length)
    expect(few.columns.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['problem', 'shownValue', 'reference', 'relativeError', 'verdict']),
    )
    expect(few.rows[0]).toHaveLength(few.columns.length)
  })
})
