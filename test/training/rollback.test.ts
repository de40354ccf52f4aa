/** Numbers that go wrong: caught at the iteration, named, and where the training did it, tried again at a lower rate. */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { DivergenceError } from '../../src/errors/errors.ts'
import type { Progress } from '../../src/solution/solution.ts'
import { parseEquation } from '../support/pages.ts'

const SMALL = { steps: 10, iterations: 120, paths: 512, schedule: 'cosine' as const }
const page = (changes: object) =>
  parseEquation(
    JSON.stringify({
      settings: { dim: 2, horizon: 1 },
      x0: 0.5,
      drift: '0',
      diffusion: '1',
      driver: '0',
      terminal: 'x[1]',
      ...changes,
    }),
    'json',
  )

async function divergence(changes: object, options: SolveOptions = {}): Promise<DivergenceError> {
  const error = await solve(await page(changes), { ...SMALL, ...options }).catch((reason) => reason)
  expect(error).toBeInstanceOf(DivergenceError)
  return error
}

describe('a formula outside its domain is named, with where', () => {
  it('the terminal condition', async () => {
    const error = await divergence({ terminal: 'log(x[1])' })
    expect(error).toMatchObject({ iteration: 0, step: 10 })
    expect(error.message).toMatch(/^the terminal condition g\(X_T\) is not finite/)
  })

  it('the state', async () => {
    const error = await divergence({ drift: '100 * x^3' })
    expect(error.message).toBe('the state X stopped being finite')
    expect(error.advice).toMatch(/more --steps/)
    expect(error.step).toBeGreaterThan(0)
    expect(error.path).not.toBeNull()
  })

  it('the driver', async () => {
    const error = await divergence({ driver: 'sqrt(y)' })
    expect(error.message).toBe('the driver f(t, x, y, z) is not finite')
    expect(error.advice).toMatch(/outside its domain \(log, sqrt/)
  })
})

/** A driver that blows up where the networks are thrown about. */
const STEEP = { driver: '-exp(dot(z, z) / 20)', terminal: 'sin(x[1])' }

describe('a rate that is too high', () => {
  const runs = { learningRate: 1e3, ...SMALL }

  it('is lowered as often as allowed, and the run says so', async () => {
    const error = await divergence(STEEP, { ...runs, retries: 2 })
    expect(error.message).toMatch(/after 2 rollbacks to a lower rate/)
    expect(error.advice).toMatch(/learning-rate/)
  })

  it('ends the run at once where no retries are allowed', async () => {
    const error = await divergence(STEEP, { ...runs, retries: 0 })
    expect(error.message).not.toMatch(/rollback/)
  })

  it('is mended by enough rollbacks, with the same bits for any number of workers', async () => {
    const definition = await page(STEEP)
    const [one, two] = await Promise.all(
      [1, 2].map((workers) => solve(definition, { ...runs, retries: 30, workers })),
    )
    expect(one.rollbacks).toBeGreaterThan(0)
    expect(two.rollbacks).toBe(one.rollbacks)
    expect(two.value).toBe(one.value)
    expect(two.history.loss).toEqual(one.history.loss)
    const path = join(mkdtempSync(join(tmpdir(), 'deepbsde-rollback-')), 'run.ckpt')
    const controller = new AbortController()
    const onProgress = (event: Progress) =>
      event.stage === 'train' && event.iteration > 40 && controller.abort()
    await solve(definition, { ...runs, retries: 30, checkpoint: path, signal: controller.signal, onProgress })
    const resumed = await resume(path, { workers: 2 })
    expect(resumed.rollbacks).toBe(one.rollbacks)
    expect(resumed.value).toBe(one.value)
    const calm = await solve(definition, { ...SMALL, learningRate: 1e-3 })
    expect(Math.abs(one.value - calm.value)).toBeLessThan(
      4 * Math.hypot(one.standardError, calm.standardError),
    )
  })
})
