import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { evaluationsOf } from '../../src/methods/multilevel-picard/plan.ts'
import type { SettingValue } from '../../src/problem/definition.ts'

const run = (problem: string, settings: Record<string, SettingValue>, options: SolveOptions = {}) =>
  solve(problem, { method: 'multilevel-picard', settings, workers: 1, levels: 3, seed: 11, ...options })

/** Against the reference in standard errors, in which what the iterations leave and the steps of X are. */
describe.each([
  ['driver of y', 'heat-reaction', { dim: 10 }],
  ['driver of y, d = 100', 'allen-cahn', { dim: 100 }],
  ['driver of z', 'hjb-lq', { dim: 100 }],
  ['driver of y and z', 'burgers-type', { dim: 20, horizon: 0.2 }],
  ['geometric, kink in z', 'black-scholes-different-rates', { dim: 100 }],
  ['Ornstein–Uhlenbeck', 'vasicek-bond', {}],
])('%s: %s', (_, problem, settings) => {
  it('meets the reference within its errors', async () => {
    const { value, standardError, status, reference } = await run(problem, settings)
    const own = 4 * Math.hypot(standardError, reference!.standardError ?? 0)
    expect(status).not.toBe('unconverged')
    expect(Math.abs(value - reference!.value)).toBeLessThan(own)
  })
})

describe('multilevel-picard', () => {
  it('gives the same bits for 1, 2 and 3 workers', async () => {
    const results = await Promise.all(
      [1, 2, 3].map((workers) => run('hjb-lq', { dim: 7 }, { workers, repetitions: 4 })),
    )
    for (const { value, standardError, gradient } of results) {
      expect([value, standardError, ...gradient]).toEqual([
        results[0].value,
        results[0].standardError,
        ...results[0].gradient,
      ])
    }
  })

  it('finds the gradient of a nonlinear equation with and without z in the driver', async () => {
    // u = 1 − 1/(1 + exp(t + Σx/d)): ∇u(0, 0) = 1/(4d).
    const { gradient } = await run('burgers-type', { dim: 10, horizon: 0.2 }, { repetitions: 128 })
    const mean = gradient.reduce<number>((sum, component) => sum + component!, 0) / 10
    expect(Math.abs(mean - 0.025)).toBeLessThan(0.004)
  })

  it('counts the driver evaluations that the recursion says', async () => {
    const { cost } = await run('allen-cahn', { dim: 5 }, { repetitions: 4 })
    expect(cost).toMatchObject({ driver: 4 * evaluationsOf(3, 3), nominal: 4 * evaluationsOf(3, 3) })
  })

  it('is stopped between repetitions, and goes on with the same bits', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'picard-'))
    const checkpoint = join(folder, 'run.ckpt')
    const options = {
      method: 'multilevel-picard',
      settings: { dim: 10 },
      workers: 1,
      levels: 3,
      repetitions: 400,
    }
    const stop = new AbortController()
    const onProgress: SolveOptions['onProgress'] = (event) => {
      if (event.stage === 'estimate' && event.paths > 0) stop.abort()
    }
    const stopped = await solve('allen-cahn', { ...options, checkpoint, signal: stop.signal, onProgress })
    expect(stopped.status).toBe('stopped')
    expect(stopped.paths).toBeLessThan(400)
    const [resumed, whole] = [await resume(checkpoint, { workers: 2 }), await solve('allen-cahn', options)]
    expect(resumed).toMatchObject({
      value: whole.value,
      standardError: whole.standardError,
      cost: whole.cost,
    })
    rmSync(folder, { recursive: true })
  })

  it('refuses a driver with z where X has no exact law', async () => {
    const page = {
      id: 'own',
      title: 'own',
      source: 'test',
      group: 'test',
      settings: { dim: 2, horizon: 1 },
      x0: 0,
      drift: 'sin(x)',
      diffusion: '1',
      driver: 'sum(z)',
      terminal: 'sum(x)',
    }
    await expect(solve(page, { method: 'multilevel-picard', workers: 1 })).rejects.toThrow(/exact law/)
  })

  it('takes Euler steps where X has no exact law and the driver has no z', async () => {
    const { value, standardError, errors, gridError, reference, gradient } = await run(
      'heston',
      {},
      { repetitions: 64 },
    )
    expect(Math.abs(value - reference!.value)).toBeLessThan(4 * standardError)
    expect(gridError).not.toBe(0)
    expect(errors!.grid).toBeGreaterThan(0.1 * errors!.statistical)
    expect(gradient).toEqual(gradient.map(() => null))
  })

  it('disagrees with deep BSDE about another equation, and agrees about the same', async () => {
    const { compareOpinions } = await import('../../src/entry/second-opinion.ts')
    const right = await solve('allen-cahn', {
      settings: { dim: 10 },
      iterations: 30,
      paths: 2047,
      workers: 1,
      secondOpinion: true,
    })
    expect(right.secondOpinion).toMatchObject({ method: 'multilevel-picard', agrees: true })
    expect(Math.abs(right.secondOpinion!.difference)).toBeLessThan(right.secondOpinion!.allowance)
    const wrong = await run('heat-reaction', { dim: 10 })
    expect(compareOpinions(right, wrong, 'multilevel-picard', 0).agrees).toBe(false)
  })
})
