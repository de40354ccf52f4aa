/** Every network that can be asked for trains and gives an estimate within its error bar; so does every back end. */
import { describe, expect, it } from 'vitest'
import { ACTIVATION, type ActivationName } from '../../src/kernels/interface.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { NETWORK_FAMILIES } from '../../src/networks/specification.ts'
import { SCHEDULES } from '../../src/optimizer/schedule.ts'
import { type LocalOptions, type LocalRun, solveLocally } from '../support/local-session.ts'
import { expectWithin, mean } from '../support/statistics.ts'
import { kernelNames } from '../support/workspace.ts'

const RUN: LocalOptions = {
  settings: { dim: 4 },
  steps: 8,
  batchSize: 32,
  iterations: 60,
  paths: 2047,
  hidden: [12, 12],
}

const solved = (options: LocalOptions) =>
  solveLocally('hjb-lq', { kernel: chooseKernel(), ...RUN, ...options })

/** The grid's error as the run states it, twice: it is an estimate too. */
function expectSolved(run: LocalRun, what: string): void {
  expect(run.status, what).toBe('converged')
  expectWithin(run.value, run.reference, run.standardError, what, 2 * Math.abs(run.gridError!))
}

/**
 * A problem whose first fit is far from the solution: there the loss must fall, for hjb-lq's starts at its floor.
 */
async function expectLearnt(options: LocalOptions, what: string): Promise<void> {
  const { history, iterations } = await solveLocally('bounded-solution', {
    ...RUN,
    kernel: chooseKernel(),
    settings: { dim: 2 },
    steps: 10,
    iterations: 150,
    paths: 256,
    ...options,
  })
  expect(iterations).toBe(history.loss.length)
  const [first, last] = [mean(history.loss.slice(0, 10)), mean(history.loss.slice(-10))]
  expect(last, `${what}: loss from ${first} to ${last}`).toBeLessThan(first / 3)
}

describe('network families', () => {
  it.each(NETWORK_FAMILIES)('%s', async (family) => {
    const hidden = family === 'two-layer' || family === 'random-features' ? [12] : [12, 12]
    expectSolved(await solved({ family, hidden }), family)
    await expectLearnt({ family, hidden }, family)
  })

  it('train with batch normalisation', async () => {
    for (const family of NETWORK_FAMILIES.filter((each) => each !== 'random-features')) {
      const hidden = family === 'two-layer' ? [12] : [12, 12]
      expectSolved(await solved({ family, hidden, batchNorm: true }), family)
    }
  })

  it('have a default width each', async () => {
    for (const family of NETWORK_FAMILIES) {
      const run = await solved({ family, hidden: undefined, iterations: 5, paths: 256 })
      expect(run.value, family).toSatisfy(Number.isFinite)
    }
  })
})

describe('activations', () => {
  it.each(Object.keys(ACTIVATION) as ActivationName[])('%s', async (activation) => {
    expectSolved(await solved({ activation }), activation)
    if (activation !== 'identity') await expectLearnt({ activation }, activation)
  })
})

describe('schedules', () => {
  it.each(SCHEDULES)('%s', async (schedule) => {
    const run = await solved({ schedule, iterations: 200 })
    expectSolved(run, schedule)
    await expectLearnt({ schedule }, schedule)
    expect(run.iterations).toBeLessThanOrEqual(200)
    if (schedule !== 'plateau') expect(run.iterations).toBe(200)
    const { rate } = run.history
    if (schedule === 'constant') expect(rate[199]).toBe(0.01)
    else expect(rate[run.iterations - 1]).toBeLessThan(1e-4)
  })
})

describe('schemes', () => {
  it.each(['trapezoidal', 'euler'] as const)('%s', async (scheme) => {
    // Of order 1: its grid's error is all in the interval, and may be no tenth of it.
    const own = scheme === 'euler' ? { steps: 120, iterations: 100, paths: 4096 } : {}
    expectSolved(await solved({ scheme, ...own }), scheme)
  })
})

describe('the back ends', () => {
  it('agree far within their standard errors: the random numbers are the same, only roundings differ', async () => {
    const runs = await Promise.all(kernelNames.map((kernel) => solved({ kernel, iterations: 30 })))
    const [first, ...others] = runs
    for (const other of others) {
      // 30 iterations of Adam carry a rounding of 1e-7 on to perhaps 1e-3 of what is learnt.
      expect(Math.abs(other.value - first.value)).toBeLessThan(0.02 * first.standardError)
      expect(other.standardError / first.standardError).toBeCloseTo(1, 2)
      other.history.loss.forEach((loss, k) => {
        expect(Math.abs(loss / first.history.loss[k] - 1)).toBeLessThan(0.01)
      })
    }
  })

  it.each(kernelNames)('%s is within its error bar on geometric paths', async (kernel) => {
    const run = await solveLocally('geometric-basket', { ...RUN, kernel, iterations: 40 })
    expectSolved(run, kernel)
  })
})
