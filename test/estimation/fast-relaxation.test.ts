/** Rates that forget within a small part of a step: factors hold them, of the value and of its gradient. */
import { expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { brownianPage } from '../support/brownian-page.ts'

/**
 * u(0, x) and its slope for f = −a(y − sin x) + bz, dX = dW, T = 1 and g = 1, up to e^{−a}: a ∫e^{−as} E sin(x + bs + W_s) ds is the imaginary part of
 * a e^{ix}/(a + ½ − ib).
 */
function relaxed(a: number, b: number, x: number): { value: number; slope: number } {
  const [re, im] = [a + 0.5, b]
  const size = re * re + im * im
  return {
    value: (a * (re * Math.sin(x) + im * Math.cos(x))) / size,
    slope: (a * (re * Math.cos(x) - im * Math.sin(x))) / size,
  }
}

it.each([
  [1000, 0],
  [300, 2],
  [60, -1],
])('by a rate of %d, with a drift of %d', async (a, b) => {
  const x0 = 0.4
  const page = brownianPage({ x0, driver: `-${a} * (y - sin(x[1])) + ${b} * z[1]`, terminal: '1' })
  const found = await solve(page, { workers: 1, steps: 40, iterations: 100, paths: 8192 })
  const { value, slope } = relaxed(a, b, x0)
  expect(found.status).toBe('converged')
  expect(Math.abs(found.value - value)).toBeLessThan(4 * found.standardError)
  const error = found.gradientStandardError?.[0] ?? Number.NaN
  expect(Math.abs((found.gradient[0] ?? Number.NaN) - slope)).toBeLessThan(4 * error)
  expect(error).toBeLessThan(0.005)
})
