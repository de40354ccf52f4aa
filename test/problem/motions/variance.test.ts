/** Volatilities that are roots of components which reach 0, by sampling. */
import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import { hestonCall } from '../../../src/problem/references/heston.ts'
import { normalVector, seededRandom } from '../../../src/problem/sample.ts'
import { type Moment, pageOf } from './tree.ts'

const PATHS = 40_000
const settings = {
  dim: 2,
  horizon: 1,
  rate: 0.02,
  speed: 0.5,
  level: 0.04,
  volatility: 1,
  rho: -0.9,
  strike: 100,
}

/** Means over paths with their standard errors, and the least value of each component. */
async function sample(moment: Moment, values: ((x: Float64Array) => number)[], steps: number) {
  const problem = await compileProblem(pageOf(moment))
  const { dim, noiseDim, horizon, mixing, x0 } = problem
  const step = loadBatchFunction(problem.functions.step!.source)
  const random = seededRandom(5)
  const dt = horizon / steps
  let x = Float64Array.from({ length: PATHS * dim }, (_, k) => x0[k % dim])
  const low = new Float64Array(dim).fill(Infinity)
  for (let n = 0; n < steps; n++) {
    const w = normalVector(random, PATHS * noiseDim).map((normal) => normal * Math.sqrt(dt))
    const next = new Float64Array(PATHS * dim)
    const mixed = mixing === null ? w : mix(w, mixing, dim, noiseDim)
    step(PATHS, n * dt, dt, x, 0, dim, mixed, 0, mixed.length / PATHS, next, 0, dim)
    x = next
    for (let k = 0; k < x.length; k++) low[k % dim] = Math.min(low[k % dim], x[k])
  }
  const means = values.map((value) => {
    const found = Float64Array.from({ length: PATHS }, (_, p) => value(x.subarray(p * dim, (p + 1) * dim)))
    const mean = found.reduce((sum, entry) => sum + entry, 0) / PATHS
    const square = found.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / PATHS
    return { mean, error: Math.sqrt(square / PATHS) }
  })
  return { means, low, problem }
}

function mix(w: Float64Array, mixing: Float64Array, dim: number, noiseDim: number): Float64Array {
  return Float64Array.from({ length: PATHS * dim }, (_, k) => {
    const [p, i] = [Math.floor(k / dim), k % dim]
    let sum = 0
    for (let j = 0; j < noiseDim; j++) sum += mixing[i * noiseDim + j] * w[p * noiseDim + j]
    return sum
  })
}

const { rate, speed, level, volatility, rho, strike } = settings
const price: Moment = {
  drift: `[${rate} * x[1], ${speed} * (${level} - x[2])]`,
  diffusion: `[sqrt(max(x[2], 0)) * x[1], ${volatility} * sqrt(max(x[2], 0))]`,
  correlation: rho,
  x0: [100, 0.04],
  moment: 'x[1]',
}
const logarithm: Moment = {
  drift: `[${rate} - x[2] / 2, ${speed} * (${level} - x[2])]`,
  diffusion: `[[sqrt(x[2]), 0], [${rho * volatility} * sqrt(x[2]), ${Math.sqrt(1 - rho * rho) * volatility} * sqrt(x[2])]]`,
  x0: [Math.log(100), 0.04],
  noiseDim: 2,
  moment: 'x[1]',
}

describe("Heston's model where the variance rests at 0", () => {
  const call = hestonCall(settings, 100, 0.04)!.value
  it.each<[string, Moment, (x: Float64Array) => number]>([
    ['the price, with a correlation', price, ([s]) => s],
    ['its logarithm, with a matrix of noises', logarithm, ([l]) => Math.exp(l)],
  ])('%s', async (_, moment, asset) => {
    const values = [asset, (x: Float64Array) => Math.max(asset(x) - strike, 0), ([, v]: Float64Array) => v]
    const { means, low, problem } = await sample(moment, values, 20)
    const truths = [100 * Math.exp(rate), call * Math.exp(rate), level]
    expect(problem.dynamics).toMatchObject({ kind: 'splitting', order: 2, isSingular: false })
    expect(low[1]).toBeGreaterThanOrEqual(0)
    means.forEach(({ mean, error }, k) => {
      expect(Math.abs(mean - truths[k])).toBeLessThan(4 * error)
    })
  })

  it('has steps whose error a coarse grid shows', async () => {
    const value = (x: Float64Array) => Math.max(x[0] - strike, 0)
    const { means } = await sample(price, [value], 2)
    expect(Math.abs(means[0].mean - call * Math.exp(rate))).toBeGreaterThan(4 * means[0].error)
  })
})

it('moves other powers of the price, and two assets with variances of their own', async () => {
  const root = (k: number) => `sqrt(max(x[${k}], 0))`
  const two: Moment = {
    drift: '[0, 0, 0.5 * (0.04 - x[3]), 1 - 4 * x[4]]',
    diffusion: `[${root(3)} * x[1]^0.8, 3 * ${root(4)}, 0.8 * ${root(3)}, -2.5 * ${root(4)}]`,
    correlation: [
      [1, 0, -0.6, 0],
      [0, 1, 0, 0.5],
      [-0.6, 0, 1, 0],
      [0, 0.5, 0, 1],
    ],
    x0: [1, 0.5, 0.04, 0.25],
    moment: 'x[1]',
  }
  const values = [0, 1, 2, 3].map((i) => (x: Float64Array) => x[i])
  // ∫v dt has the mean of v, and the second asset's variance is 9 times that.
  const { means, problem } = await sample(two, [...values, ([, b]) => (b - 0.5) ** 2], 10)
  expect(problem.dynamics).toMatchObject({ isSingular: false })
  ;[1, 0.5, 0.04, 0.25, 9 * 0.25].forEach((truth, k) => {
    expect(Math.abs(means[k].mean - truth)).toBeLessThan(4 * means[k].error)
  })
})

it.each([
  ['two roots in one noise', '[sqrt(x[2] + x[3]), sqrt(x[2]), sqrt(x[3])]', 0],
  ['a noise that is correlated with another variance', '[sqrt(x[2]), sqrt(x[2]), sqrt(x[3])]', 0.3],
])('says that it is not sure of %s', async (_, diffusion, correlation) => {
  const page = pageOf({
    drift: '[0, 0.02 - x[2], 0.02 - x[3]]',
    diffusion,
    correlation,
    x0: [1, 0.04, 0.04],
    moment: 'x[1]',
  })
  expect((await compileProblem(page)).dynamics).toMatchObject({ isSingular: true })
})
