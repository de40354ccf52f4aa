/** Real workers that fail: the run ends with one clear error, and never hangs. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DivergenceError } from '../../src/errors/errors.ts'
import { ThreadSession } from '../../src/executor/thread-session.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { RunOptions } from '../../src/solution/solution.ts'

const SMALL: RunOptions = { steps: 4, batchSize: 64, iterations: 6, paths: 256 }
const WORKERS = [1, 3]

let problem: CompiledProblem

beforeAll(async () => {
  const page = await loadProblem('heat')
  problem = await compileProblem(page, { ...page.settings, dim: 3 })
})

/** The problem with generated code that does something else in its terminal condition, whatever the row. */
const sabotaged = (body: string): CompiledProblem => ({
  ...problem,
  functions: {
    ...problem.functions,
    terminalGradient: { ...problem.functions.terminalGradient, source: `return () => { ${body} }` },
  },
})

const sessions: ThreadSession[] = []
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()))
})

function openSession(workers: number, signal: AbortSignal | null = null): ThreadSession {
  const session = new ThreadSession({ workers, kernel: 'reference', memoryLimit: 2 ** 28, signal })
  sessions.push(session)
  return session
}

async function run(workers: number, compiled: CompiledProblem) {
  const method = await loadMethod('deep-bsde')
  return method.solve(openSession(workers), compiled, null, SMALL)
}

describe.each(WORKERS)('a run on %i workers', (workers) => {
  it('ends with the error of the worker that threw, its message and stack', async () => {
    const failure = run(workers, sabotaged(`throw new RangeError('out of order')`))
    await expect(failure).rejects.toThrow('out of order')
    await failure.catch((error: Error) => expect(error.stack).toContain('RangeError: out of order'))
  })

  it('ends with the loss of one worker that exits, while the others wait for it at a barrier', async () => {
    // Threads are numbered in order, so that exactly one of the pool's has a number that its size divides.
    const exit = `if (process.getBuiltinModule('node:worker_threads').threadId % ${workers} === 0) process.exit(3)`
    const compiled = sabotaged('')
    compiled.functions.terminalGradient.source = `${exit}; return () => {}`
    const failure = run(workers, compiled)
    await expect(failure).rejects.toMatchObject({ name: 'WorkerLostError' })
    await expect(failure).rejects.toThrow(/worker/)
  })

  it('carries a divergence across the pool, with its place', async () => {
    const infinite: CompiledProblem = {
      ...problem,
      functions: {
        ...problem.functions,
        terminal: {
          ...problem.functions.terminal,
          source:
            'return (count, t, x, xAt, xStride, out, at, stride) => { for (let r = 0; r < count; r++) out[at + r * stride] = Infinity }',
        },
      },
    }
    const failure = run(workers, infinite)
    await expect(failure).rejects.toBeInstanceOf(DivergenceError)
    await expect(failure).rejects.toMatchObject({ iteration: 0, step: 4, path: 0 })
  })

  it('reports its progress and ends after the iteration in which it is asked to', async () => {
    const stopping = new AbortController()
    const method = await loadMethod('deep-bsde')
    const session = openSession(workers, stopping.signal)
    const result = await method.solve(session, problem, null, {
      ...SMALL,
      schedule: 'constant',
      iterations: 1_000_000,
      onProgress: (progress) => {
        if (progress.stage === 'train') stopping.abort()
      },
    })
    expect(result.status).toBe('stopped')
    expect(result.iterations).toBeGreaterThan(0)
    expect(result.iterations).toBeLessThan(1_000_000)
    expect(result.history.loss).toHaveLength(result.iterations)
    expect(result.history.loss.every(Number.isFinite)).toBe(true)
  })
})
