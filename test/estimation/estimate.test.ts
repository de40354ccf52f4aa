/** The estimate from fresh paths: unbiased whatever the networks, of the stated order in time, with an honest error. */
import { describe, expect, it } from 'vitest'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { type LocalOptions, type LocalRun, solveLocally } from '../support/local-session.ts'
import { seedCount } from '../support/night.ts'
import { expectMean, expectWithin, mean, variance } from '../support/statistics.ts'
import {
  drifting,
  driftingValue,
  linear,
  linearEulerValue,
  linearValue,
  noiseless,
  noiselessValue,
  riccati,
  riccatiValue,
} from './pages.ts'

const kernel = chooseKernel()
const RUN: LocalOptions = { kernel, steps: 8, batchSize: 32, iterations: 60, paths: 4096, hidden: [8, 8] }
/** Three steps of Adam at this rate leave skips and weights far from anything useful. */
const SPOILT: LocalOptions = { iterations: 3, learningRate: 2, schedule: 'constant' }

const slope = (x: number[], y: number[]) => {
  const [u, v] = [x.map(Math.log), y.map(Math.log)]
  const [mu, mv] = [mean(u), mean(v)]
  const top = u.reduce((sum, value, k) => sum + (value - mu) * (v[k] - mv), 0)
  return top / u.reduce((sum, value) => sum + (value - mu) ** 2, 0)
}

/** The sample's own part of the error, without what its tail may hide. */
const noiseOf = ({ deviation, paths }: LocalRun) => deviation! / Math.sqrt(paths)

/** The value before it is extrapolated. */
const onGrid = ({ value, gridError, isExtrapolated }: LocalRun) => value - (isExtrapolated ? gridError! : 0)

describe('the estimate of a linear equation', () => {
  it.each([
    1, 2, 3,
  ])('is Euler’s own value within its error, however bad the networks are (seed %i)', async (seed) => {
    const good = await solveLocally(linear, { ...RUN, scheme: 'euler', seed })
    const bad = await solveLocally(linear, { ...RUN, ...SPOILT, scheme: 'euler', seed })
    expect(noiseOf(bad)).toBeGreaterThan(2 * noiseOf(good))
    for (const run of [good, bad]) {
      expectWithin(run.value, linearEulerValue(8), noiseOf(run), `seed ${seed}`)
    }
  })

  it.each([
    1, 2, 3,
  ])('is the true value within its error by the second-order scheme (seed %i)', async (seed) => {
    const good = await solveLocally(linear, { ...RUN, seed })
    const bad = await solveLocally(linear, { ...RUN, ...SPOILT, seed })
    for (const run of [good, bad]) {
      expectWithin(run.value, linearValue, run.standardError, `seed ${seed}`)
    }
  })

  it('would not be so with another value: 1 % is seen', async () => {
    const run = await solveLocally(linear, { ...RUN, paths: 16_384 })
    expect(Math.abs(1.01 * linearValue - run.value)).toBeGreaterThan(4 * run.standardError)
  })
})

describe('the time grid’s error', () => {
  const grids = [4, 8, 16, 32]
  it.each([
    ['euler', 1],
    ['trapezoidal', 2],
  ] as const)('of %s is of order %i, and what two grids say of it is right', async (scheme, order) => {
    const runs = await Promise.all(
      grids.map((steps) => solveLocally(noiseless, { ...RUN, scheme, steps, iterations: 30, paths: 256 })),
    )
    const errors = runs.map((run) => onGrid(run) - noiselessValue)
    for (const run of runs) expect(noiseOf(run)).toBeLessThan(1e-6)
    // The next order of the expansion bends the line by a few per cent at four steps.
    expect(Math.abs(slope(grids, errors.map(Math.abs)) + order)).toBeLessThan(0.15)
    runs.slice(1).forEach((run, k) => {
      // Richardson's estimate, from N and N/2 steps, has the next order's error: a quarter of itself at N = 8.
      expect(Math.abs(run.gridError! / errors[k + 1])).toBeGreaterThan(0.7)
      expect(Math.abs(run.gridError! / errors[k + 1])).toBeLessThan(1.4)
      expect(run.isExtrapolated).toBe(scheme === 'trapezoidal')
    })
  })

  it('is not there by the second-order scheme where the driver is linear', async () => {
    const run = await solveLocally(drifting, { ...RUN, iterations: 300, steps: 4 })
    expectWithin(run.value, driftingValue, run.standardError, 'four steps')
  })

  it('is of order 2 by the second-order scheme where the driver is curved in z', async () => {
    const steps = [4, 8, 16]
    const options = { ...RUN, iterations: 150, paths: 65_536 }
    const runs = await Promise.all(steps.map((each) => solveLocally(riccati, { ...options, steps: each })))
    const errors = runs.map((run) => Math.abs(onGrid(run) - riccatiValue))
    runs.forEach((run, k) => {
      expect(errors[k]).toBeGreaterThan(4 * noiseOf(run))
      expect(Math.abs(run.value - riccatiValue)).toBeLessThan(0.4 * errors[k])
    })
    // Over a step of T/4, p falls to half: the next order bends the line by 0.2.
    expect(Math.abs(slope(steps, errors) + 2)).toBeLessThan(0.45)
  })

  it('has the sign of a correction: value + gridError is the better value', async () => {
    const run = await solveLocally(noiseless, { ...RUN, scheme: 'euler', iterations: 30, paths: 256 })
    const left = Math.abs(run.value + run.gridError! - noiselessValue)
    expect(left).toBeLessThan(0.3 * Math.abs(run.value - noiselessValue))
  })

  it.each([
    3, 5, 7, 9, 30,
  ])('is measured where %i steps have no half grid, with one shorter step', async (steps) => {
    const run = await solveLocally(noiseless, { ...RUN, steps, iterations: 30, paths: 256 })
    const before = Math.abs(onGrid(run) - noiselessValue)
    expect(run.isExtrapolated).toBe(true)
    expect(Math.abs(run.value - noiselessValue)).toBeLessThan(0.4 * before)
    expectWithin(run.value, noiselessValue, run.standardError, `${steps} steps`)
  })

  it('is not given for a single step, which then is no answer', async () => {
    const run = await solveLocally(linear, { ...RUN, steps: 1, iterations: 5, paths: 256 })
    expect([run.gridError, run.status]).toEqual([null, 'unconverged'])
    expect(run.reason).toMatch(/one time step/)
  })
})

describe('the standard error', () => {
  it.each(['heat', 'black-scholes-call'])('is the scatter over seeds: %s', async (id) => {
    const seeds = Array.from({ length: seedCount(24, 40) }, (_, k) => k + 1)
    const options = { ...RUN, settings: { dim: 2 }, iterations: 20, paths: 512 }
    const scores: number[] = []
    for (const seed of seeds) {
      const { value, reference, standardError } = await solveLocally(id, { ...options, seed })
      scores.push((value - reference) / standardError)
    }
    // Scores are Student's t with 511 degrees, of variance 1.004; the sample variance of n has the error √(2/(n − 1)).
    expectMean(scores, 0, 'scores')
    expectWithin(variance(scores), 1, Math.sqrt(2 / (seeds.length - 1)), 'variance of the scores')
  })

  it('is that of the single estimates, whose mean is the value', async () => {
    const run = await solveLocally(linear, { ...RUN, paths: 1500, samples: true })
    const { estimates } = run.samples!
    expect(run.paths).toBe(1500)
    expect(estimates).toHaveLength(1500)
    expect(mean(estimates)).toBeCloseTo(run.value, 12)
    const own = Math.sqrt(variance(estimates) / 1500)
    // What so many paths have not seen of a normal law's tail is next to nothing.
    expect(run.errors!.statistical).toBeGreaterThanOrEqual(own)
    expect(run.errors!.statistical).toBeLessThan(1.02 * own)
  })

  it.each([2, 127, 128, 129, 2048, 2049, 5000])('counts the paths that were asked for: %i', async (paths) => {
    const run = await solveLocally(linear, { ...RUN, iterations: 5, paths })
    expect(run.paths).toBe(paths)
    expect(run.standardError).toBeGreaterThan(0)
    expectWithin(run.value, linearValue, run.standardError, `${paths} paths`, paths < 10 ? 1 : 0.05)
  })

  it('stops at the tolerance, after the first round that reaches it', async () => {
    const options = { ...RUN, paths: 100_000 }
    const { standardError } = await solveLocally(linear, { ...options, paths: 2048 })
    const tolerance = standardError / 1.8
    const run = await solveLocally(linear, { ...options, tolerance })
    expect(run.standardError).toBeLessThanOrEqual(tolerance)
    // Rounds of 2048: the error falls by √n, so that 3.24 rounds are needed, give or take one.
    expect([3 * 2048, 4 * 2048, 5 * 2048]).toContain(run.paths)
    const loose = await solveLocally(linear, { ...options, tolerance: 10 })
    expect(loose.paths).toBe(2048)
  })
})

describe('sample paths', () => {
  it('have the law of X, start at the value, and end near g', async () => {
    const run = await solveLocally('heat', { ...RUN, settings: { dim: 5 }, samples: true })
    const { times, x, y, exact } = run.samples!
    expect(times).toEqual(Array.from({ length: 9 }, (_, n) => n / 8))
    expect([x.length, x[0].length, x[0][0].length, y.length, y[0].length]).toEqual([3, 9, 256, 9, 256])
    expect(new Set(y[0])).toEqual(new Set([run.value]))
    for (let i = 0; i < 3; i++) {
      expect(new Set(x[i][0])).toEqual(new Set([0]))
      expectMean(x[i][8], 0, 'X_T')
      expectMean(x[i][8].map((value) => value ** 2), 2, 'X_T²') // biome-ignore format: one line
    }
    expect(exact![0].every((value) => value === 10)).toBe(true)
    expectMean(y[8].map((value, path) => value - exact![8][path]), 0, 'Ŷ_T − g', 4 * run.standardError) // biome-ignore format: one line
  })

  it('are at most 101 points in time, the first and the last among them', async () => {
    const run = await solveLocally(linear, { ...RUN, steps: 240, iterations: 2, paths: 256, samples: true })
    const { times, y, exact } = run.samples!
    expect(times).toHaveLength(101)
    expect([times[0], times[100]]).toEqual([0, 1])
    expect(times.every((time, k) => k === 0 || time > times[k - 1])).toBe(true)
    expect(y).toHaveLength(101)
    expect(exact).toBeNull()
  })
})
