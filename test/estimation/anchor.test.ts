/** What endpoints without paths take off the noise of paths: much around a rough g, and nothing else. */
import { describe, expect, it } from 'vitest'
import { extremeMean } from '../../src/estimation/extreme-mean.ts'
import { helpers } from '../../src/formulas/special.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { type LocalOptions, type LocalRun, solveLocally } from '../support/local-session.ts'
import { seedCount } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'
import { expectMean } from '../support/statistics.ts'

const RUN: LocalOptions = { kernel: chooseKernel(), steps: 5, iterations: 20 }
/** Below and above the number of paths that a fit is worthwhile for. */
const [WITHOUT, WITH] = [2047, 2048]
/** Of the greatest of twenty standard normal variables (Teichroew 1956). */
const GREATEST = 1.86747506
const [RATE, SLOPE] = [-0.3, 0.4]

/** f moves the noise, so that endpoints have a drift; u(0, 0) = e^{aT} E max(bT + W_T). */
const greatest = (terminal: string, driver = `${RATE} * y + ${SLOPE} * sum(z)`) =>
  parseEquation(
    JSON.stringify({
      settings: { dim: 20, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver,
      terminal,
    }),
    'json',
  )

const deviation = ({ errors, paths }: LocalRun) => errors!.statistical * Math.sqrt(paths)

describe('the anchor', () => {
  it('takes most of the noise off a rough g, the endpoints’ own error with it', async () => {
    const page = await greatest('max(x) - min(x)')
    const bare = await solveLocally(page, { ...RUN, paths: WITHOUT })
    const anchored = await solveLocally(page, { ...RUN, paths: WITH })
    expect(deviation(bare) / deviation(anchored)).toBeGreaterThan(4)
    // The verdict still sees what the networks leave.
    expect(anchored.deviation! / bare.deviation!).toBeGreaterThan(0.6)
  })

  it.each([
    ['max(x) - min(x)', Math.exp(RATE) * 2 * GREATEST],
    ['min(x)', Math.exp(RATE) * (SLOPE - GREATEST)],
  ])('has no bias of its own: %s over seeds', async (terminal, expected) => {
    const page = await greatest(terminal)
    const scores: number[] = []
    for (let seed = 1; seed <= seedCount(8, 60); seed++) {
      const { value, standardError } = await solveLocally(page, { ...RUN, seed, paths: WITH })
      scores.push((value - expected) / standardError)
    }
    expectMean(scores, 0, 'scores')
    const spread = Math.sqrt(scores.reduce((sum, score) => sum + score * score, 0) / scores.length)
    expect(spread).toBeLessThan(1.6)
  })

  it('leaves paths alone whose noise endpoints do not tell', async () => {
    // Of a g whose end the driver hardly lets through.
    const page = await greatest('max(max(x), 0)', '-12 * y + max(x)')
    const bare = await solveLocally(page, { ...RUN, paths: WITHOUT })
    const fitted = await solveLocally(page, { ...RUN, paths: WITH })
    expect(deviation(fitted) / deviation(bare)).toBeLessThan(1.1)
  })

  it('keeps within a tolerance that is asked for', async () => {
    const page = await greatest('max(x) - min(x)')
    const { errors, paths, status } = await solveLocally(page, { ...RUN, tolerance: 1e-3 })
    expect(errors!.statistical).toBeLessThan(1e-3)
    expect(paths).toBeLessThan(100_000)
    expect(status).toBe('converged')
  })
})

describe('the mean of a g of one extreme', () => {
  const [FORWARD, SIGMA, TIME] = [110, 0.3, 0.7]
  /** Two assets, the second out of the first one's way. */
  const geometric = (terminal: string, other: number) =>
    parseEquation(
      JSON.stringify({
        settings: { dim: 2, horizon: TIME },
        x0: [FORWARD, other],
        drift: '0',
        diffusion: `${SIGMA} * x`,
        driver: '0',
        terminal,
      }),
      'json',
    )

  it('is the law’s: an option on one asset, both ways, and the greatest of twenty', async () => {
    const strike = 100
    const deviation = SIGMA * Math.sqrt(TIME)
    const d = Math.log(FORWARD / strike) / deviation + 0.5 * deviation
    const price = FORWARD * helpers.normcdf(d) - strike * helpers.normcdf(d - deviation)
    for (const [extreme, other] of [
      ['max(x)', 1e-3],
      ['min(x)', 1e6],
    ] as const) {
      const problem = await compileProblem(await geometric(`max(${extreme} - ${strike}, 0)`, other))
      expect(extremeMean(problem, problem.x0, Float64Array.of(0, 0))! / price).toBeCloseTo(1, 4)
    }
    const problem = await compileProblem(await greatest('max(x)'))
    const drift = new Float64Array(20).fill(SLOPE)
    expect(extremeMean(problem, problem.x0, drift)).toBeCloseTo(SLOPE + GREATEST, 6)
  })

  it('is none where g knows more, jumps, or components are not independent', async () => {
    for (const terminal of ['max(x) - min(x)', 'max(x) + x[1]', 'if(max(x) > 1, 1, 0)', 'sum(max(x, 0))']) {
      const problem = await compileProblem(await greatest(terminal))
      expect(extremeMean(problem, problem.x0, new Float64Array(20))).toBeNull()
    }
    const correlated = await compileProblem({ ...(await greatest('max(x)')), correlation: 0.5 })
    expect(extremeMean(correlated, correlated.x0, new Float64Array(20))).toBeNull()
  })
})
