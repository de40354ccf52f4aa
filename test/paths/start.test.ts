import { describe, expect, it } from 'vitest'
import { padded } from '../../src/memory/rows.ts'
import { timeAt, uniformGrid } from '../../src/paths/grid.ts'
import { centreOf, drawStart, type StartLaw } from '../../src/paths/start.ts'
import { STREAM } from '../../src/random/streams.ts'
import { expectMean, expectVariance } from '../support/statistics.ts'
import { readMatrix } from '../support/workspace.ts'

const PATHS = 20_000

const point: StartLaw = { kind: 'point', x0: Float64Array.of(1, -2, 0.5) }
const box: StartLaw = { kind: 'box', low: Float64Array.of(0, -1, 5), high: Float64Array.of(1, 3, 5) }
const normal: StartLaw = {
  kind: 'normal',
  mean: Float64Array.of(1, -2, 0),
  deviation: Float64Array.of(0.1, 3, 1),
}

/** Starting points of paths firstPath … of an iteration; 9s lie where nothing may be written. */
function draw(
  law: StartLaw,
  paths: number,
  { seed = 1, stream = STREAM.training as number, iteration = 0, first = 0 } = {},
) {
  const floats = new Float32Array(paths * padded(3) + 4).fill(9)
  for (let r = 0; r < paths; r++) floats[r * padded(3) + 3] = 0
  drawStart(floats, 0, paths, law, seed, stream, iteration, first)
  expect(Array.from(floats.subarray(-4))).toEqual([9, 9, 9, 9])
  return readMatrix(floats, 0, paths, 3)
}

describe('starting points', () => {
  it('lie at the point', () => {
    expect(draw(point, 3)).toEqual([
      [1, -2, 0.5],
      [1, -2, 0.5],
      [1, -2, 0.5],
    ])
  })

  it('are uniform in the box', () => {
    const rows = draw(box, PATHS)
    rows.forEach(([a, b, c]) => {
      expect(a >= 0 && a <= 1 && b >= -1 && b <= 3 && c === 5).toBe(true)
    })
    expectMean(rows.map(([a]) => a), 0.5, 'mean') // biome-ignore format: one line
    expectMean(rows.map(([, b]) => b), 1, 'mean') // biome-ignore format: one line
    expectVariance(rows.map(([a]) => a), 0.5, 1 / 12, 'variance') // biome-ignore format: one line
    expectVariance(rows.map(([, b]) => b), 1, 16 / 12, 'variance') // biome-ignore format: one line
    expectMean(rows.map(([a, b]) => (a - 0.5) * (b - 1)), 0, 'covariance') // biome-ignore format: one line
  })

  it('are normal with the given mean and deviation', () => {
    const rows = draw(normal, PATHS)
    for (const [j, mean, deviation] of [
      [0, 1, 0.1],
      [1, -2, 3],
      [2, 0, 1],
    ]) {
      const values = rows.map((row) => row[j])
      expectMean(values, mean, 'mean')
      expectVariance(values, mean, deviation ** 2, 'variance')
      expectMean(values.map((value) => ((value - mean) / deviation) ** 4), 3, 'fourth moment') // biome-ignore format: one line
    }
  })

  it.each([box, normal])('of a $kind depend on path, iteration, stream and seed alone', (law) => {
    const all = draw(law, 10)
    expect(draw(law, 4, { first: 6 })).toEqual(all.slice(6))
    for (const other of [{ seed: 2 }, { iteration: 1 }, { stream: STREAM.estimate }]) {
      expect(draw(law, 10, other)).not.toEqual(all)
    }
  })

  it('have a centre', () => {
    expect(centreOf(point)).toEqual(Float64Array.of(1, -2, 0.5))
    expect(centreOf(box)).toEqual(Float64Array.of(0.5, 1, 5))
    expect(centreOf(normal)).toEqual(Float64Array.of(1, -2, 0))
  })
})

describe('the time grid', () => {
  it('ends at the horizon to the last bit', () => {
    for (const steps of [1, 3, 7, 20, 49, 100]) {
      const grid = uniformGrid(0.3, steps)
      expect(timeAt(grid, 0)).toBe(0)
      expect(timeAt(grid, steps)).toBe(0.3)
      expect(grid.dt * steps).toBeCloseTo(0.3, 15)
      for (let n = 1; n <= steps; n++) expect(timeAt(grid, n)).toBeGreaterThan(timeAt(grid, n - 1))
    }
  })
})
