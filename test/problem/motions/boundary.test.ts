/** Processes that reach a bound, by sampling: how they rest on it and leave it. */
import { describe, expect, it } from 'vitest'
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import { normalVector, seededRandom } from '../../../src/problem/sample.ts'
import { type Moment, pageOf } from './tree.ts'

const PATHS = 100_000

/** Mean and standard error of g(X_T), and the least and greatest X that paths met. */
async function sample(moment: Moment, g: (x: number) => number, steps: number) {
  const page = pageOf(moment)
  const problem = await compileProblem(page)
  const step = loadBatchFunction(problem.functions.step!.source)
  const random = seededRandom(11)
  const dt = problem.horizon / steps
  let x: Float64Array = new Float64Array(PATHS).fill(problem.x0[0])
  let [low, high] = [Infinity, -Infinity]
  for (let n = 0; n < steps; n++) {
    const w = normalVector(random, PATHS).map((normal) => normal * Math.sqrt(dt))
    const next = new Float64Array(PATHS)
    step(PATHS, n * dt, dt, x, 0, 1, w, 0, 1, next, 0, 1)
    x = next
    for (const value of x) [low, high] = [Math.min(low, value), Math.max(high, value)]
  }
  const values = x.map(g)
  const mean = values.reduce((sum, value) => sum + value, 0) / PATHS
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / PATHS
  return { mean, error: Math.sqrt(square / PATHS), low, high, problem }
}

describe('a square-root process whose drift does not keep it off 0', () => {
  const [a, b, c, x0, T] = [0.1, 0.1, 0.5, 0.05, 5]
  const moment: Moment = {
    drift: `${a} * (${b} - x)`,
    diffusion: `${c} * sqrt(max(x, 0))`,
    x0,
    settings: { horizon: T },
    moment: 'x[1]',
  }

  it('has the right mean and Laplace transform, and never goes below 0', async () => {
    const scale = (c * c * -Math.expm1(-a * T)) / (4 * a)
    const transform = (u: number) =>
      (1 + 2 * u * scale) ** ((-2 * a * b) / (c * c)) *
      Math.exp((-x0 * Math.exp(-a * T) * u) / (1 + 2 * u * scale))
    const laplace = await sample(moment, (x) => Math.exp(-10 * x), 40)
    expect(laplace.low).toBeGreaterThanOrEqual(0)
    expect(Math.abs(laplace.mean - transform(10))).toBeLessThan(4 * laplace.error)
    const first = await sample(moment, (x) => x, 10)
    expect(Math.abs(first.mean - (b + (x0 - b) * Math.exp(-a * T)))).toBeLessThan(4 * first.error)
  })
})

describe("Wright and Fisher's process", () => {
  const moment: Moment = {
    drift: '0',
    diffusion: 'sqrt(x * (1 - x))',
    x0: 0.1,
    settings: { horizon: 2 },
    moment: 'x[1]',
  }

  it('stays between 0 and 1, keeps its mean, and loses heterozygosity at the right rate', async () => {
    const mixed = await sample(moment, (x) => x * (1 - x), 32)
    expect(mixed.low).toBeGreaterThanOrEqual(0)
    expect(mixed.high).toBeLessThanOrEqual(1)
    expect(Math.abs(mixed.mean - 0.09 * Math.exp(-2))).toBeLessThan(4 * mixed.error)
    const mean = await sample(moment, (x) => x, 32)
    expect(Math.abs(mean.mean - 0.1)).toBeLessThan(4 * mean.error)
  })
})

describe('three square-root processes', () => {
  const operations = async (levels: number[], coupling = '') => {
    const page = pageOf({
      drift: `levels - x${coupling}`,
      diffusion: '0.5 * sqrt(max(x, 0))',
      x0: 1,
      settings: { horizon: 1, dim: 3, levels },
      moment: 'sum(x)',
    })
    const { source } = (await compileProblem(page)).functions.step!
    return source.split(';').length + source.split('\n').length
  }

  it.each([
    ['by themselves', ''],
    ['that know each other', ' + 0.001 * sum(x)'],
  ])('have the step beside a bound where one of them is led into it, %s', async (_, coupling) => {
    const inside = await operations([1, 1, 1], coupling)
    expect(await operations([1, 1, 0.01], coupling)).toBeGreaterThan(1.3 * inside)
    expect(await operations([0.01, 1, 1], coupling)).toBeGreaterThan(1.3 * inside)
  })
})
