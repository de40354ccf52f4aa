/** Drivers that damp what g is within a small part of the horizon, and rather slowly from there on. */
import { expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { brownianPage } from '../support/brownian-page.ts'
import { byDay } from '../support/night.ts'

/** u and ∂u/∂x by finite differences, 1600 points by 4000 times that crowd at T: what 800 by 2000 differ by is in the last digit. */
const pages: [string, Partial<ProblemDefinition>, number, number][] = [
  // Diverged: a u below 0 explodes.
  [
    'a square that is none below 0',
    { x0: 0.2, drift: '-x', driver: '-300 * y^2', terminal: 'exp(sin(x[1]))' },
    0.0033214263,
    3.433e-6,
  ],
  // 0.0223630 ± 0.0000010 and half the slope in 640 equal steps.
  ['a cube', { x0: 0.4, driver: '-1000 * y^3', terminal: '1 + 0.5 * cos(x[1])' }, 0.022356576, -1.4056e-6],
  [
    'a fifth power with growth',
    {
      settings: { dim: 1, horizon: 2 },
      diffusion: '0.7',
      driver: 'y - 100 * y^5',
      terminal: '1.5 + tanh(x[1])',
    },
    0.31625388,
    6.0771e-7,
  ],
  [
    'a target that moves',
    { x0: 0.4, driver: '0.5 * sin(x[1]) - 400 * (y - 0.3 * cos(x[1]))^3', terminal: '2 + sin(2 * x[1])' },
    0.304065,
    0.04378,
  ],
]

it.each(byDay(1, pages))('%s', { timeout: 240_000 }, async (_, change, value, slope) => {
  const found = await solve(brownianPage(change), { workers: 1, steps: 40, iterations: 150, paths: 8192 })
  expect(found.status).toBe('converged')
  expect(Math.abs(found.value - value)).toBeLessThan(4 * found.standardError)
  expect(found.standardError).toBeLessThan(0.002 * value)
  expect(Math.abs((found.gradient?.[0] ?? Number.NaN) - slope)).toBeLessThan(
    4 * (found.gradientStandardError?.[0] ?? Number.NaN),
  )
})
