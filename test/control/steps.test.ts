/** No policy profits from the length of a step, and what steps are not known to cost is in the interval or in the verdict. */
import { describe, expect, it } from 'vitest'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { judgeSteps, judgeWidth } from '../../src/control/verdict.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { byDay } from '../support/night.ts'
import { page } from './scalar-page.ts'

/** dx = (Ax + Ba) dt + (S + Da) dW for numbers A … D, cost Qx² + Ra², x² at the end: P, the value's coefficient, from its Riccati equation. */
function riccati(A: number, B: number, D: number, Q: number, R: number, horizon: number): number {
  let P = 1
  const slope = (p: number) => 2 * A * p + Q - (B * p) ** 2 / (R + D * D * p)
  const steps = 4000
  for (let n = 0; n < steps; n++) {
    const h = horizon / steps
    const middle = P + 0.5 * h * slope(P)
    P += h * slope(middle)
  }
  return P
}

const volatility = (set: Partial<ControlDefinition> = {}) =>
  page({
    runningCost: 'dot(x, x) - dot(a, a) / 2',
    controlSet: { kind: 'box', low: -1, high: 1 },
    ...set,
  })

/** E x² = 1 + ∫a², so that a² costs T − t + ½ at time t and nothing is best. */
const quiet: [string, ControlDefinition, number][] = [
  ['a box', volatility(), 2],
  ['half the horizon', volatility({ settings: { dim: 1, horizon: 0.5 } }), 1.5],
  ['two components', volatility({ settings: { dim: 2, horizon: 1 } }), 4],
]

const linear: [string, number, number, number, number, number][] = [
  ['a gain for the control itself', 0, 1, 1, 1, -0.2],
  ['a stable plant', -1, 1, 0.7, 1, 0.05],
  ['little noise', 0.5, 1, 0.3, 0.5, 0.2],
]

const run = (problem: ControlDefinition, options: SolveOptions = {}) =>
  solve(problem, { workers: 1, ...options })

describe('controlled noise', () => {
  it.each(byDay(1, quiet))('earns nothing that it does not pay for: %s', async (_, problem, exact) => {
    const { status, value, standardError } = await run(problem)
    expect(value - exact).toBeGreaterThan(-4 * standardError - 1e-6)
    if (status !== 'unconverged') expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
  })

  it.each(byDay(1, linear))('is taken where it pays: %s', async (_, A, B, D, Q, R) => {
    const problem = page({
      drift: `${A} * x + ${B} * a`,
      diffusion: `${D} * a`,
      runningCost: `${Q} * x[1]^2 + ${R} * a[1]^2`,
    })
    const { status, value, standardError } = await run(problem)
    const exact = riccati(A, B, D, Q, R, 1)
    expect(status).toMatch(/^(converged|imprecise|one-sided)$/)
    expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.08 * exact)
  })
})

it('does not take for a value what falls without bound', async () => {
  // The weight of a², R + D²P, reaches 0 within the horizon.
  const problem = page({ drift: '-x + a', diffusion: '0.7 * a', runningCost: 'x[1]^2 - 0.1 * a[1]^2' })
  expect((await run(problem)).status).toBe('unconverged')
})

describe('a plant without noise', () => {
  // ∫e^{−rt}(zx − a − ½a²) with dx = (a − δx)dt: a = z/(r + δ)·(1 − e^{−(r + δ)(T − t)}) − 1 whatever x.
  const firm = (horizon: number) =>
    page({
      settings: { dim: 1, horizon, r: 0.05, delta: 0.1, z: 0.2 },
      drift: 'a - delta * x',
      diffusion: '0',
      runningCost: 'exp(-r * t) * (z * x[1] - a[1] - a[1]^2 / 2)',
      terminalCost: '0',
      goal: 'maximize',
    })

  function exact(horizon: number): number {
    const [r, delta, z, steps] = [0.05, 0.1, 0.2, 20_000]
    const h = horizon / steps
    const best = (t: number) => (z / (r + delta)) * (1 - Math.exp(-(r + delta) * (horizon - t))) - 1
    let [x, gain] = [1, 0]
    for (let n = 0; n < steps; n++) {
      const [t, a] = [(n + 0.5) * h, best((n + 0.5) * h)]
      const middle = x + 0.5 * h * (a - delta * x)
      gain += h * Math.exp(-r * t) * (z * middle - a - (a * a) / 2)
      x += h * (a - delta * middle)
    }
    return gain
  }

  it.each([5, 10])('has an interval all the same: a horizon of %i', async (horizon) => {
    const { value, standardError } = await run(firm(horizon))
    expect(standardError).toBeGreaterThan(1e-5)
    expect(Math.abs(value - exact(horizon))).toBeLessThan(4 * standardError)
  })
})

describe('steps that are too long', () => {
  it('are found', async () => {
    const oscillator = page({
      settings: { dim: 2, horizon: 6 },
      controlDim: 1,
      drift: '[x[2], a[1] - 4 * x[1]]',
      diffusion: '[0, 0.3]',
      runningCost: 'dot(x, x) + a[1]^2',
    })
    const { status, reason } = await run(oscillator, { steps: 6, iterations: 150, paths: 2048 })
    expect(status).toBe('unconverged')
    expect(reason).toMatch(/take more steps \(--steps 12\)$/)
    const finer = await run(oscillator, { steps: 96, iterations: 150, paths: 2048 })
    expect(finer.reason ?? '').not.toMatch(/steps/)
  })

  const cost = (change: object) => ({
    value: 2,
    standardError: 0.01,
    errors: { statistical: 0.01, grid: 0, held: 0, training: 0 },
    deviation: 1,
    grid: { error: 0, standardError: 0.001, left: 0, held: 0, heldError: 0.001, ...change },
  })

  it('are named by what they do', () => {
    expect(judgeSteps(cost({}), 1, 10)).toBeNull()
    expect(judgeSteps({ ...cost({}), grid: null }, 1, 10)).toBeNull()
    expect(judgeSteps(cost({ error: -0.5 }), 1, 10)).toBe(
      'the time grid is too coarse: in 10 steps the rule pays 0.50 less than without steps, of 2.0; take more steps (--steps 20)',
    )
    expect(judgeSteps(cost({ error: 0.5 }), -1, 10)).toMatch(/the rule gains 0.50 more than without steps/)
    expect(judgeSteps(cost({ left: 0.07 }), 1, 10)).toMatch(/20 and 40 steps say .* differs by 0.070/)
    expect(judgeSteps(cost({ held: 0.07 }), 1, 10)).toMatch(/stands still too long.*save 0.070/)
    expect(judgeSteps(cost({ held: 0.07, heldError: 0.05 }), 1, 10)).toBeNull()
    expect(judgeSteps(cost({ error: Number.NaN }), 1, 10)).toMatch(/run away in finer steps/)
  })

  it('are asked for where they keep a tolerance from being met', () => {
    expect(judgeWidth(cost({}), 0, 0)).toBeNull()
    expect(judgeWidth({ ...cost({}), standardError: 0.03 }, 0, 0)).toMatch(
      /0.030 of 2.0, where 0.020 is usual/,
    )
    expect(judgeWidth(cost({}), 0, 0.0095)).toBeNull()
    expect(judgeWidth(cost({}), 0, 0.005)).toBe(
      'the standard error is 0.010 of 2.0, where 0.0050 was asked for; take more --paths',
    )
    expect(judgeWidth(cost({}), 0.024, 0)).toMatch(
      /0\.026 of 2\.0, .* is how far the rule may be from the best/,
    )
    const errors = { statistical: 0.01, grid: 0.02, held: 0.02, training: 0.021 }
    expect(judgeWidth({ ...cost({}), errors }, 0, 0.005)).toMatch(/take more --steps$/)
    expect(judgeWidth({ ...cost({}), errors: { ...errors, training: 0.1 } }, 0, 0.005)).toMatch(
      /--iterations$/,
    )
  })
})
