/** Workers that fail: each ends the run with its cause named; nothing hangs and no thread is left behind. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { WorkerHungError } from '../../src/parallel/watchdog.ts'
import { WorkerLostError } from '../../workers/pool.ts'
import { solveWithFault } from './fault.ts'

/** Threads that this process still has. */
const threads = () =>
  process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length
const before = threads()

afterEach(() => expect.poll(threads, { timeout: 120_000 }).toBe(before))

/** Spoils Y in training; the estimate runs more rows at a time. */
const NOT_A_NUMBER = 'if (args[0] <= 16) args[5][args[6]] = NaN'

describe.each([1, 2])('with %d workers', (workers) => {
  it('names the error of one that throws', async () => {
    const run = solveWithFault({ code: `throw new TypeError('a broken formula')`, atCall: 40 }, { workers })
    await expect(run).rejects.toThrow('a broken formula')
  })

  it('says that one has ended', async () => {
    const run = solveWithFault({ code: 'process.exit(3)', atCall: 40 }, { workers })
    await expect(run).rejects.toThrow(WorkerLostError)
    await expect(run).rejects.toThrow(/a worker thread was lost: .*exited with code: 3/)
  })

  it('says that one hangs', async () => {
    const run = solveWithFault({ code: 'for (;;);', atCall: 40 }, { workers, watchdogMs: 400 })
    await expect(run).rejects.toThrow(WorkerHungError)
    await expect(run).rejects.toThrow(/\d of \d workers hung: .*stage 'train', progress \d+/)
  })

  it('goes back when one has left the numbers', async () => {
    const { status, rollbacks } = await solveWithFault({ code: NOT_A_NUMBER, atCall: 700 }, { workers })
    expect(status).toBe('converged')
    // Each thread counts its own calls.
    expect(rollbacks).toBeGreaterThanOrEqual(workers === 1 ? 1 : 0)
    expect(rollbacks).toBeLessThanOrEqual(workers)
  })
})

it('names the error of one that runs out of memory', { retry: 3 }, async () => {
  const program = fileURLToPath(new URL('out-of-memory.ts', import.meta.url))
  const loader = process.features.typescript ? [] : ['--import', 'tsx']
  const { stdout } = await promisify(execFile)(process.execPath, [...loader, program])
  expect(stdout).toMatch(/a worker thread was lost: .*memory/)
})

it('names an error in the estimate too', async () => {
  // Calls are counted anew in each stage; the estimate runs more rows at a time.
  const run = solveWithFault({ code: `if (args[0] > 16) throw new Error('late')`, atCall: 10 })
  await expect(run).rejects.toThrow('late')
})

it('ends a run whose listener throws', async () => {
  const onProgress = () => {
    throw new Error('the listener failed')
  }
  const run = solveWithFault({ code: '', atCall: 1 }, { onProgress })
  await expect(run).rejects.toThrow('the listener failed')
})
