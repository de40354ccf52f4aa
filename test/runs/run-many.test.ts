import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { keyOf, portablePage, type RunJob } from '../../src/runs/job.ts'
import { localExecutor, runsAtOnce } from '../../src/runs/local.ts'
import { type Outcome, outcomeOf, outcomeText } from '../../src/runs/outcome.ts'
import { type Executor, runMany, type Task } from '../../src/runs/run-many.ts'

const page = await loadProblem('heat')
const job: RunJob = { page, settings: { dim: 2 }, options: { iterations: 5, paths: 256, steps: 2 } }
const done = (message: string): Outcome => ({ kind: 'failed', message, elapsedMs: 0 })

interface Said {
  key: string
  said: string
}
const task = (key: string): Task<Said> => ({
  key,
  job,
  rowOf: (outcome) => ({ key, said: outcome.kind === 'failed' ? outcome.message : '' }),
})
const tasks = ['a', 'b', 'c', 'd', 'e'].map(task)

function executorOf(
  slots: number,
  run: (key: string, signal: AbortSignal) => Promise<Outcome | null>,
): Executor {
  return { slots, run: (key, _, { signal }) => run(key, signal!), close: async () => {} }
}

describe('runMany', () => {
  it('gives rows in the order of the runs, in whatever order they end, with so many at once', async () => {
    let running = 0
    let most = 0
    const executor = executorOf(3, async (key) => {
      most = Math.max(most, ++running)
      await wait(key === 'a' ? 30 : 2)
      running--
      return done(`did ${key}`)
    })
    const ended: number[] = []
    const rows = await runMany(tasks, executor, { onRow: (index) => ended.push(index) })
    expect(rows.map(({ said }) => said)).toEqual(tasks.map(({ key }) => `did ${key}`))
    expect(ended).not.toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(3)
  })

  it('ends where it is told to, with what is done', async () => {
    const stop = new AbortController()
    const executor = executorOf(1, async (key, signal) => (signal.aborted ? null : done(key)))
    const rows = await runMany(tasks, executor, {
      signal: stop.signal,
      onRow: (index) => index === 1 && stop.abort(),
    })
    expect(rows.map(({ key }) => key)).toEqual(['a', 'b'])
  })

  it('stops all runs where one throws, and throws that', async () => {
    const stopped: string[] = []
    const executor = executorOf(3, async (key, signal) => {
      if (key === 'b') throw new Error('lost')
      await wait(10)
      if (signal.aborted) stopped.push(key)
      return signal.aborted ? null : done(key)
    })
    await expect(runMany(tasks, executor, {})).rejects.toThrow('lost')
    expect(stopped).toEqual(['a', 'c'])
  })
})

describe('runs on this machine', () => {
  it('have the same bits side by side as one alone on several threads', async () => {
    const jobs = [1, 2, 3].map((seed) => ({ ...job, options: { ...job.options, seed } }))
    const own = jobs.map((one): Task<{ key: string; outcome: Outcome }> => {
      const key = keyOf(one)
      return { key, job: one, rowOf: (outcome) => ({ key, outcome }) }
    })
    const rows = await runMany(own, localExecutor(3, { workers: 2 }), {})
    for (const [k, { outcome }] of rows.entries()) {
      const alone = await solve(page, { ...job.options, settings: { dim: 2 }, seed: k + 1, workers: 2 })
      const { answer } = outcome as Extract<Outcome, { kind: 'answered' }>
      expect([answer.value, answer.standardError, answer.gradient]).toEqual([
        alone.value,
        alone.standardError,
        alone.gradient,
      ])
    }
  })

  it('that need more than their share of the memory wait for the whole', async () => {
    const large: RunJob = { page, settings: { dim: 100 }, options: { iterations: 2, paths: 128, steps: 4 } }
    const limits = { workers: 2, memoryLimit: 40 * 2 ** 20 }
    const executor = localExecutor(2, limits)
    const [first, second] = await Promise.all([1, 2].map((k) => executor.run(String(k), large, {})))
    expect([first?.kind, second?.kind]).toEqual(['answered', 'answered'])
    const none = await localExecutor(2, { workers: 2, memoryLimit: 2 ** 20 }).run('3', large, {})
    expect(none).toMatchObject({ kind: 'refused', isMemory: true })
  })

  it('are as many at once as threads, and no more than there are', () => {
    expect([runsAtOnce(1, 8), runsAtOnce(100, 2), runsAtOnce(3, 4), runsAtOnce(100, 64)]).toEqual([
      1, 2, 3, 16,
    ])
  })
})

describe('a run as text', () => {
  it('has a key of everything that its result depends on, and of nothing else', () => {
    const key = keyOf(job)
    expect(keyOf({ ...job, settings: { ...job.settings } })).toBe(key)
    expect(keyOf({ ...job, options: { ...job.options, samples: true } })).toBe(key)
    expect(keyOf({ ...job, settings: { dim: 3 } })).not.toBe(key)
    expect(keyOf({ ...job, options: { ...job.options, seed: 2 } })).not.toBe(key)
    expect(keyOf({ ...job, options: { ...job.options, kernel: 'reference' } })).not.toBe(key)
    expect(keyOf({ ...job, page: { ...page, driver: 'y' } })).not.toBe(key)
  })

  it('is a built-in page by its id, and any other as data without code', async () => {
    expect(await portablePage(page, {})).toEqual({ builtIn: 'heat' })
    const own = { ...page, reference: undefined }
    expect(await portablePage(own, {})).toEqual({ page: own })
    const coded = { ...page, reference: () => null }
    await expect(portablePage(coded, {})).rejects.toThrow(/its reference is a function, which cannot be sent/)
  })

  it('has outcomes that come back from JSON as they were', async () => {
    const outcome = await localExecutor(1, { workers: 1 }).run('k', job, {})
    const back = outcomeOf(JSON.parse(outcomeText(outcome!)))!
    const { history, samples, ...answer } = (outcome as Extract<Outcome, { kind: 'answered' }>).answer
    expect(back).toEqual({ kind: 'answered', answer: JSON.parse(JSON.stringify(answer)) })
    expect(outcomeOf({ kind: 'answered', answer: { value: null } })).toMatchObject({
      answer: { value: Number.NaN },
    })
    for (const none of [null, 1, {}, { kind: 'answered' }, { kind: 'failed' }])
      expect(outcomeOf(none)).toBeNull()
  })
})
