/** Drivers that damp, that have several rests, that blow up: training comes to an end, and the value is right. Grids and runs are short. */

import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { byDay } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

const page = (settings: { dim: number; horizon: number }, changes: object) =>
  parseEquation(JSON.stringify({ settings, x0: 0, drift: '0', diffusion: '1', ...changes }), 'json')

/** Y₀ of y' = −f(y) backward from g where nothing is random, by formulas. */
const still: [string, number, string, string, number][] = [
  ['a cube', 1, '-y^3', '3', 3 / Math.sqrt(19)],
  ['a stiff rate', 1, '-50 * y', '1', Math.exp(-50)],
  ['a logistic law', 2, '3 * y * (1 - y)', '0.01', 0.01 / (0.01 + 0.99 * Math.exp(-6))],
  ['a bistable law', 1, '5 * (y - y^3)', '0.1', 0.1 / Math.sqrt(0.01 + 0.99 * Math.exp(-10))],
  ['an exponential near its blow-up', 0.8, 'exp(y)', '0', -Math.log(0.2)],
  ['a root that is reached', 1.5, '-sqrt(max(y, 0))', '1', 0.0625],
  ['a root that has run dry', 3, '-sqrt(max(y, 0))', '1', 0],
  ['a power that is not Lipschitz', 3, '-max(y, 0)^0.8', '1', 0.4 ** 5],
  ['a penalty', 1, '200 * max(1 - y, 0)', '0', 1],
  ['a steep sine', 1, '-12 * sin(y)', '3', 2 * Math.atan(Math.tan(1.5) * Math.exp(-12))],
]

describe('where nothing is random the driver is solved for', () => {
  // By day a cube, a stiff rate, laws, a blow-up and a root that is reached.
  it.each(byDay(6, still))('%s', async (_name, horizon, driver, terminal, expected) => {
    const found = await solve(await page({ dim: 1, horizon }, { driver, terminal }), {
      steps: 64,
      iterations: 20,
      paths: 512,
      batchSize: 16,
      workers: 1,
    })
    // The grid's own error, of second order but where the driver has no slope.
    expect(Math.abs(found.value - expected)).toBeLessThan(2e-3 * (1 + Math.abs(expected)))
  })
})

describe('training survives', () => {
  it.each([
    ['damping', '-y^3', '3 + 0.3 * sin(sum(x) / sqrt(dim))'],
    ['two rests', '8 * (y - y^3)', '0.6 * cos(sum(x) / sqrt(dim))'],
    ['growth towards a rest', '4 * y * (1 - y)', '0.02 * exp(-dot(x, x) / 20)'],
    ['y log y', '-2 * y * log(max(y, 1e-3))', 'exp(-dot(x, x) / 8)'],
    ['a steep sine and a product', '-9 * sin(y) + 0.3 * y * z[1]', 'x[1]'],
  ])('%s, in four dimensions', async (_name, driver, terminal) => {
    const found = await solve(await page({ dim: 4, horizon: 1 }, { driver, terminal }), {
      steps: 20,
      iterations: 60,
      paths: 1024,
      workers: 1,
    })
    expect(found.rollbacks).toBe(0)
    expect(Number.isFinite(found.value + found.standardError)).toBe(true)
    expect(found.deviation).toBeLessThan(2)
  })
})

/** u(0,x) of u_t + ν u_xx − u u_x = 0, u(1,x) = −sin πx, by the formula of Cole and Hopf. */
function front(nu: number, x: number): number {
  const weight = (eta: number) =>
    Math.exp(-Math.cos(Math.PI * (x - eta)) / (2 * Math.PI * nu) - (eta * eta) / (4 * nu))
  let [above, below] = [0, 0]
  for (let eta = -2; eta <= 2; eta += 1e-4) {
    above -= Math.sin(Math.PI * (x - eta)) * weight(eta)
    below += weight(eta)
  }
  return above / below
}

describe('a product of y and z, with a steep front', () => {
  it.each(
    byDay(1, [
      [0.012, 0.2, 40],
      [0.006, 0.2, 80],
      [0.004, 0.15, 160],
    ]),
  )('is right where it is sure: ν = %f, x = %f, %i steps', async (nu, x, steps) => {
    const shape = {
      x0: x,
      diffusion: `sqrt(2 * ${nu})`,
      driver: '-y * gradU[1]',
      terminal: '-sin(pi * x[1])',
    }
    const found = await solve(await page({ dim: 1, horizon: 1 }, shape), { steps, paths: 4096, workers: 1 })
    expect(found.status).toBe('converged')
    expect(Math.abs(found.value - front(nu, x))).toBeLessThan(4 * found.standardError)
    expect(found.standardError).toBeLessThan(1e-3)
  })
})
