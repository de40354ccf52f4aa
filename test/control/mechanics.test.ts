/** Built-in plants against values that nothing of the product computed. */

import { expect, it } from 'vitest'
import { linearQuadraticValue } from '../../src/control/references/linear-quadratic.ts'
import { invert, multiplyMatrices, transposeMatrix } from '../../src/control/references/matrices.ts'
import { regulatorMatrices, regulatorValue } from '../../src/control/references/riccati.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import type { Reference } from '../../src/problem/definition.ts'
import { pendulumValue } from '../support/pendulum-grid.ts'
import { solveRule } from './local.ts'

const short = { iterations: 40, batchSize: 128, paths: 2048 }

it("Riccati's equation has one solution, by exponentials and by Runge–Kutta", () => {
  const dim = 3
  const { A, B, Q, R } = regulatorMatrices(dim)
  const flat = (matrix: number[][]) => Float64Array.from(matrix.flat())
  const b = flat(B)
  const feedback = multiplyMatrices(invert(flat(R), dim), transposeMatrix(b, dim), dim)
  const own = linearQuadraticValue(
    {
      dim,
      drift: flat(A),
      effort: multiplyMatrices(b, feedback, dim),
      running: flat(Q),
      terminal: Float64Array.from({ length: dim * dim }, (_, k) => Number(k % (dim + 1) === 0)),
      noise: new Float64Array(dim).fill(0.25),
    },
    1,
    [1, -1, 0.5],
  )
  expect(own.value).toBeCloseTo(regulatorValue(dim, 1, 0.5, [1, -1, 0.5])!.value, 7)
})

it('a chain of masses is brought to rest as Riccati says', async () => {
  const { value, standardError, reference } = await solveRule('oscillator-chain', {
    ...short,
    settings: { dim: 8, horizon: 2 },
  })
  expect(Math.abs(value - reference!.value)).toBeLessThan(4 * standardError)
  expect(standardError).toBeLessThan(0.005 * value)
})

it('a pole of the cart is balanced better than by a clipped linear feedback', async () => {
  const { value, standardError } = await solveRule('cart-pole', {
    ...short,
    batchSize: 32,
    iterations: 20,
    steps: 50,
  })
  expect(value).toBeLessThan(0.83 - standardError)
})

it('a pendulum swings up within 1 % of a grid programme', async () => {
  const { value, reference } = await solveRule('pendulum', { ...short, batchSize: 64 })
  expect(Math.abs(value / reference!.value - 1)).toBeLessThan(0.01)
})

it('the grid programme of the pendulum is what the page says, but for its coarseness', async () => {
  const { reference } = (await builtInOf('control', 'pendulum'))!
  expect(Math.abs(pendulumValue(48, 61, 40) / (reference as Reference).value - 1)).toBeLessThan(0.05)
})

it('consumption and investment are no better than the closed form, and within its error', async () => {
  const { value, standardError, reference } = await solveRule('merton-consumption', {
    ...short,
    iterations: 200,
  })
  expect(Math.abs(value - reference!.value)).toBeLessThan(4 * standardError)
})
