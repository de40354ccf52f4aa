/** The 95 % interval covers as often as it says: a small run of `bench/accuracy-calibration.ts`, with its seeds. */
import { describe, expect, it } from 'vitest'
import { calibrationScores } from '../../bench/accuracy-calibration.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { coverageOf } from '../support/coverage.ts'
import { byDay, seedCount } from '../support/night.ts'

const SEEDS = seedCount(10, 60)

describe('coverageOf', () => {
  it('finds 95 % for normal scores, and less for biased or too wide ones', () => {
    const scores = [...normalVector(seededRandom(4), 4000)]
    const { share, interval, meanScore, scoreDeviation } = coverageOf(scores)
    expect(Math.abs(share - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / 4000))
    expect(interval[0]).toBeLessThan(share)
    expect(interval[1]).toBeGreaterThan(share)
    expect(Math.abs(meanScore)).toBeLessThan(4 / Math.sqrt(4000))
    expect(Math.abs(scoreDeviation - 1)).toBeLessThan(4 / Math.sqrt(2 * 4000))
    expect(coverageOf(scores.map((score) => score + 1)).share).toBeLessThan(0.87)
    expect(coverageOf(scores.map((score) => 1.5 * score)).share).toBeLessThan(0.87)
  })
})

describe.each(
  byDay<[string, Record<string, SettingValue>]>(1, [
    ['hjb-lq', { dim: 5 }],
    ['allen-cahn', { dim: 10 }],
    ['burgers-type', { dim: 5, horizon: 0.2 }],
  ]),
)('%s %j', (problem, settings) => {
  it('is covered, and its errors have the deviation that is claimed', async () => {
    const scores = await calibrationScores({ problem, settings }, SEEDS, { iterations: 50, steps: 10 })
    const { share, scoreDeviation } = coverageOf(scores)
    // Four standard errors of a binomial share, and of a normal sample's deviation.
    expect(share).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / SEEDS))
    expect(Math.abs(scoreDeviation - 1)).toBeLessThan(4 / Math.sqrt(2 * SEEDS))
  })
})
