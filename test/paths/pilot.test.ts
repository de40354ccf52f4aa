/** What the pilot paths find, where it is known: standardisation, moments of g, and the conditional mean of σᵀ∇g(X_T). */

import { describe, expect, it } from 'vitest'
import { padded } from '../../src/memory/rows.ts'
import { uniformGrid } from '../../src/paths/grid.ts'
import { MOST_SHARDS, Pilot, planPilot, SHARD_PATHS } from '../../src/paths/pilot.ts'
import { planCoefficients, Simulator } from '../../src/paths/simulator.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { bindFunctions } from '../../src/problem/runtime.ts'
import { expectWithin } from '../support/statistics.ts'
import { openWorkspace } from '../support/workspace.ts'
import { blank } from './bench.ts'

const PILOT_PATHS = MOST_SHARDS * SHARD_PATHS

const STEPS = 4
const SEED = 1
/** The fit's own ridge takes a thousandth of what it finds. */
const RIDGE = 1e-3

async function runPilot(page: ProblemDefinition) {
  const problem = await compileProblem(page)
  const { dim, noiseDim, x0, horizon } = problem
  const { context, plan } = await openWorkspace('reference', (arena) => ({
    coefficients: planCoefficients(arena, problem, 1, 1),
    pilot: planPilot(arena, dim, noiseDim, STEPS, 1),
  }))
  const { floats } = context.views
  const grid = uniformGrid(horizon, STEPS)
  const functions = bindFunctions(problem, context.views)
  const simulator = new Simulator(problem, functions, grid, context, plan.coefficients, SEED)
  const pilot = new Pilot(context, plan.pilot, simulator, functions.terminalGradient)
  pilot.run({ kind: 'point', x0 }, SEED)
  const standard = (n: number, j: number) => {
    const at = n * padded(dim) + j
    return { scale: floats[plan.pilot.scale + at], shift: floats[plan.pilot.shift + at] }
  }
  return { pilot, standard }
}

/** X = x0 + 0.5t + 2W in each component. */
const brownian = { ...blank, x0: 1, drift: '0.5', diffusion: '2' }

describe('the standardisation', () => {
  it('takes mean and deviation of X at each time', async () => {
    const { standard } = await runPilot(brownian)
    for (let n = 1; n <= STEPS; n++) {
      const t = n / STEPS
      const variance = 4 * t
      for (let j = 0; j < 3; j++) {
        const { scale, shift } = standard(n, j)
        const mean = -shift / scale
        expectWithin(mean, 1 + 0.5 * t, Math.sqrt(variance / PILOT_PATHS), `mean at ${t}`)
        // A normal sample's variance has the relative standard error √(2/P).
        expectWithin(1 / scale ** 2, variance, variance * Math.sqrt(2 / PILOT_PATHS), `variance at ${t}`)
      }
    }
  })

  it('centres a component that does not move, in its own unit', async () => {
    const { standard } = await runPilot({ ...brownian, x0: 7, diffusion: '[2, 0, 1]', drift: '0' })
    expect(standard(0, 0)).toEqual({ scale: 1, shift: -7 })
    expect(standard(STEPS, 1)).toEqual({ scale: 1, shift: -7 })
    expect(standard(STEPS, 0).scale).not.toBe(1)
  })
})

describe('the moments of g', () => {
  it('are those of g(X_T)', async () => {
    const { pilot } = await runPilot({ ...brownian, terminal: 'x[1] + 2 * x[2]' })
    const { mean, deviation } = pilot.terminalMoments()
    const variance = 4 * (1 + 4)
    expectWithin(mean, 4.5, Math.sqrt(variance / PILOT_PATHS), 'mean of g')
    expectWithin(deviation ** 2, variance, variance * Math.sqrt(2 / PILOT_PATHS), 'variance of g')
  })

  it('have no deviation where g is constant', async () => {
    const { pilot } = await runPilot({ ...brownian, terminal: '3' })
    expect(pilot.terminalMoments()).toEqual({ mean: 3, deviation: 0 })
  })
})

/** The fit of component j at step n as a linear function of x: slope and value at 0; `gradient` is σ∂ⱼg = slope·x. */
function asLine(
  fit: { alpha: number; beta: number; constant: number },
  gradientSlope: number,
  standard: { scale: number; shift: number },
) {
  const slope = fit.alpha * gradientSlope + fit.beta * standard.scale
  return { slope, constant: fit.constant + fit.beta * standard.shift }
}

describe('the first fit of Zₙ', () => {
  it.each<[string, ProblemDefinition, number]>([
    ['Brownian', { ...blank, x0: 1, diffusion: '2', terminal: 'dot(x, x) / 2' }, 0],
    [
      'Ornstein–Uhlenbeck',
      { ...blank, x0: 1, drift: '-0.8 * x', diffusion: '2', terminal: 'dot(x, x) / 2' },
      -0.8,
    ],
  ])('is E[σX_T | Xₙ] = σ exp(r(T − tₙ)) Xₙ for %s paths and g = ‖x‖²/2', async (_, page, rate) => {
    const { pilot, standard } = await runPilot(page)
    const variance = (t: number) => (rate === 0 ? 4 * t : (4 * Math.expm1(2 * rate * t)) / (2 * rate))
    for (let n = 1; n <= STEPS; n++) {
      const t = n / STEPS
      const expected = 2 * Math.exp(rate * (1 - t))
      // What is left of σX_T when Xₙ is known, over the deviation of Xₙ.
      const left = 2 * Math.sqrt(variance(1 - t))
      const error = left / Math.sqrt(PILOT_PATHS * variance(t))
      for (let j = 0; j < 3; j++) {
        const { slope, constant } = asLine(pilot.fit(n, j, true), 2, standard(n, j))
        const centre = Math.exp(rate * t)
        expectWithin(slope, expected, error, `slope at step ${n}`, RIDGE * expected)
        const atCentre = constant + slope * centre
        const errorOfMean = Math.hypot(left, expected * Math.sqrt(variance(t))) / Math.sqrt(PILOT_PATHS)
        expectWithin(atCentre, expected * centre, errorOfMean, `value at the centre, step ${n}`)
      }
    }
  })

  it('is the mean of σᵀ∇g(X_T) at the start, where X is one point', async () => {
    const { pilot } = await runPilot({ ...blank, x0: 1, diffusion: '2', terminal: 'dot(x, x) / 2' })
    const fit = pilot.fit(0, 1, true)
    expect(fit).toMatchObject({ alpha: 0, beta: 0 })
    expectWithin(fit.constant, 2, Math.sqrt((2 * 2) ** 2 / PILOT_PATHS), 'Z₀')
  })

  it('is σᵀ∇g itself at T: the terminal gradient has the whole weight', async () => {
    const { pilot } = await runPilot({ ...blank, terminal: 'sum(sin(x))' })
    const { alpha, constant } = pilot.fit(STEPS, 0, false)
    expect(alpha).toBeCloseTo(1 / (1 + RIDGE), 6)
    expect(Math.abs(constant)).toBeLessThan(RIDGE)
  })

  it('finds nothing where g is constant', async () => {
    const { pilot } = await runPilot({ ...brownian, terminal: '3' })
    expect(pilot.fit(2, 0, true)).toEqual({ alpha: 0, beta: 0, constant: 0 })
  })
})
