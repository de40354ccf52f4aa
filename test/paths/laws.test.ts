/** The exact laws by their moments, each within four of its own standard errors. */
import { describe, expect, it } from 'vitest'
import { expectMean, expectVariance } from '../support/statistics.ts'
import { kernelNames } from '../support/workspace.ts'
import { blank, column, simulate } from './bench.ts'

const STEPS = 4

/** Mean of products of what two columns have beyond known centres. */
function expectCovariance(
  a: number[],
  b: number[],
  centres: [number, number],
  expected: number,
  what: string,
) {
  expectMean(
    a.map((value, r) => (value - centres[0]) * (b[r] - centres[1])),
    expected,
    what,
  )
}

describe.each(kernelNames)('exact laws on %s', (kernel) => {
  it('Brownian motion with drift: N(x0 + μt, σ²t), components independent', async () => {
    const [mu, sigma, x0] = [
      [0.5, -1, 0],
      [1, 0.5, 2],
      [1, 2, -3],
    ]
    const page = { ...blank, x0, drift: '[0.5, -1, 0]', diffusion: '[1, 0.5, 2]' }
    const { x, problem } = await simulate(page, { steps: STEPS, kernel })
    expect(problem.dynamics.kind).toBe('brownian')
    for (const n of [1, STEPS]) {
      const t = n / STEPS
      const centre = x0.map((value, j) => value + mu[j] * t)
      centre.forEach((value, j) => {
        expectMean(column(x[n], j), value, `mean of component ${j} at ${t}`)
        expectVariance(column(x[n], j), value, sigma[j] ** 2 * t, `variance of component ${j} at ${t}`)
      })
      expectCovariance(column(x[n], 0), column(x[n], 1), [centre[0], centre[1]], 0, `covariance at ${t}`)
    }
    const first = x0[2] + mu[2] / STEPS
    expectCovariance(column(x[1], 2), column(x[STEPS], 2), [first, x0[2] + mu[2]], 4 / STEPS, 'cov(X_¼, X_1)')
  })

  it('geometric Brownian motion: log X is N(log x0 + (μ − ½σ²)t, σ²t), and E X = x0 exp(μt)', async () => {
    const page = { ...blank, x0: 2, drift: '[0.3, -0.2, 0] * x', diffusion: '[0.2, 0.5, 1] * x' }
    const { x, problem } = await simulate(page, { steps: STEPS, kernel })
    expect(problem.dynamics.kind).toBe('geometric')
    const [mu, sigma] = [
      [0.3, -0.2, 0],
      [0.2, 0.5, 1],
    ]
    for (const n of [1, STEPS]) {
      const t = n / STEPS
      mu.forEach((rate, j) => {
        const logs = column(x[n], j).map(Math.log)
        const centre = Math.log(2) + (rate - 0.5 * sigma[j] ** 2) * t
        expectMean(logs, centre, `mean of log X_${j} at ${t}`)
        expectVariance(logs, centre, sigma[j] ** 2 * t, `variance of log X_${j} at ${t}`)
        expectMean(column(x[n], j), 2 * Math.exp(rate * t), `mean of X_${j} at ${t}`)
      })
    }
  })

  it('Ornstein–Uhlenbeck: mean, variance and covariance in time, for returning, free and growing components', async () => {
    const rate = [-1.5, 0, 0.5]
    const level = [3, 1, -1]
    const sigma = [1, 2, 0.5]
    const page = {
      ...blank,
      x0: [1, 1, 1],
      drift: '[-1.5, 0, 0.5] * x + [3, 1, -1]',
      diffusion: '[1, 2, 0.5]',
    }
    const { x, problem } = await simulate(page, { steps: STEPS, kernel })
    expect(problem.dynamics.kind).toBe('ornstein-uhlenbeck')
    const mean = (j: number, t: number) =>
      rate[j] === 0
        ? 1 + level[j] * t
        : Math.exp(rate[j] * t) + (level[j] / rate[j]) * (Math.exp(rate[j] * t) - 1)
    const variance = (j: number, t: number) =>
      sigma[j] ** 2 * (rate[j] === 0 ? t : (Math.exp(2 * rate[j] * t) - 1) / (2 * rate[j]))
    rate.forEach((slope, j) => {
      for (const n of [1, STEPS]) {
        const t = n / STEPS
        expectMean(column(x[n], j), mean(j, t), `mean of component ${j} at ${t}`)
        expectVariance(column(x[n], j), mean(j, t), variance(j, t), `variance of component ${j} at ${t}`)
      }
      const early = 1 / STEPS
      const expected = Math.exp(slope * (1 - early)) * variance(j, early)
      const centres: [number, number] = [mean(j, early), mean(j, 1)]
      expectCovariance(
        column(x[1], j),
        column(x[STEPS], j),
        centres,
        expected,
        `cov of component ${j} in time`,
      )
    })
  })

  it('correlated noise: covariance σᵢσⱼρᵢⱼt, X moved by the mixed increments', async () => {
    const rho = [
      [1, 0.6, -0.3],
      [0.6, 1, 0.2],
      [-0.3, 0.2, 1],
    ]
    const sigma = [1, 2, 0.5]
    const page = { ...blank, diffusion: '[1, 2, 0.5]', correlation: rho }
    const { x, w, problem } = await simulate(page, { steps: STEPS, kernel })
    expect(problem.mixing).not.toBeNull()
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j <= i; j++) {
        const what = `covariance of ${i} and ${j}`
        const expected = sigma[i] * sigma[j] * rho[i][j]
        expectCovariance(column(x[STEPS], i), column(x[STEPS], j), [0, 0], expected, what)
        // The increments themselves, which the BSDE's Z·ΔW takes, stay independent.
        const increments = [column(w[1], i), column(w[1], j)] as const
        expectCovariance(...increments, [0, 0], i === j ? 1 / STEPS : 0, `increments ${i} and ${j}`)
      }
    }
  })

  it('a constant dense σ with more noises than states: covariance σρσᵀt', async () => {
    const page = {
      ...blank,
      settings: { dim: 2, horizon: 0.5 },
      noiseDim: 3,
      drift: '0.4 * x',
      diffusion: '[[1, 0, 2], [0.5, -1, 0]]',
      x0: [1, 2],
    }
    const { x, problem } = await simulate(page, { steps: STEPS, kernel })
    expect(problem.dynamics.kind).toBe('ornstein-uhlenbeck')
    const growth = (Math.exp(2 * 0.4 * 0.5) - 1) / (2 * 0.4)
    const centre = [1, 2].map((value) => value * Math.exp(0.4 * 0.5))
    const covariance = [
      [5, 0.5],
      [0.5, 1.25],
    ]
    for (let i = 0; i < 2; i++) {
      expectMean(column(x[STEPS], i), centre[i], `mean of ${i}`)
      for (let j = 0; j <= i; j++) {
        const centres: [number, number] = [centre[i], centre[j]]
        const what = `covariance of ${i} and ${j}`
        expectCovariance(column(x[STEPS], i), column(x[STEPS], j), centres, covariance[i][j] * growth, what)
      }
    }
  })
})
