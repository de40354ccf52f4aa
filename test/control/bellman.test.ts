/** Bellman equations of controls in boxes, and of noise that does not reach every state. */
import { describe, expect, it } from 'vitest'
import { compileBellman } from '../../src/control/bellman.ts'
import { defineControlProblem } from '../../src/control/definition.ts'
import { judgeGap } from '../../src/control/verdict.ts'
import { solveBothWays } from '../../src/entry/both.ts'
import { loadBatchFunction } from '../../src/formulas/load.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import type { Bound } from '../../src/solution/details/bounds.ts'

const about = { title: 'A plant', source: 'A test', group: 'Tests' }

/** A mass on a line, its speed noisy and pushed. */
const mass = (controlSet: object = { kind: 'free' }) =>
  defineControlProblem({
    id: 'mass',
    ...about,
    settings: { dim: 2, horizon: 1, noise: 0.5, effort: 1 },
    x0: [1, 0],
    controlDim: 1,
    noiseDim: 1,
    controlSet: controlSet as never,
    drift: '[x[2], a[1]]',
    diffusion: '[[0], [noise]]',
    runningCost: 'x[1]^2 + 0.1 * x[2]^2 + effort * a[1]^2',
    terminalCost: 'dot(x, x)',
  })

/** V(0, (1, 0)) of it: Riccati's equation by Runge–Kutta of order 4, and what the noise adds. */
function massValue(effort: number, noise: number, steps = 2000): number {
  const slope = ([a, b, c]: number[]) => [
    1 - (b * b) / effort,
    a - (b * c) / effort,
    2 * b + 0.1 - (c * c) / effort,
  ]
  const h = 1 / steps
  let [p, added] = [[1, 0, 1], 0]
  for (let n = 0; n < steps; n++) {
    const moved = (k: number[], share: number) => p.map((entry, j) => entry + share * h * k[j])
    const k1 = slope(p)
    const k2 = slope(moved(k1, 0.5))
    const k3 = slope(moved(k2, 0.5))
    const k4 = slope(moved(k3, 1))
    const next = p.map((entry, j) => entry + (h / 6) * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]))
    added += 0.5 * h * noise ** 2 * (p[2] + next[2])
    p = next
  }
  return p[0] + added
}

async function driverOf(page: ReturnType<typeof mass>) {
  const { functions, dim, noiseDim } = await compileBellman(page)
  const batch = loadBatchFunction(functions.driver.source)
  return (x: Float64Array, z: Float64Array) => {
    const out = new Float64Array(1)
    batch(1, 0.3, x, 0, dim, new Float64Array(1), 0, 1, z, 0, noiseDim, out, 0, 1)
    return out[0]
  }
}

describe('the Bellman equation', () => {
  it('where noise reaches the speed alone has the value of Riccati’s', async () => {
    const ways = await solveBothWays(mass(), {
      iterations: 100,
      paths: 4096,
      workers: 1,
    })
    const { bellman, gap, gapError } = ways as Extract<typeof ways, { gap: number }>
    const truth = massValue(1, 0.5)
    expect(Math.abs(bellman.value - truth)).toBeLessThan(4 * bellman.standardError + 1e-3)
    expect(Math.abs(gap)).toBeLessThan(4 * gapError + 0.003)
  })

  it('takes the best control of a box', async () => {
    const driver = await driverOf(mass({ kind: 'box', low: -0.5, high: 2 }))
    const random = seededRandom(3)
    for (let k = 0; k < 50; k++) {
      const [x, z] = [normalVector(random, 2), normalVector(random, 1)]
      let best = Number.POSITIVE_INFINITY
      for (let a = -0.5; a <= 2.0001; a += 1 / 4096) {
        // Around the drift under the control in the middle, 0.75.
        best = Math.min(best, (z[0] * (a - 0.75)) / 0.5 + x[0] ** 2 + 0.1 * x[1] ** 2 + a * a)
      }
      expect(Math.abs(driver(x, z) - best)).toBeLessThan(1e-6)
    }
  })

  it('finds what controls do along mixed noise', async () => {
    const page = defineControlProblem({
      ...mass(),
      controlDim: 2,
      noiseDim: 2,
      settings: { dim: 3, horizon: 1 },
      x0: 0,
      drift: '[x[2], a[1] + a[2], a[1] - a[2]]',
      diffusion: '[[0, 0], [1, 2], [3, 4]]',
      runningCost: 'dot(a, a)',
    })
    const driver = await driverOf(page)
    const z = Float64Array.of(0.3, -0.7)
    // θ = S⁻¹(a₁ + a₂, a₁ − a₂), S⁻¹ = [[−2, 1], [1.5, −0.5]]: z·θ = c·a, and the least of c·a + |a|² is −|c|²/4.
    const c = [-1 * z[0] + 1 * z[1], -3 * z[0] + 2 * z[1]]
    expect(driver(new Float64Array(3), z)).toBeCloseTo(-(c[0] ** 2 + c[1] ** 2) / 4, 10)
  })

  it.each([
    [{ drift: '[x[2] + a[1], a[1]]' }, /the control moves x\[1\] at once, where there is no noise/],
    [{ controlSet: { kind: 'simplex' } as const }, /the controls are a simplex; state minimiser/],
    [
      { controlSet: { kind: 'box', low: 0, high: 1 } as const, runningCost: '-a[1]^2' },
      /not seen to bend one way/,
    ],
    [{ diffusion: '[[0], [1 + x[1]^2]]' }, /the matrix of its noise depends on time or state/],
  ])('says why there is none: %j', async (change, message) => {
    await expect(compileBellman(defineControlProblem({ ...mass(), ...change }))).rejects.toThrow(message)
  })
})

describe('a gap', () => {
  const side = (value: number): Bound => ({ value, standardError: 0.01, limit: value, from: 'a test' })
  const bounds = (lower: number, upper: number) => ({
    lower: side(lower),
    upper: side(upper),
    curvature: null,
    equation: 'a test',
    relativeGap: (upper - lower) / (0.5 * (upper + lower)),
    missing: null,
    paths: 1,
    elapsedMs: 0,
  })

  it('is told where it is wide, and half of what the rule may cost more elsewhere', () => {
    const cost = { value: 1.015 } as never
    const { gap } = judgeGap(cost, bounds(1, 1.2), 1)
    expect(gap).toMatch(/not known beyond 18 %: no rule pays less than 1.0000/)
    expect(judgeGap(cost, bounds(1, 1.02), 1).gap).toBeNull()
    expect(judgeGap(cost, bounds(1, 1.02), 1).shortfall).toBeCloseTo(0.0075, 12)
  })
})
