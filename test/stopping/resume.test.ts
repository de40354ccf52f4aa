/** A run of optimal stopping that was stopped and resumed ends with the bits of one that was not, on any number of workers. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import type { Progress, Solution } from '../../src/solution/solution.ts'
import { bitsOf } from '../survive/kill.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-stopping-'))
afterAll(() => rmSync(folder, { recursive: true }))
/** Large batches, so that a run is still going when it is stopped. */
const CALL = { settings: { dim: 2 }, batchSize: 1024, paths: 16_384 }
const SALE = { batchSize: 256, paths: 512 }
const wholes = new Map<string, Promise<Solution>>()

const whole = (problem: string, options: SolveOptions) => {
  const found = wholes.get(problem) ?? solve(problem, { ...options, workers: 1 })
  wholes.set(problem, found)
  return found
}

it.each<[string, string, SolveOptions, (event: Progress) => boolean]>([
  ['in the fit', 'max-call', CALL, (event) => event.stage === 'fit' && event.dates >= 3],
  ['in the estimate', 'max-call', CALL, (event) => event.stage === 'estimate' && event.paths > 0],
  ['before anything', 'max-call', CALL, () => true],
  ['in the second of two grids', 'house-sale', SALE, (event) => event.stage === 'fit' && event.dates >= 70],
])('%s', async (_, problem, options, isThere) => {
  const path = join(folder, 'run.ckpt')
  rmSync(path, { force: true })
  const controller = new AbortController()
  const { signal } = controller
  const onProgress = (event: Progress) => isThere(event) && controller.abort()
  const stopped = await solve(problem, { ...options, workers: 2, checkpoint: path, signal, onProgress })
  expect(stopped.status).toBe('stopped')
  expect(stopped.interval.every(Number.isFinite)).toBe(true)
  const resumed = await resume(path, { workers: 1 })
  const expected = await whole(problem, options)
  expect(bitsOf(JSON.stringify(resumed))).toBe(bitsOf(JSON.stringify(expected)))
  expect(resumed.rule!.simulate(100).worth).toEqual(expected.rule!.simulate(100).worth)
})
