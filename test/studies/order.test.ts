/** Orders of the schemes in time, by regression of the grid's error on a problem whose driver is quadratic in z. */
import { expect, it } from 'vitest'
import { chooseKernel } from '../../src/kernels/loader.ts'
import type { SchemeName } from '../../src/solution/schemes.ts'
import { fitRate } from '../../src/studies/summary.ts'
import { solveLocally } from '../support/local-session.ts'

const STEPS = [2, 4, 8]

/** A grid fine enough for the orders to show, and paths enough for its error to stand out of theirs. */
async function orderOf(scheme: SchemeName, paths: number) {
  const points = []
  for (const steps of STEPS) {
    const { gridError, gridErrorStandardError } = await solveLocally('hjb-lq', {
      settings: { dim: 2, horizon: 0.25, x0: 1 },
      kernel: chooseKernel(),
      scheme,
      steps,
      paths,
      iterations: 40,
    })
    points.push({ x: steps, size: Math.abs(gridError!), error: gridErrorStandardError })
  }
  return fitRate(points)!
}

it('is 1 for Euler, 2 for the trapezoidal rule, which is told apart from 1', async () => {
  const euler = await orderOf('euler', 16_384)
  const trapezoidal = await orderOf('trapezoidal', 131_072)
  // The next order shows on the coarsest grid: up to a quarter of an order.
  expect(Math.abs(euler.slope + 1)).toBeLessThan(0.25 + 4 * euler.standardError)
  expect(Math.abs(trapezoidal.slope + 2)).toBeLessThan(0.25 + 4 * trapezoidal.standardError)
  expect(trapezoidal.slope).toBeLessThan(-1 - 4 * trapezoidal.standardError)
})
