import { describe, expect, test } from 'vitest'
import {
  axisLabels,
  binned,
  logTicks,
  meanAndDeviation,
  quantileBands,
  quantileOf,
  runningMedian,
  thinned,
} from '../../src/drawing/summaries.ts'

describe('quantiles', () => {
  test('are linear between the values', () => {
    const sorted = [1, 2, 3, 4]
    expect([0, 0.5, 1].map((p) => quantileOf(sorted, p))).toEqual([1, 2.5, 4])
    expect(quantileOf([], 0.5)).toBeNaN()
  })

  test('bands are in order at each time, and what is not finite is left out', () => {
    const [first, second] = quantileBands(
      [0, 1],
      [
        [3, 1, 2, Number.NaN],
        [10, 20, 30, 40],
      ],
    )
    expect(first.middle).toBe(2)
    const { low, lowerQuartile, middle, upperQuartile, high } = second
    expect([low, lowerQuartile, middle, upperQuartile, high]).toEqual(
      [low, lowerQuartile, middle, upperQuartile, high].sort((a, b) => a - b),
    )
  })
})

describe('curves', () => {
  test('thinning keeps the extremes and the order', () => {
    const values = Array.from({ length: 10_000 }, (_, k) => Math.sin(k))
    values[4321] = 50
    const points = thinned(values, 100)
    expect(points.length).toBeLessThanOrEqual(200)
    expect(points).toContainEqual({ iteration: 4322, value: 50 })
    expect(points.every(({ iteration }, k) => k === 0 || iteration > points[k - 1].iteration)).toBe(true)
  })

  test('the running median passes by a single outlier', () => {
    const values = Array.from({ length: 100 }, () => 2)
    values[50] = 1e9
    expect(runningMedian(values, 40).every(({ value }) => value === 2)).toBe(true)
  })

  test('survive infinities and short runs', () => {
    expect(runningMedian([Number.POSITIVE_INFINITY], 10)).toEqual([])
    expect(thinned([Number.NaN, 1], 10)).toEqual([{ iteration: 2, value: 1 }])
  })
})

test('bins hold what lies between their bounds', () => {
  const bins = binned([0, 0.5, 1, 1.5, 2, 7], 0, 2, 4)
  expect(bins.map(({ count }) => count)).toEqual([1, 1, 1, 2])
})

test('mean and deviation', () => {
  expect(meanAndDeviation([1, 2, 3])).toEqual({ mean: 2, deviation: 1 })
})

describe('a logarithmic axis', () => {
  test.each([
    [[0.0031, 0.019], 0.002, 0.02],
    [[1e-6, 1], 1e-6, 1],
    [[3], 2, 5],
    [[1, 1], 1, 2],
    [[0, -1, Number.NaN], 0.1, 1],
  ])('%j lies between 1, 2 or 5 times powers of ten', (values, low, high) => {
    const axis = logTicks(values)
    expect(axis.low).toBe(low)
    expect(axis.high).toBe(high)
    expect(axis.ticks.length).toBeGreaterThanOrEqual(2)
    expect(axis.ticks.every((tick) => tick >= low && tick <= high)).toBe(true)
  })

  test('shows decimals where they are short and powers of ten elsewhere', () => {
    expect([0.001, 0.02, 1, 500].map(axisLabels([0.001, 500]))).toEqual(['0.001', '0.02', '1', '500'])
    expect([1e-6, 2e-6, 1, 10].map(axisLabels([1e-6, 10]))).toEqual(['10⁻⁶', '2·10⁻⁶', '1', '10¹'])
  })
})
