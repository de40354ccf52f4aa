/** The fit of the paths' noise: what it takes away, and that it takes away nothing else. */
import { describe, expect, it } from 'vitest'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { type LocalOptions, type LocalRun, solveLocally } from '../support/local-session.ts'
import { byDay, seedCount } from '../support/night.ts'
import { expectMean, expectWithin } from '../support/statistics.ts'

const kernel = chooseKernel()
const RUN: LocalOptions = { kernel, steps: 10, iterations: 40 }
/** Below and above the number of paths that a fit is worthwhile for. */
const [WITHOUT, WITH] = [2047, 2048]

const deviation = ({ standardError, paths }: LocalRun) => standardError * Math.sqrt(paths)

describe('the martingale that is taken off the paths', () => {
  it.each([
    // Z is linear in x: what is left within a step is |ΔW|² − dΔt and nothing else.
    ['heat', { dim: 10 }, 200],
    // Along the one direction that matters the second derivative is a function of the value.
    ['bounded-solution', { dim: 5 }, 4],
    ['black-scholes-call', { dim: 3 }, 1.5],
  ] as const)('leaves less noise: %s', async (id, settings, factor) => {
    const options = { ...RUN, settings }
    const bare = await solveLocally(id, { ...options, paths: WITHOUT })
    const fitted = await solveLocally(id, { ...options, paths: WITH })
    expect(deviation(bare) / deviation(fitted)).toBeGreaterThan(factor)
  })

  it('has mean 0: values over seeds scatter around the truth by their standard error', async () => {
    const scores: number[] = []
    for (let seed = 1; seed <= seedCount(6, 20); seed++) {
      const options = { ...RUN, settings: { dim: 3 }, seed, paths: WITH }
      const { value, reference, standardError } = await solveLocally('black-scholes-call', options)
      scores.push((value - reference) / standardError)
    }
    expectMean(scores, 0, 'scores')
  })

  // By day the product among the random equations does for it.
  it.each(
    byDay(0, ['burgers-type']),
  )('corrects the networks where the driver multiplies value and gradient, and no path runs away: %s', async (id) => {
    const options = { ...RUN, settings: { dim: 20, horizon: 1 }, steps: 80, iterations: 200, paths: 8192 }
    const { value, standardError, reference, remainder } = await solveLocally(id, options)
    // Without it the value was 2 % off.
    expect(4 * standardError).toBeLessThan(0.02 * reference)
    expectWithin(value, reference, standardError, 'u(0,0)')
    // Not because nothing would be told apart: the value lies between 0 and 1.
    const unresolved = remainder!.isApplied ? 0 : Math.abs(remainder!.value) + 2 * remainder!.standardError
    expect(4 * standardError + unresolved).toBeLessThan(0.25)
  })

  it('leaves a run alone whose Z is a network and nothing else', async () => {
    const options: LocalOptions = { ...RUN, settings: { dim: 10 }, skips: 'none' }
    const [few, many] = await Promise.all(
      [WITHOUT, WITH].map((paths) => solveLocally('heat', { ...options, paths })),
    )
    expect(deviation(few) / deviation(many)).toBeLessThan(1.2)
  })
})
