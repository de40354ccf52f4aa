import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import type { Scheme } from '../../src/problem/dynamics.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'

const MU = 0.5
const SIGMA = 0.8
const PATHS = 4000
const FINEST = 256
const GRIDS = [8, 16, 32, 64]

/** Geometric Brownian motion, whose exact solution on the same noise is known. */
const page: ProblemDefinition = {
  id: 'geometric',
  title: '',
  source: '',
  group: '',
  settings: { dim: 1, horizon: 1, mu: MU, sigma: SIGMA },
  x0: 1,
  drift: 'mu * x',
  diffusion: 'sigma * x',
  driver: '0',
  terminal: 'x[1]',
}

/** The slope of log y over log x. */
function regressionSlope(x: number[], y: number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)]
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mu, mv] = [mean(u), mean(v)]
  const top = u.reduce((sum, value, k) => sum + (value - mu) * (v[k] - mv), 0)
  return top / u.reduce((sum, value) => sum + (value - mu) ** 2, 0)
}

interface Errors {
  /** E|X_T − X̂_T| */
  strong: number
  /** |E[X_T² − X̂_T²]|: the difference on the same noise has a small variance. */
  weak: number
}

async function errors(scheme: Scheme, steps: number): Promise<Errors> {
  const problem = await compileProblem(page, page.settings, { scheme })
  const step = loadBatchFunction(problem.functions.step!.source)
  const random = seededRandom(7)
  const dt = 1 / steps
  let strong = 0
  let weak = 0
  for (let path = 0; path < PATHS; path++) {
    const fine = normalVector(random, FINEST).map((normal) => normal / Math.sqrt(FINEST))
    let x = Float64Array.of(1)
    for (let n = 0; n < steps; n++) {
      const piece = fine.subarray((n * FINEST) / steps, ((n + 1) * FINEST) / steps)
      const w = Float64Array.of(piece.reduce((sum, value) => sum + value, 0))
      const next = new Float64Array(1)
      step(1, n * dt, dt, x, 0, 1, w, 0, 1, next, 0, 1)
      x = next
    }
    const total = fine.reduce((sum, value) => sum + value, 0)
    const exact = Math.exp(MU - 0.5 * SIGMA ** 2 + SIGMA * total)
    strong += Math.abs(x[0] - exact) / PATHS
    weak += (x[0] ** 2 - exact ** 2) / PATHS
  }
  return { strong, weak: Math.abs(weak) }
}

describe('discrete schemes on geometric Brownian motion', () => {
  // 4000 paths leave a relative error of a few per cent in each point of the regression.
  it.each<[Scheme, number]>([
    ['euler', 0.5],
    ['milstein', 1],
  ])('%s has strong order %f and weak order 1', async (scheme, order) => {
    const all = await Promise.all(GRIDS.map((steps) => errors(scheme, steps)))
    const sizes = GRIDS.map((steps) => 1 / steps)
    const strong = regressionSlope(
      sizes,
      all.map((each) => each.strong),
    )
    const weak = regressionSlope(
      sizes,
      all.map((each) => each.weak),
    )
    expect(Math.abs(strong - order)).toBeLessThan(0.1)
    expect(Math.abs(weak - 1)).toBeLessThan(0.3)
  })
})

describe('a step of correlated, state-dependent noise', () => {
  it('has the mean and the covariance that the page says', async () => {
    const problem = await compileProblem(
      {
        ...page,
        settings: { dim: 2, horizon: 1 },
        drift: '[t, x[2]]',
        diffusion: '[[x[1], 0, 1], [0, x[2], 0]]',
        noiseDim: 3,
        correlation: [
          [1, 0.5, 0],
          [0.5, 1, -0.25],
          [0, -0.25, 1],
        ],
      },
      undefined,
      { scheme: 'euler' },
    )
    expect(problem.mixing).toBeNull()
    const step = loadBatchFunction(problem.functions.step!.source)
    const moved = (w: number[]) => {
      const next = new Float64Array(2)
      step(1, 0.5, 0.1, Float64Array.of(2, 3), 0, 2, Float64Array.from(w), 0, 3, next, 0, 2)
      return next
    }
    const mean = moved([0, 0, 0])
    expect([...mean]).toEqual([2 + 0.05, expect.closeTo(3.3, 14)])
    // The step is affine in w: its columns give the covariance per unit of time.
    const columns = [moved([1, 0, 0]), moved([0, 1, 0]), moved([0, 0, 1])].map((x) =>
      x.map((v, i) => v - mean[i]),
    )
    const covariance = (i: number, j: number) =>
      columns.reduce((sum, column) => sum + column[i] * column[j], 0)
    expect(covariance(0, 0)).toBeCloseTo(2 * 2 + 1, 12)
    expect(covariance(1, 1)).toBeCloseTo(9, 12)
    expect(covariance(0, 1)).toBeCloseTo(2 * 3 * 0.5 - 3 * 0.25, 12)
  })
})
