/** Drivers that are a number on one side of y alone: a log, a root. */
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'

const brownian = {
  source: 'made up',
  group: 'test',
  settings: { dim: 1, horizon: 1 },
  drift: '0',
  diffusion: '1',
}

/** ln u = A(T−t) + B(T−t) x² with B' = 2B² − B and A' = B − A; 1/B = 2 − 3e^τ where B(0) = −1. */
const logarithm: ProblemDefinition = {
  ...brownian,
  id: 'logarithm',
  title: 'u_t + u_xx/2 = u ln u',
  x0: 0.7,
  driver: '-y * log(y)',
  terminal: 'exp(-x[1]^2)',
}

function logarithmTruth(): number {
  const steps = 20_000
  const b = (tau: number) => 1 / (2 - 3 * Math.exp(tau))
  let a = 0
  for (let k = 0; k < steps; k++) a += (Math.exp((k + 0.5) / steps - 1) * b((k + 0.5) / steps)) / steps
  return Math.exp(a + b(1) * 0.7 ** 2)
}

/** u = 1.1 + sin x at all times, near where the root ends. */
const root: ProblemDefinition = {
  ...brownian,
  id: 'root',
  title: 'a root',
  x0: 0.3,
  driver: '0.5 * sin(x[1]) + 3 * (sqrt(1.1 + sin(x[1])) - sqrt(y))',
  terminal: '1.1 + sin(x[1])',
}

const FEW = { workers: 1, steps: 20, iterations: 60, paths: 8192 }

describe('a driver that ends', () => {
  it('is not asked beyond its end, and says what it cannot measure', async () => {
    const solution = await solve(logarithm, FEW)
    expect(Math.abs(solution.value - logarithmTruth())).toBeLessThan(0.01)
    if (solution.status === 'converged') expect(solution.standardError).toBeGreaterThan(0)
    else expect(solution.reason).toMatch(/^the driver is no number.*range: \[least, greatest\]/)
  })

  it.each([
    [{ ...logarithm, range: [1e-3, 1] } as ProblemDefinition, FEW, logarithmTruth()],
    [{ ...root, range: [0.05, 2.1] } as ProblemDefinition, FEW, 1.1 + Math.sin(0.3)],
  ])('is solved within a range', async (page, options, truth) => {
    const { status, value, standardError } = await solve(page, options)
    expect(status).toBe('converged')
    expect(Math.abs(value - truth)).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.01 * truth)
  })

  it('a range that is wrong cuts off no value that was found, where the driver goes on', async () => {
    const damped = { ...root, driver: '-y^3', terminal: '3 + 0.3 * sin(x[1])' }
    const [free, held] = [await solve(damped, FEW), await solve({ ...damped, range: [0, 1] }, FEW)]
    expect(Math.abs(held.value - free.value)).toBeLessThan(
      4 * Math.hypot(held.standardError, free.standardError),
    )
    expect(held.standardError).toBeLessThan(2 * free.standardError)
  })
})
