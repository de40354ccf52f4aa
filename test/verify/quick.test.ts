/** Every problem's short run meets its reference: half a minute of training in all. */
import { describe, expect, it } from 'vitest'
import { loadAllProblems } from '../../src/problem/catalog.ts'
import { casesOf } from '../../src/verify/cases.ts'
import { runCase } from '../../src/verify/run-case.ts'

const pages = await loadAllProblems()
const cases = casesOf(
  'quick',
  pages.map(({ id }) => id),
  (id) => pages.find((page) => page.id === id)!.settings.dim,
)

describe('verify --quick', () => {
  it.each(cases.map((entry) => [entry.problem, entry] as const))('%s', async (id, entry) => {
    const page = pages.find((candidate) => candidate.id === id)!
    const result = await runCase(entry, page, 1, { workers: 2 })
    const { value, standardError } = result!.solution!
    expect(
      result!.verdict,
      `${value} ± ${standardError}, reference ${result!.reference?.value}, grid ${result!.gridAllowance}`,
    ).toBe('pass')
  })
})
