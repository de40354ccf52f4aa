/** Threads that go from run to run: the same bits, and none that a run has broken or filled. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ThreadSession } from '../../src/executor/thread-session.ts'
import { Threads } from '../../src/executor/threads.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import { DEFAULT_HEAP_MB, type WorkerPool } from '../../workers/pool.ts'
import { byDay } from '../support/night.ts'

const MB = 2 ** 20
const LIMIT = 2 ** 40
const SMALL = { steps: 4, batchSize: 64, iterations: 6, paths: 256 }

let problem: CompiledProblem
let another: CompiledProblem
let threads = new Threads()

beforeAll(async () => {
  const page = await loadProblem('hjb-lq')
  problem = await compileProblem(page, { ...page.settings, dim: 3 })
  const heat = await loadProblem('heat')
  another = await compileProblem(heat, { ...heat.settings, dim: 2 })
})

afterEach(async () => {
  await threads.close()
  threads = new Threads()
})

async function run(compiled: CompiledProblem, kept?: Threads, workers = 1) {
  const method = await loadMethod('deep-bsde')
  const session = new ThreadSession({
    workers,
    kernel: 'reference',
    memoryLimit: 2 ** 28,
    signal: null,
    threads: kept,
  })
  try {
    const { value, standardError, gradient, history } = await method.solve(session, compiled, null, SMALL)
    return { value, standardError, gradient, loss: history.loss }
  } finally {
    await session.close()
  }
}

/** With other code in its terminal condition. */
const sabotaged = (source: string): CompiledProblem => ({
  ...problem,
  functions: { ...problem.functions, terminalGradient: { ...problem.functions.terminalGradient, source } },
})

/** Those that the next run would get: new ones where none were kept. */
async function next(workers: number): Promise<WorkerPool> {
  const pool = threads.take(workers, DEFAULT_HEAP_MB)
  await threads.give(pool, 0, LIMIT)
  return pool
}

describe.each(byDay(1, [2, 1]))('%i threads that are kept', (workers) => {
  it('give the bits of new ones, again and again, also after another problem and a run that failed', async () => {
    const alone = await run(problem, undefined, workers)
    await run(another, threads, workers)
    const pool = await next(workers)
    expect(await run(problem, threads, workers)).toEqual(alone)
    await expect(run(sabotaged(`throw new Error('no')`), threads, workers)).rejects.toThrow('no')
    expect(await run(problem, threads, workers)).toEqual(alone)
    expect(await next(workers)).toBe(pool)
  })

  it('are not those that a thread was lost of', async () => {
    await run(problem, threads, workers)
    const pool = await next(workers)
    const exit = `process.exit(3)`
    await expect(run(sabotaged(exit), threads, workers)).rejects.toMatchObject({ name: 'WorkerLostError' })
    expect(await next(workers)).not.toBe(pool)
    expect(await run(problem, threads, workers)).toEqual(await run(problem, undefined, workers))
  })
})

describe('threads are ended', () => {
  it.each([
    ['an eighth of what a run may take', 800 * MB, 30 * MB],
    ['256 MB', LIMIT, 80 * MB],
  ])('where the runs before have left more memory than %s', async (_, limit, bytes) => {
    const pool = await next(1)
    for (let runs = 0; runs < 3; runs++) {
      await threads.give(threads.take(1, DEFAULT_HEAP_MB), bytes, limit)
      expect(await next(1)).toBe(pool)
    }
    await threads.give(threads.take(1, DEFAULT_HEAP_MB), bytes, limit)
    expect(await next(1)).not.toBe(pool)
  })

  it('where another number or another heap of them is asked for, and when nobody wants any', async () => {
    const pool = await next(1)
    const others = [threads.take(2, DEFAULT_HEAP_MB), threads.take(1, 64)]
    expect(others).not.toContain(pool)
    await Promise.all(others.map((other) => threads.give(other, 0, LIMIT)))
    await threads.close()
    const last = threads.take(1, DEFAULT_HEAP_MB)
    expect(last).not.toBe(pool)
    await threads.give(last, 0, LIMIT)
  })
})
