/** A run that was stopped and resumed ends with the bits of one that was not. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readCheckpoint } from '../../src/checkpoint/checkpoints.ts'
import { resume } from '../../src/entry/resume.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import type { Progress, Solution } from '../../src/solution/solution.ts'
import { bitsOf } from './kill.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-resume-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bits = (solution: Solution) => bitsOf(JSON.stringify(solution))
/** Large batches, so that a run is still going when it is stopped. */
const SMALL = { settings: { dim: 5 }, steps: 6, iterations: 80, batchSize: 1024, paths: 512 }

/** Solves with a stop where `isThere`, then resumes; all with other numbers of workers. */
async function stopAndResume(problem: string, options: SolveOptions, isThere: (event: Progress) => boolean) {
  const path = join(folder, `${problem}.ckpt`)
  rmSync(path, { force: true })
  const controller = new AbortController()
  const onProgress = (event: Progress) => isThere(event) && controller.abort()
  const { signal } = controller
  const stopped = await solve(problem, { ...options, workers: 2, checkpoint: path, signal, onProgress })
  const resumed = await resume(path, { workers: 1 })
  return { stopped, resumed }
}

const training = (iteration: number) => (event: Progress) =>
  event.stage === 'train' && event.iteration >= iteration

it.each<[string, string, SolveOptions, number?]>([
  ['as usual', 'allen-cahn', SMALL],
  ['on a plateau', 'hjb-lq', { ...SMALL, iterations: 150 }],
  ['on its last descent', 'heat', { ...SMALL, iterations: 120, batchSize: 2048 }, 90],
  ['with paths drawn by a policy that depends on y', 'burgers-type', SMALL],
  ['with batch normalisation', 'allen-cahn', { ...SMALL, batchNorm: true, schedule: 'cosine' }],
  ['over a region', 'quadratic-hjb', { ...SMALL, region: 'normal:0,1' }],
  ['with frozen features', 'heat', { ...SMALL, family: 'random-features' }],
  [
    'as published, Y₀ trained',
    'hjb-lq',
    { settings: { dim: 5 }, preset: 'published', steps: 5, iterations: 100, batchSize: 1024, paths: 512 },
  ],
])('in training %s', async (_, problem, options, iteration = 5) => {
  const whole = await solve(problem, { ...options, workers: 1 })
  const { stopped, resumed } = await stopAndResume(problem, options, training(iteration))
  expect(stopped.status).toBe('stopped')
  expect(stopped.iterations).toBeLessThan(whole.iterations)
  expect(stopped.standardError).toBeGreaterThan(0)
  expect(stopped.interval.every(Number.isFinite)).toBe(true)
  expect(bits(resumed)).toBe(bits(whole))
})

it('in the estimate', async () => {
  const options = { ...SMALL, iterations: 20, paths: 120_000 }
  const whole = await solve('allen-cahn', { ...options, workers: 1 })
  const { stopped, resumed } = await stopAndResume(
    'allen-cahn',
    options,
    (event) => event.stage === 'estimate' && event.paths > 0,
  )
  expect(stopped.paths).toBeGreaterThan(0)
  expect(stopped.paths).toBeLessThan(whole.paths)
  expect(bits(resumed)).toBe(bits(whole))
})

it('before the first iteration', async () => {
  const whole = await solve('heat', { ...SMALL, workers: 1 })
  const { stopped, resumed } = await stopAndResume('heat', SMALL, () => true)
  expect(stopped.iterations).toBe(0)
  expect(bits(resumed)).toBe(bits(whole))
})

it('from a checkpoint written while the run went on', async () => {
  const path = join(folder, 'going.ckpt')
  const options = { ...SMALL, iterations: 400, schedule: 'cosine' as const }
  const seen = new Set<number>()
  const onProgress = async () => {
    if (!existsSync(path)) return
    const { arrays } = await readCheckpoint(path)
    seen.add(arrays.length === 0 ? 0 : arrays.reduce((sum, byte) => (sum + byte) % 65_521))
  }
  const whole = await solve('heat', { ...options, workers: 1 })
  const kept = await solve('heat', { ...options, checkpoint: path, checkpointEveryMs: 1, onProgress })
  expect(bits(kept)).toBe(bits(whole))
  // Several different states were on the disk while it ran.
  expect(seen.size).toBeGreaterThan(1)
  expect(bits(await resume(path))).toBe(bits(whole))
})
