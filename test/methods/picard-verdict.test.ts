/** Multilevel Picard knows what it leaves undone, and says when it is not to be relied on. */
import { describe, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { judgePicard, leftByIteration } from '../../src/methods/multilevel-picard/verdict.ts'
import { defineProblem } from '../../src/problem/definition.ts'
import { brownianPage } from '../support/brownian-page.ts'

const clear = (mean: number) => ({ mean, standardError: 0.001 * Math.abs(mean) })

describe('what the iterations leave', () => {
  /** D₀ … D₉ of u' = −λu: (−λ)ˡ/l!, whose sum from n on is left. */
  const moves = (lambda: number) => {
    const all = [1]
    for (let l = 1; l < 40; l++) all.push((-lambda * all[l - 1]) / l)
    return all
  }

  it.each([0.3, 1, 2, 3])('is no more than is said, Lipschitz constant and horizon %d', (lambda) => {
    const all = moves(lambda)
    for (let n = 3; n <= 8; n++) {
      const left = Math.abs(all.slice(n).reduce((sum, move) => sum + move, 0))
      expect(leftByIteration(all.slice(0, n).map(clear))).toBeGreaterThan(left)
    }
  })

  it('is large where the moves do not fall', () => {
    expect(leftByIteration([1, 2, 4].map(clear))).toBeGreaterThan(8 * 4)
    expect(leftByIteration([clear(0.2)])).toBe(0.2)
  })

  it('is about the noise where that hides the moves', () => {
    const noise = { mean: 0.001, standardError: 0.01 }
    const left = leftByIteration([clear(1), noise, noise, noise])
    expect(left).toBeGreaterThan(0.005)
    expect(left).toBeLessThan(0.02)
    expect(leftByIteration([0, 0, 0].map(clear))).toBe(0)
  })
})

describe('the verdict', () => {
  const values = Float64Array.from({ length: 32 }, (_, k) => 1 + 0.01 * Math.sin(k + 1))
  const errors = { statistical: 0.001, grid: 0, remainder: 0 }
  const moves = [1, 0.1, 0.01].map(clear)

  it('is earned', () => {
    expect(judgePicard(values, 1, errors, moves, 0)).toEqual({ status: 'converged', reason: null })
    expect(judgePicard(values, 1, errors, [clear(1)], 0).reason).toMatch(/take more --levels/)
    expect(judgePicard(values, Number.NaN, errors, moves, 0).status).toBe('unconverged')
    expect(judgePicard(values, 1, { ...errors, remainder: 0.2 }, moves, 0).reason).toMatch(/have not settled/)
    expect(judgePicard(values, 1, { ...errors, grid: 0.2 }, moves, 0).reason).toMatch(/take more --steps/)
    const wild = values.map((value, k) => (k === 3 ? 4 : value))
    expect(judgePicard(wild, 1, errors, moves, 0).reason).toMatch(/one of 32 repetitions has 97 % of/)
    const nothing = judgePicard(new Float64Array(32), 0, { ...errors, statistical: 0 }, [0, 0].map(clear), 1)
    expect(nothing.reason).toMatch(/exactly 0/)
  })

  it('names an error that is large, and its part', () => {
    const verdict = judgePicard(values, 1, { statistical: 0.02, grid: 0.01, remainder: 0 }, moves, 0)
    expect(verdict).toEqual({
      status: 'imprecise',
      reason: 'the standard error is 0.022 of 1.0, where 0.010 is usual; take more --repetitions',
    })
  })
})

describe('a run', () => {
  const run = (page: string | ReturnType<typeof defineProblem>, options: SolveOptions = {}) =>
    solve(page, { method: 'multilevel-picard', workers: 1, levels: 3, repetitions: 16, ...options })
  const page = (change: object) =>
    defineProblem({
      id: 'own',
      title: 'own',
      source: 'none',
      group: 'Test',
      settings: { dim: 1, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '0',
      terminal: 'x[1]',
      ...change,
    } as never)

  it.each([
    ['a damping that the iterations do not reach', { driver: '-6 * y', terminal: '1' }],
    ['a growth likewise', { driver: '4 * y', terminal: '1' }],
    ['a square of z', { driver: '3 * dot(z, z)', terminal: 'if(x[1] > 0, 1, 0)' }],
    ['a terminal condition out of reach', { terminal: 'if(x[1] > 9, 1, 0)' }],
  ])('is not relied on for %s', async (_, change) => {
    expect((await run(page(change))).status).toBe('unconverged')
  })

  it('has the Z of a terminal condition that jumps', async () => {
    // f = ½z adds the drift ½ to X: P(W + ½ > 0) = Φ(½).
    const { value, standardError, status } = await run(
      page({ driver: '0.5 * sum(z)', terminal: 'if(x[1] > 0, 1, 0)' }),
      { repetitions: 128 },
    )
    expect(Math.abs(value - 0.6914624612740131)).toBeLessThan(4 * standardError)
    expect(standardError).toBeLessThan(0.05)
    expect(status).not.toBe('unconverged')
  })

  it.each([
    ['Euler steps', { drift: '-2 * sin(x)', diffusion: '0.6', x0: 1, terminal: 'x[1]^2' }],
    ['Euler steps and a source', { drift: 'cos(x)', driver: 'x[1]^2 - y', diffusion: '0.5 + 0.3 * sin(x)' }],
  ])('has the error of %s in its own', async (_, change) => {
    const coarse = await run(page(change), { steps: 4, repetitions: 64 })
    const fine = await run(page(change), { steps: 64, repetitions: 64, seed: 2 })
    const error = Math.hypot(coarse.standardError, fine.standardError)
    expect(coarse.errors!.grid).toBeGreaterThan(fine.errors!.grid)
    expect(Math.abs(coarse.value - fine.value)).toBeLessThan(4 * error)
  })
})

it('of few repetitions the error is as wide as Student’s law has it', async () => {
  const page = brownianPage({
    settings: { dim: 1, horizon: 0.1 },
    terminal: '2 + sin(3 * x[1])',
    driver: '-y / 1000',
  })
  const seeds = Array.from({ length: 40 }, (_, k) => k + 1)
  const options = { method: 'multilevel-picard', workers: 1, levels: 2, base: 4, repetitions: 2 }
  const scores = await Promise.all(
    seeds.map(async (seed) => {
      const { value, errors } = await solve(page, { ...options, seed })
      return Math.abs(value - 2 * Math.exp(-1e-4)) / errors!.statistical
    }),
  )
  // By two numbers' own deviation three of ten would lie beyond two of it.
  expect(scores.filter((score) => score > 1.96).length).toBeLessThanOrEqual(4)
})
