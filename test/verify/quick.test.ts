/**
 * Every problem's short run meets its reference. By day a sixth of them do; `test/methods/deep-bsde-estimates.test.ts` has a run of
 * every second of all beside its reference.
 */

import { describe, expect, it } from 'vitest'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { localExecutor } from '../../src/runs/local.ts'
import { runMany } from '../../src/runs/run-many.ts'
import { casesOf, type VerifyCase } from '../../src/verify/cases.ts'
import { caseTask, withReference } from '../../src/verify/run-case.ts'
import { byDay, isNight } from '../support/night.ts'
import { isVerifiedByDay, loadProblems } from '../support/problems.ts'

const pages = await loadProblems('equation')
const cases = casesOf(
  'quick',
  pages.map(({ id }) => id),
  (id) => ({ dim: pages.find((page) => page.id === id)!.settings.dim, isStopping: false }),
)

async function runCase(entry: VerifyCase, page: ProblemDefinition) {
  const [row] = await runMany([caseTask(entry, page, 1)], localExecutor(1, { workers: 1 }), {})
  return withReference(row, page)
}

describe('verify --quick', () => {
  const turns = isNight ? cases : cases.filter(isVerifiedByDay)
  it.each(turns.map((entry) => [entry.problem, entry] as const))('%s', async (id, entry) => {
    const page = pages.find((candidate) => candidate.id === id)!
    const result = await runCase(entry, page)
    const { value, standardError } = result!.solution!
    expect(
      result!.verdict,
      `${value} ± ${standardError}, reference ${result!.reference?.value}, grid ${result!.gridAllowance}`,
    ).toBe('pass')
  })

  it.each(
    byDay<[string, Partial<ProblemDefinition>]>(2, [
      ['quadratic-hjb', { driver: 'lambda / 2 * dot(z, z)' }],
      ['geometric-basket', { driver: '-2 * rate * y' }],
      ['hjb-lq', { driver: '-lambda / 4 * dot(z, z)' }],
      ['allen-cahn', { driver: 'y + y^3 / 4' }],
    ]),
  )('fails %s with a wrong driver', async (id, wrong) => {
    const page = { ...pages.find((candidate) => candidate.id === id)!, ...wrong }
    const entry = cases.find(({ problem }) => problem === id)!
    const result = await runCase(entry, page)
    expect(result!.verdict).toBe('fail')
  })

  it('shows a diverged run beside its reference', async () => {
    const page = pages.find(({ id }) => id === 'allen-cahn')!
    const options = { iterations: 30, paths: 256, steps: 10, learningRate: 1e9, retries: 0 }
    const entry = { problem: 'allen-cahn', settings: { dim: 5 }, options }
    const result = (await runCase(entry, page))!
    expect(result).toMatchObject({ verdict: 'diverged', solution: null })
    expect(result.reason).not.toBeNull()
    expect(result.reference!.value).toBeGreaterThan(0.1)
  })
})
