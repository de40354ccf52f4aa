import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { ensembleOf, solveEnsemble } from '../../src/runs/ensemble.ts'

const options = { settings: { dim: 3 }, steps: 4, iterations: 5, paths: 1024, workers: 1 }

describe('ensembles', () => {
  it('hold each run as it is alone, and their mean and deviation', async () => {
    const seeds = [3, 8, 21]
    const { mean, standardDeviation, runs, interval, ...rest } = ensembleOf(
      await solveEnsemble('hjb-lq', seeds, options),
    )
    const alone = await solve('hjb-lq', { ...options, seed: 8 })
    expect(runs[1].value).toBe(alone.value)
    expect(runs[1].gradient).toEqual(alone.gradient)
    expect(rest.seeds).toEqual(seeds)
    const values = runs.map(({ value }) => value)
    expect(mean).toBeCloseTo((values[0] + values[1] + values[2]) / 3, 12)
    expect(standardDeviation! ** 2).toBeCloseTo(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2,
      12,
    )
    // Student's quantile for two degrees of freedom.
    expect(interval![1] - mean).toBeCloseTo((4.30265 * standardDeviation!) / Math.sqrt(3), 4)
  })

  it('end where they are told to', async () => {
    const stop = new AbortController()
    const runs = await solveEnsemble('hjb-lq', [1, 2, 3], { ...options, signal: stop.signal }, () =>
      stop.abort(),
    )
    expect(runs.map(({ seed }) => seed)).toEqual([1])
    expect(ensembleOf(runs)).toMatchObject({ standardDeviation: null, interval: null, mean: runs[0].value })
  })
})
