/** Single steps against their formulas, and the bits that a cut of the batch must not change. */
import { describe, expect, it } from 'vitest'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { kernelNames } from '../support/workspace.ts'
import { blank, simulate } from './bench.ts'

/** One single-precision rounding of a state near `size`, and of each term of a step. */
const rounding = (size: number) => 8 * 2 ** -24 * size

const shapes: Record<string, ProblemDefinition> = {
  brownian: { ...blank, drift: '[1, 2, 3]' },
  geometric: { ...blank, x0: 1, drift: '0.1 * x', diffusion: '0.2 * x' },
  'ornstein-uhlenbeck': { ...blank, drift: '1 - x' },
  'correlated Brownian': { ...blank, correlation: 0.5 },
  splitting: { ...blank, drift: 'sin(x)', diffusion: 'sqrt(1 + t)' },
  'a root': { ...blank, x0: 1, drift: 't - x', diffusion: 'sqrt(1 + x^2)' },
  'a rate of time': { ...blank, drift: 't - x', diffusion: 'sqrt(1 + t)' },
  'dense euler': { ...blank, diffusion: '[[1, 0, x[1]], [0, 1, 0], [t, 0, 1]]' },
  linear: { ...blank, drift: '[x[2], -x[1], x[1] - 3 * x[3]]' },
  'linear, with one noise': {
    ...blank,
    drift: '[x[2], x[3] - x[2], 0]',
    diffusion: '[[0], [1], [2]]',
    noiseDim: 1,
  },
  'correlated roots': { ...blank, diffusion: 'sqrt(1 + x^2)', correlation: 0.25 },
}

describe('one step', () => {
  it('of Euler’s scheme is X + μ(t,X)Δt + σ(t,X)ΔW, at the left end of the step', async () => {
    const { x, w, dt, problem } = await simulate(
      { ...blank, x0: [1, 0, -1], drift: 'sin(x) + t', diffusion: '[1 + t, 2, x[1]]' },
      { paths: 50, scheme: 'euler' },
    )
    expect(problem.dynamics.kind).toBe('euler')
    for (let n = 0; n < 4; n++) {
      x[n].forEach((row, r) => {
        row.forEach((value, j) => {
          const sigma = [1 + n * dt, 2, row[0]][j]
          const expected = value + (Math.sin(value) + n * dt) * dt + sigma * w[n][r][j]
          expect(Math.abs(x[n + 1][r][j] - expected)).toBeLessThan(rounding(4 + Math.abs(expected)))
        })
      })
    }
  })

  it('of Milstein’s scheme adds ½σσ′(ΔW² − Δt), of the mixed noise where it is correlated', async () => {
    const page = { ...blank, x0: 1, drift: '0.5 * x', diffusion: 'sqrt(1 + x^2)', correlation: 0.5 }
    const { x, w, dt, problem } = await simulate(page, { paths: 50, scheme: 'milstein' })
    expect(problem.dynamics.kind).toBe('milstein')
    const mixing = problem.mixing!
    for (let n = 0; n < 4; n++) {
      x[n].forEach((row, r) => {
        row.forEach((value, i) => {
          const noise = w[n][r].reduce((sum, increment, k) => sum + mixing[i * 3 + k] * increment, 0)
          // σσ′ = x for σ = √(1 + x²)
          const bend = 0.5 * value * (noise ** 2 - dt)
          const expected = value * (1 + 0.5 * dt) + Math.sqrt(1 + value ** 2) * noise + bend
          expect(Math.abs(x[n + 1][r][i] - expected)).toBeLessThan(rounding(4 + Math.abs(expected)))
        })
      })
    }
  })

  it('of a linear law is ΦX + b + LΔW', async () => {
    const page = {
      ...blank,
      drift: '[1 - x[1] + 2 * x[2], -3 * x[2], 0]',
      diffusion: '[[0], [1], [2]]',
      noiseDim: 1,
    }
    const { x, w, dt } = await simulate(page, { paths: 20 })
    const [a, b] = [Math.exp(-dt), Math.exp(-3 * dt)]
    const spread = [(1 - a - (1 - b) / 3) / dt, (1 - b) / (3 * dt), 2]
    for (let n = 0; n < 4; n++) {
      x[n].forEach((row, r) => {
        const mean = [a * row[0] + (a - b) * row[1] + 1 - a, b * row[1], row[2]]
        mean.forEach((value, i) => {
          const expected = value + spread[i] * w[n][r][0]
          expect(Math.abs(x[n + 1][r][i] - expected)).toBeLessThan(rounding(4 + Math.abs(expected)))
        })
      })
    }
  })

  it('of correlated noise moves X by L·ΔW, with LLᵀ = ρ', async () => {
    const { x, w, problem } = await simulate({ ...blank, correlation: 0.5 }, { paths: 50 })
    const mixing = problem.mixing!
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const product = [0, 1, 2].reduce((sum, k) => sum + mixing[i * 3 + k] * mixing[j * 3 + k], 0)
        expect(product).toBeCloseTo(i === j ? 1 : 0.5, 12)
      }
    }
    x[0].forEach((row, r) => {
      row.forEach((value, i) => {
        const moved = value + w[0][r].reduce((sum, increment, k) => sum + mixing[i * 3 + k] * increment, 0)
        expect(Math.abs(x[1][r][i] - moved)).toBeLessThan(rounding(4))
      })
    })
  })
})

describe.each(kernelNames)('paths on %s', (kernel) => {
  it.each(Object.entries(shapes))('have the same bits however a batch is cut: %s', async (name, page) => {
    const scheme = name.endsWith('euler') ? 'euler' : 'exact'
    const whole = await simulate(page, { paths: 37, block: 64, kernel, scheme })
    for (const block of [1, 16]) {
      const cut = await simulate(page, { paths: 37, block, kernel, scheme })
      expect(cut.x).toEqual(whole.x)
      expect(cut.w).toEqual(whole.w)
    }
  })

  it('differ with the seed, in every path and at every step', async () => {
    const [one, same, other] = await Promise.all(
      [1, 1, 2].map((seed) => simulate(blank, { paths: 8, seed, kernel })),
    )
    expect(same.w).toEqual(one.w)
    const all = [one, other].flatMap(({ w }) => w.flat(2))
    expect(new Set(all).size).toBe(all.length)
  })
})
