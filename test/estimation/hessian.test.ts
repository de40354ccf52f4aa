/** ∇²u(0, x₀) from fresh paths: right within its error on every kind of motion, driver and terminal condition. */
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { compareHessian } from '../../src/solution/hessian-reference.ts'
import { type LocalOptions, type LocalRun, solveLocally } from '../support/local-session.ts'
import { byDay } from '../support/night.ts'
import { expectWithin } from '../support/statistics.ts'
import { blank, drivers, manufactured, motions } from './manufactured.ts'

const RUN: LocalOptions = {
  kernel: chooseKernel(),
  steps: 12,
  batchSize: 32,
  iterations: 40,
  paths: 4096,
  hidden: [16, 16],
  hessian: true,
}
/** c cᵀ times this is ∇²u(0, x₀) of the manufactured solutions. */
const ANGLE = 0.8 * 0.3 - 0.5 * 0.2 - 0.3 * 0.5 + 0.4
const C = [0.8, 0.5, -0.3]
const curvature = (v: readonly number[]) =>
  -Math.sin(ANGLE) * v.reduce((sum, value, i) => sum + value * C[i], 0) ** 2

const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

function expectDiagonal({ hessian }: LocalRun, expected: readonly number[], what: string): void {
  const { hessianDiagonal, hessianDiagonalStandardError } = hessian!
  expected.forEach((value, i) => {
    const error = hessianDiagonalStandardError![i] ?? Number.NaN
    expectWithin(hessianDiagonal![i] ?? Number.NaN, value, error, `${what}, entry ${i}`)
  })
}

const CURVED_IN_Z = ['quadratic in z', 'a product of y and z', 'kinked']
const TRUTH = C.map((c) => -Math.sin(ANGLE) * c * c)

describe('the Hessian of a manufactured solution', () => {
  it.each(
    Object.keys(motions).map((motion, k) => {
      const names = Object.keys(drivers).filter((name) => !CURVED_IN_Z.includes(name))
      return [motion, names[k % names.length]]
    }),
  )('has its diagonal within its error: %s, %s', async (motion, driver) => {
    const run = await solveLocally(manufactured(motions[motion], drivers[driver]), RUN)
    const truth = C.map((c) => -Math.sin(ANGLE) * c * c)
    expectDiagonal(run, truth, `${motion}, ${driver}`)
    const sharp = Math.hypot(
      ...run.hessian!.hessianDiagonalStandardError!.map((error) => error ?? Number.NaN),
    )
    expect(sharp).toBeLessThan(0.1 * Math.hypot(...truth))
    const compared = compareHessian(run.problem, run.problem.x0, run.hessian!)!
    compared.hessianDiagonal!.forEach((value, i) => {
      expect(value).toBeCloseTo(truth[i], 6)
    })
  })

  it.each(
    byDay(1, [
      ['Ornstein–Uhlenbeck', 'quadratic in z'],
      ['Brownian', 'a product of y and z'],
      ['σ of the state', 'quadratic in z'],
    ]),
  )('has the bend of what the networks lack under a driver curved in z: %s, %s', async (motion, driver) => {
    const run = await solveLocally(manufactured(motions[motion], drivers[driver]), { ...RUN, iterations: 15 })
    expectDiagonal(run, TRUTH, `${motion}, ${driver}`)
    const errors = run.hessian!.hessianDiagonalStandardError!.map(Number)
    expect(Math.hypot(...errors)).toBeLessThan(0.1 * Math.hypot(...TRUTH))
  })

  const short: LocalOptions = { ...RUN, steps: 4, iterations: 5, paths: 256 }

  it('is not known under a driver with a kink in z, which is told', async () => {
    const { hessian } = await solveLocally(manufactured(motions.Brownian, drivers.kinked), short)
    expect(hessian!.hessianDiagonal).toEqual(C.map(() => null))
    expect(hessian!.missingHessian).toMatch(/kink in z/)
  })

  it('is known of few entries under a driver curved in z: each takes paths of its own', async () => {
    const page = {
      ...blank,
      settings: { dim: 9, horizon: 1 },
      x0: 0,
      driver: 'y * z[1]',
      terminal: 'sin(x[1])',
    }
    const { hessian } = await solveLocally(page, short)
    expect(hessian!.missingHessian).toMatch(/for 8 entries at most/)
    const along = [Array.from({ length: 9 }, (_, i) => (i === 0 ? 1 : 0))]
    const asked = await solveLocally(page, { ...short, hessian: false, hessianAlong: along })
    expect(asked.hessian!.hessianAlong![0].value).not.toBeNull()
  })

  it('is known along directions, and not where they are of another dimension', async () => {
    const page = manufactured(motions.Brownian, drivers.linear)
    const hessianAlong = [
      [1, 1, 0],
      [0, 0.2, -2],
    ]
    const run = await solveLocally(page, { ...RUN, hessian: false, hessianAlong })
    expect(run.hessian!.hessianDiagonal).toBeUndefined()
    run.hessian!.hessianAlong!.forEach(({ direction, value, standardError }) => {
      const expected = curvature(direction)
      expectWithin(value ?? Number.NaN, expected, standardError ?? Number.NaN, `along ${direction}`)
      expect(standardError).toBeLessThan(0.1 * Math.abs(expected))
    })
    for (const wrong of [
      [1, 1],
      [0, 0, 0],
    ]) {
      await expect(solveLocally(page, { ...RUN, hessianAlong: [wrong] })).rejects.toThrow(UserError)
    }
  })
})

describe('where g has a kink or a jump', () => {
  const one = { ...blank, settings: { dim: 1, horizon: 1 } }

  it('is the density of the end, for paths that merge', async () => {
    const decay = Math.exp(-2)
    const deviation = 0.5 * Math.sqrt((1 - decay * decay) / 4)
    const page = { ...one, x0: 0.2, drift: '-2 * x', diffusion: '0.5', terminal: 'max(x[1], 0)' }
    const run = await solveLocally(page, RUN)
    const truth = (decay * decay * density((0.2 * decay) / deviation)) / deviation
    expectDiagonal(run, [truth], 'call')
    expect(run.hessian!.hessianDiagonalStandardError![0]).toBeLessThan(0.1 * truth)
  })

  it('is the slope of a density where g jumps', async () => {
    const page = { ...one, x0: 0.7, diffusion: '0.85', terminal: 'if(x[1] > 0, 1, 0)' }
    const run = await solveLocally(page, { ...RUN, paths: 32_768 })
    const at = 0.7 / 0.85
    expectDiagonal(run, [(-at * density(at)) / 0.85 ** 2], 'digital')
  })

  it('is so in several components that move together', async () => {
    const page = {
      ...blank,
      x0: [0.1, -0.2, 0.3],
      correlation: 0.4,
      diffusion: '[0.5, 0.3, 0.4]',
      terminal: 'max(sum(x), 0)',
    }
    const run = await solveLocally(page, RUN)
    const deviation = Math.sqrt(0.25 + 0.09 + 0.16 + 0.8 * (0.15 + 0.2 + 0.12))
    const truth = density(0.2 / deviation) / deviation
    expectDiagonal(run, [truth, truth, truth], 'basket')
    expect(Math.max(...run.hessian!.hessianDiagonalStandardError!.map(Number))).toBeLessThan(0.05 * truth)
  })
})

describe('where no noise reaches', () => {
  it('is known too, and its rest is 0', async () => {
    const page = {
      ...blank,
      settings: { dim: 2, horizon: 1 },
      x0: [0.3, 0.2],
      noiseDim: 1,
      drift: '[0, x[1]]',
      diffusion: '[[0.7], [0]]',
      terminal: 'sin(x[1]) + x[2]^2',
    }
    const run = await solveLocally(page, RUN)
    // u = e^{−σ²/2} sin x₁ + E(x₂ + x₁ + ∫σW)²
    expectDiagonal(run, [-Math.exp(-0.245) * Math.sin(0.3) + 2, 2], 'integrated')
  })
})
