/** A policy's training that was stopped and resumed ends with the bits of one that was not; all by what the package exports. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  loadPage,
  loadPolicy,
  type Progress,
  resume,
  type Solution,
  type SolveOptions,
  solve,
} from '../../src/index.ts'
import { bitsOf } from '../survive/kill.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-control-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bits = (solution: Solution) => bitsOf(JSON.stringify(solution))

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

describe('a run that is stopped and resumed', () => {
  it.each<[string, string, SolveOptions]>([
    ['with a start', 'lqr', { settings: { dim: 2 }, iterations: 100, batchSize: 512, paths: 512 }],
    [
      'with one network and less noise in its gradient',
      'merton-power',
      { iterations: 100, batchSize: 512, paths: 512 },
    ],
    ['in discrete time', 'optimal-execution', { iterations: 150, batchSize: 512, paths: 512 }],
  ])('in training %s', async (_, problem, options) => {
    const whole = await solve(problem, { ...options, workers: 1 })
    const isThere = (event: Progress) => event.stage === 'train' && event.iteration >= 5
    const { stopped, resumed } = await stopAndResume(problem, options, isThere)
    expect(stopped.status).toBe('stopped')
    expect(stopped.iterations).toBeLessThan(whole.iterations)
    expect(stopped.value).toBeGreaterThan(Number.NEGATIVE_INFINITY)
    expect(bits(resumed)).toBe(bits(whole))
  })

  it('in the estimate', async () => {
    const options = { settings: { dim: 2 }, iterations: 30, batchSize: 64, paths: 200_000 }
    const whole = await solve('lqr', { ...options, workers: 1 })
    const isThere = (event: Progress) => event.stage === 'estimate' && event.paths > 0
    const { stopped, resumed } = await stopAndResume('lqr', options, isThere)
    expect(stopped.paths).toBeLessThan(whole.paths)
    expect(bits(resumed)).toBe(bits(whole))
  })
})

const PAGE = `
settings: { dim: 1, horizon: 1, noise: 0.3 }
x0: 1
controlDim: 1
drift: a
diffusion: noise
runningCost: x[1]^2 + a[1]^2
terminalCost: x[1]^2
`

describe('the package', () => {
  const SMALL = { iterations: 40, batchSize: 32, paths: 1024, workers: 1 }

  it('reads a page of one’s own, saves its policy, and runs it again', async () => {
    const path = join(folder, 'plant.yaml')
    writeFileSync(path, PAGE)
    const saved = join(folder, 'plant.dbsde')
    const { policy } = await solve(await loadPage(path), { ...SMALL, save: saved })
    const again = await loadPolicy(saved)
    expect(again.control(0.3, [0.7])).toEqual(policy!.control(0.3, [0.7]))
    expect(again.simulate(5, 3).cost).toEqual(policy!.simulate(5, 3).cost)
  })

  it('keeps its policy from a resumed run too', async () => {
    const [checkpoint, saved] = [join(folder, 'small.ckpt'), join(folder, 'small.dbsde')]
    const { policy } = await solve('lqr', { ...SMALL, settings: { dim: 1 }, checkpoint })
    await resume(checkpoint, { save: saved })
    expect((await loadPolicy(saved)).control(0, [1])).toEqual(policy!.control(0, [1]))
  })

  it('refuses a file that it cannot write before any work', async () => {
    const save = join(folder, 'nowhere', 'policy.dbsde')
    await expect(solve('lqr', { save })).rejects.toThrow(/^save: /)
  })

  it('asks the Bellman equation for a second opinion, where there is one', async () => {
    const settings = { dim: 1 }
    const { secondOpinion } = await solve('lqr', { ...SMALL, iterations: 60, settings, secondOpinion: true })
    expect(secondOpinion?.method).toBe('deep-bsde')
    expect(Math.abs(secondOpinion!.difference)).toBeLessThan(0.02 * secondOpinion!.value)
    await expect(solve('merton-power', { ...SMALL, secondOpinion: true })).rejects.toThrow(/Bellman/)
  })
})
