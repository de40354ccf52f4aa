/** The judge of coverage can tell: from right runs wrong ones, too narrow intervals and too wide ones. */
import { describe, expect, it } from 'vitest'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { type ClassCoverage, coverageBy, failuresOf } from '../support/random-equations/coverage.ts'
import type { Measurement } from '../support/random-equations/measure.ts'

const RUNS = 400

/** Runs of the given scores, truth 1 and standard error 0.01. */
function runsOf(scores: ArrayLike<number>, others: Partial<Measurement> = {}): Measurement[] {
  return Array.from(scores, (score, k) => ({
    name: `${k}`,
    dynamics: 'brownian',
    driver: 'none',
    dim: 1,
    status: 'converged',
    reason: null,
    truth: 1,
    value: 1 + 0.01 * score,
    standardError: 0.01,
    score,
    relativeError: Math.abs(0.01 * score),
    gridError: null,
    gradientError: null,
    gradientScores: null,
    seconds: 1,
    ...others,
  }))
}

function together(measurements: Measurement[]): ClassCoverage {
  const [row] = coverageBy(measurements, () => 'all')
  return row
}

const normal = [...normalVector(seededRandom(8), RUNS)]
const failuresOfScores = (scores: number[]) => failuresOf(together(runsOf(scores)))

describe('coverage of a class', () => {
  it('passes where errors have the deviation that was claimed', () => {
    expect(failuresOfScores(normal)).toEqual([])
  })

  it('fails where they are biased, wider or narrower', () => {
    expect(failuresOfScores(normal.map((score) => score + 1))).toHaveLength(1)
    expect(failuresOfScores(normal.map((score) => 1.5 * score))).toHaveLength(1)
    expect(failuresOfScores(normal.map((score) => 0.5 * score))).toHaveLength(1)
  })

  it.each([6, -6, Number.NaN, Number.MAX_VALUE])('fails for one run off by %s', (score) => {
    expect(failuresOfScores([...normal, score]).join()).toMatch(/value: 1 wrong and sure/)
  })

  it('leaves out, and counts, runs that say that they cannot tell', () => {
    const unsure = runsOf([50, 50], { status: 'unconverged' })
    const none = runsOf([50], { status: 'diverged' })
    const imprecise = runsOf([0], { status: 'imprecise' })
    const row = together([...runsOf(normal), ...imprecise, ...unsure, ...none])
    expect(row).toMatchObject({ runs: RUNS + 4, sure: RUNS + 1, unconverged: 2, diverged: 1 })
    expect(failuresOf(row)).toEqual([])
  })

  it('counts a gradient once, whatever its dimension', () => {
    const gradientScores = normal.slice(0, 50)
    const row = together([
      ...runsOf(normal, { gradientScores }),
      ...runsOf([0], { gradientScores: [7, 7, 7] }),
    ])
    expect(row.gradient).toMatchObject({ runs: RUNS + 1, beyond5: 1 })
    expect(failuresOf(row).join()).toMatch(/gradient: 1 wrong and sure/)
  })
})

describe('classes', () => {
  it('are apart', () => {
    const rows = coverageBy([...runsOf([0, 0]), ...runsOf([9], { driver: 'steep' })], ({ driver }) => driver)
    expect(rows.map(({ name, runs }) => [name, runs])).toEqual([
      ['none', 2],
      ['steep', 1],
    ])
    expect(rows.map((row) => failuresOf(row).length > 0)).toEqual([false, true])
  })
})
