/** The promise of the engine: the same bits for any number of workers, and for every run of the same seed. */
import { afterAll, describe, expect, it } from 'vitest'
import { ThreadSession } from '../../src/executor/thread-session.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import type { MethodResult } from '../../src/solution/solution.ts'
import { type LocalOptions, solveLocally, solveOn } from '../support/local-session.ts'
import { byDay } from '../support/night.ts'

/** Sizes that no shard divides: 40 rows by 16, 300 paths by 128, 6 steps over 2 and 3 workers. */
const SMALL: LocalOptions = { steps: 6, batchSize: 40, iterations: 6, hidden: [9, 9], paths: 300 }

/** Noise that mixes components, more of it than states: its exact law by a constant matrix. */
const denseNoise: ProblemDefinition = {
  id: 'dense-noise',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 0.5 },
  x0: 0.3,
  noiseDim: 3,
  drift: '-x',
  diffusion: '[[1, 0.5, 0], [0, 1, -0.5]]',
  driver: 'sin(y) + dot(z, z) / 4',
  terminal: 'cos(x[1]) * x[2]',
}

/** σ of the state that mixes components: Euler–Maruyama, correlated inside the generated step. */
const denseEuler: ProblemDefinition = {
  ...denseNoise,
  id: 'dense-euler',
  diffusion: '[[1, x[1], 0], [0, 1, t]]',
  correlation: 0.3,
}

const cases: [string, string | ProblemDefinition, LocalOptions][] = [
  ['Brownian paths, driver of z', 'hjb-lq', { settings: { dim: 5 } }],
  [
    'driver of y, a coarse grid of its own',
    'allen-cahn',
    { settings: { dim: 5 }, steps: 8, tolerance: 1e-9 },
  ],
  ['geometric paths, kinks', 'black-scholes-default-risk', { settings: { dim: 3 }, hessian: true }],
  ['noise correlated by a matrix', 'margrabe-exchange', {}],
  ['Euler paths, correlated, ΔW gradients', 'heston', { schedule: 'constant' }],
  ['a constant dense σ', denseNoise, { paths: 2100 }],
  ['a fitted value and martingale', 'burgers-type', { settings: { dim: 4 }, paths: 2100 }],
  ['a dense σ by Euler, an odd number of steps', denseEuler, { steps: 5, scheme: 'euler' }],
  [
    'the published run: batch normalisation, Y₀ a parameter',
    'hjb-lq',
    { settings: { dim: 5 }, preset: 'published' },
  ],
  ['random features', 'hjb-lq', { settings: { dim: 3 }, family: 'random-features', hidden: [9] }],
]

const bits = ({
  value,
  standardError,
  gridError,
  gradient,
  gradientStandardError,
  hessian,
  history,
  paths,
  samples,
  reason,
  status,
}: MethodResult) => {
  const { loss, estimate, rate } = history
  const found = { value, standardError, gridError, gradient, gradientStandardError, hessian }
  return { ...found, paths, reason, status, loss, estimate, rate, samples }
}

const sessions = byDay(1, [3, 2]).map(
  (workers) => new ThreadSession({ workers, kernel: chooseKernel(), memoryLimit: 2 ** 30, signal: null }),
)
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()))
})

/** On one thread, by the kernels that the sessions have. */
const runAlone = (problem: string | ProblemDefinition, options: LocalOptions) =>
  solveLocally(problem, { kernel: chooseKernel(), ...SMALL, ...options })

describe('the bits of a run', () => {
  it.each(cases)('are the same for any number of workers: %s', async (_, problem, options) => {
    const one = await runAlone(problem, { ...options, samples: true })
    expect(Number.isFinite(one.value)).toBe(true)
    for (const session of sessions) {
      const several = await solveOn(session, problem, { ...SMALL, ...options, samples: true })
      expect(bits(several), `${session.workers} workers`).toEqual(bits(one))
    }
  })

  it('are the same for many workers, whose pieces are smaller', async () => {
    const options = { ...SMALL, settings: { dim: 5 } }
    const many = new ThreadSession({
      workers: 5,
      kernel: chooseKernel(),
      memoryLimit: 2 ** 30,
      signal: null,
    })
    try {
      expect(bits(await solveOn(many, 'hjb-lq', options))).toEqual(bits(await runAlone('hjb-lq', options)))
    } finally {
      await many.close()
    }
  })

  it('are the same for the same seed, and others in every number for another', async () => {
    const run = (seed: number) => runAlone('hjb-lq', { settings: { dim: 5 }, seed })
    const [one, again, other] = [await run(1), await run(1), await run(2)]
    expect(bits(again)).toEqual(bits(one))
    expect(other.value).not.toBe(one.value)
    expect(other.standardError).not.toBe(one.standardError)
    const [found, wanted] = [other.history, one.history]
    expect(found.loss.every((value, k) => value !== wanted.loss[k])).toBe(true)
    expect(found.estimate.every((value, k) => value !== wanted.estimate[k])).toBe(true)
    expect(other.gradient.every((value, k) => value !== one.gradient[k])).toBe(true)
  })

  it('do not depend on samples being kept, nor training on the paths of the estimate', async () => {
    const run = (options: LocalOptions) => runAlone('hjb-lq', { settings: { dim: 5 }, ...options })
    const one = await run({})
    expect({ ...bits(await run({ samples: true })), samples: undefined }).toEqual(bits(one))
    const longer = await run({ paths: 400 })
    expect(longer.history.loss).toEqual(one.history.loss)
    expect(longer.history.estimate).toEqual(one.history.estimate)
    expect(longer.value).not.toBe(one.value)
  })
})
