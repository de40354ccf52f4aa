/** ∇V(0, x₀) of a control problem: the mean adjoint at the start, with a standard error that holds. */
import { expect, it } from 'vitest'
import { regulatorValue } from '../../src/control/references/riccati.ts'
import { solve } from '../../src/entry/solve.ts'
import { expectWithin } from '../support/statistics.ts'

const DIM = 3
const X0 = [1, -0.5, 0.4]

it('is right within its error for a linear–quadratic problem, every component', async () => {
  const value = (x: readonly number[]) => regulatorValue(DIM, 1, 0.5, x)!.value
  const run = await solve('lqr', { settings: { dim: DIM, x0: X0 }, workers: 1, seed: 1 })
  expect(run.gradientStandardError).toHaveLength(DIM)
  run.gradient.forEach((found, i) => {
    const moved = (step: number) => value(X0.map((x, k) => (k === i ? x + step : x)))
    // V is quadratic, so that central differences are exact.
    const exact = 0.5 * (moved(1) - moved(-1))
    const error = run.gradientStandardError![i] ?? Number.NaN
    expectWithin(found ?? Number.NaN, exact, error, `component ${i}`)
    expect(error).toBeLessThan(0.03 * Math.hypot(...X0) * 2)
  })
})
