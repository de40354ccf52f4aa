/** What endpoints without paths take off the noise of paths: much around a rough g, and nothing else. */
import { describe, expect, it } from 'vitest'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { type LocalOptions, type LocalRun, solveLocally } from '../support/local-session.ts'
import { seedCount } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'
import { expectMean } from '../support/statistics.ts'

const RUN: LocalOptions = { kernel: chooseKernel(), steps: 10, iterations: 30 }
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
    const page = await greatest('max(x)')
    const bare = await solveLocally(page, { ...RUN, paths: WITHOUT })
    const anchored = await solveLocally(page, { ...RUN, paths: WITH })
    expect(deviation(bare) / deviation(anchored)).toBeGreaterThan(4)
    // The verdict still sees what the networks leave.
    expect(anchored.deviation! / bare.deviation!).toBeGreaterThan(0.6)
  })

  it.each([
    ['max(x)', Math.exp(RATE) * (SLOPE + GREATEST)],
    ['min(x)', Math.exp(RATE) * (SLOPE - GREATEST)],
  ])('has no bias of its own: %s over seeds', async (terminal, expected) => {
    const page = await greatest(terminal)
    const scores: number[] = []
    for (let seed = 1; seed <= seedCount(12, 60); seed++) {
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
    const page = await greatest('max(x)')
    const { errors, paths, status } = await solveLocally(page, { ...RUN, tolerance: 1e-3 })
    expect(errors!.statistical).toBeLessThan(1e-3)
    expect(paths).toBeLessThan(100_000)
    expect(status).toBe('converged')
  })
})
