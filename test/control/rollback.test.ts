/** A policy's training that leaves what it had: taken back to it, at a lower rate, by what the package exports. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Progress, resume, type Solution, type SolveOptions, solve } from '../../src/index.ts'
import { expectWithin } from '../support/statistics.ts'
import { bitsOf } from '../survive/kill.ts'

/** dx = (2x + a) dt + 0.3 dW, cost ∫x² + a²: with no control paths run away, and the best rule is nearly the start's. */
const unstable = {
  id: 'unstable',
  title: '',
  source: '',
  group: '',
  settings: { dim: 1, horizon: 3 },
  controlDim: 1,
  x0: 1,
  drift: '2 * x[1] + a[1]',
  diffusion: '0.3',
  runningCost: 'x[1]^2 + a[1]^2',
  terminalCost: '4 * x[1]^2',
}
const fast: SolveOptions = { steps: 16, iterations: 60, batchSize: 128, paths: 2048, learningRate: 3 }
const bits = (solution: Solution) => bitsOf(JSON.stringify(solution))

describe('a training that leaves its start', () => {
  it('is taken back, at a lower rate, as often as asked for', async () => {
    const [usual, calm, once, never] = await Promise.all([
      solve(unstable, { ...fast, learningRate: undefined }),
      solve(unstable, fast),
      solve(unstable, { ...fast, retries: 1 }),
      solve(unstable, { ...fast, retries: 0 }),
    ])
    expect([usual, calm, once, never].map(({ rollbacks }) => rollbacks)).toEqual([0, 2, 1, 0])
    expect(never.reason).toMatch(/^training ran away/)
    expect(calm.reason ?? '').not.toMatch(/ran away/)
    expectWithin(calm.value, usual.value, Math.hypot(calm.standardError, usual.standardError), 'as without')
    const worst = ({ history }: Solution) => Math.max(...history.estimate)
    expect(worst(calm)).toBeLessThan(2 * usual.value)
  })

  it('gives the same bits with any number of workers, and stopped and resumed', async () => {
    const long = { ...fast, iterations: 200 }
    const whole = await solve(unstable, { ...long, workers: 1 })
    const path = join(mkdtempSync(join(tmpdir(), 'deepbsde-rollback-')), 'run.ckpt')
    const controller = new AbortController()
    const onProgress = (event: Progress) =>
      event.stage === 'train' && event.iteration >= 100 && controller.abort()
    const { signal } = controller
    const stopped = await solve(unstable, { ...long, workers: 2, checkpoint: path, signal, onProgress })
    expect([stopped.status, stopped.rollbacks > 0]).toEqual(['stopped', true])
    const others = [await solve(unstable, { ...long, workers: 3 }), await resume(path, { workers: 2 })]
    expect(others.map(bits)).toEqual([bits(whole), bits(whole)])
  })
})

describe('a plant without noise', () => {
  /** dx = a dt, |a| ≤ 1, cost ∫(|a| + x²) + 5|x_T|, from 1: straight to 0, at a cost of 1 + 1/3. */
  it('keeps the units of its state where no path differs from another', async () => {
    const still = {
      ...unstable,
      settings: { dim: 1, horizon: 2 },
      drift: 'a[1]',
      diffusion: '0',
      controlSet: { kind: 'box' as const, low: '-1', high: '1' },
      runningCost: 'abs(a[1]) + x[1]^2',
      terminalCost: '5 * abs(x[1])',
    }
    const { rollbacks, reason, value, standardError } = await solve(still, {
      steps: 80,
      iterations: 100,
      batchSize: 64,
      paths: 512,
      workers: 1,
    })
    expect([rollbacks, reason ?? '']).toEqual([0, expect.not.stringMatching('ran away')])
    expectWithin(value, 4 / 3, standardError, 'cost')
    expect(value / (4 / 3) - 1).toBeLessThan(0.02)
  })
})
