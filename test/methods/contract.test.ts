/** Every folder of src/methods by itself: adding a method adds its tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resume } from '../../src/entry/resume.ts'
import type { SolveOptions } from '../../src/entry/solve.ts'
import { solve } from '../../src/entry/solve.ts'
import { UserError } from '../../src/errors/errors.ts'
import { describeMethod, listMethods, loadMethod, loadStages } from '../../src/methods/catalog.ts'
import { subjectOf } from '../../src/methods/parts.ts'
import type { RunOptions, Solution } from '../../src/solution/solution.ts'

const folder = mkdtempSync(join(tmpdir(), 'methods-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ids = await listMethods()
const methods = await Promise.all(ids.map(loadMethod))

/** A page of each kind. */
const PROBLEMS = { equation: 'heat', control: 'lqr', stopping: 'max-call' } as const
/** Small; of it each method is given what it knows. */
const SMALL: RunOptions = {
  batchSize: 16,
  iterations: 4,
  hidden: [8, 8],
  paths: 256,
  repetitions: 4,
}

/** Where the page's own would be many. */
const STEPS: Record<string, RunOptions> = { 'deep-bsde': { steps: 4 }, policy: { steps: 4 } }

const small = (id: string, options: SolveOptions) => {
  const { options: known, ...about } = methods[ids.indexOf(id)]
  const own = Object.entries(SMALL).filter(([name]) => known.some((option) => option.name === name))
  return solve(PROBLEMS[subjectOf(about)], {
    ...Object.fromEntries(own),
    ...STEPS[id],
    method: id,
    settings: { dim: 2 },
    ...options,
  })
}

const bitsOf = ({ value, standardError, gradient, history, paths }: Solution) => ({
  value,
  standardError,
  gradient,
  loss: history.loss,
  paths,
})

describe('the methods', () => {
  it('are found by their folders', () => {
    expect(ids).toContain('deep-bsde')
    expect(ids).toEqual(ids.toSorted())
  })

  it.each(['deep-bsd', 'DEEP-BSDE'])('are named where %s is not one', async (id) => {
    await expect(loadMethod(id)).rejects.toThrow(UserError)
    await expect(loadMethod(id)).rejects.toThrow(
      /unknown method '.*'\. Did you mean 'deep-bsde'\? Methods: .*deep-bsde/,
    )
  })

  it.each(['', '../solve', '__proto__', 'deep-bsde.ts'])('load nothing for %j', async (id) => {
    await expect(loadMethod(id)).rejects.toThrow(/unknown method/)
  })
})

describe.each(ids)('%s', (id) => {
  const method = methods[ids.indexOf(id)]

  it('says what it is, and has its stages', async () => {
    expect(method.id).toBe(id)
    expect(method.id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(method.title).not.toBe('')
    expect(method.source).toMatch(/\d{4}/)
    expect(method).toMatchObject(await describeMethod(id))
    expect(method.solve).toBeTypeOf('function')
    const stages = Object.entries(await loadStages(id))
    expect(stages.length).toBeGreaterThan(0)
    for (const [name, stage] of stages) {
      expect(name).toMatch(/^[a-z]+$/)
      expect(stage).toBeTypeOf('function')
    }
  })

  it('refuses a choice that it does not know, and names who does', async () => {
    const foreign = method.options.some(({ name }) => name === 'levels') ? { hidden: [8] } : { levels: 4 }
    const attempt = small(id, { workers: 1, ...foreign })
    await expect(attempt).rejects.toThrow(UserError)
    await expect(attempt).rejects.toThrow(/knows no --(\w+), .* do(es)?\. Leave --\1 out\.$/)
  })

  it('gives the same bits on one worker and on three, and others for another seed', async () => {
    const [one, three, other] = [
      await small(id, { workers: 1 }),
      await small(id, { workers: 3 }),
      await small(id, { workers: 1, seed: 2 }),
    ]
    expect(bitsOf(three)).toEqual(bitsOf(one))
    expect(other.value).not.toBe(one.value)
    expect(one.method).toBe(id)
  })

  it('gives finite numbers in the form that others rely on', async () => {
    const solution = await small(id, { workers: 1 })
    const { value, standardError, interval, gradient, gridError, history, elapsedMs } = solution
    expect(value).toSatisfy(Number.isFinite)
    expect(standardError).toSatisfy(Number.isFinite)
    expect(standardError).toBeGreaterThanOrEqual(0)
    expect(interval[0]).toBeLessThanOrEqual(value)
    expect(interval[1]).toBeGreaterThanOrEqual(value)
    expect(gridError === null || Number.isFinite(gridError)).toBe(true)
    expect(gradient).toHaveLength(2)
    expect(gradient.every((each) => each === null || Number.isFinite(each))).toBe(true)
    // A method without a loss has none in its history.
    const columns = Object.values(history).filter((values) => values.length > 0)
    expect(new Set(columns.map(({ length }) => length)).size).toBeLessThanOrEqual(1)
    expect(columns.flat().every(Number.isFinite)).toBe(true)
    expect(Object.values(elapsedMs).every((each) => Number.isFinite(each) && each >= 0)).toBe(true)
    expect(['converged', 'imprecise', 'one-sided', 'unconverged', 'stopped']).toContain(solution.status)
    const { policy, rule, ...plain } = solution
    expect(structuredClone(plain)).toEqual(plain)
  })

  it('goes on from its checkpoint with the same bits, or refuses to keep one', async () => {
    const checkpoint = join(folder, `${id}.ckpt`)
    const stop = new AbortController()
    // Whether or not the run is over by then.
    const onProgress: SolveOptions['onProgress'] = ({ stage }) => stage !== 'prepare' && stop.abort()
    const stopped = small(id, { workers: 1, checkpoint, signal: stop.signal, onProgress })
    if (!method.canResume) return expect(stopped).rejects.toThrow(/keeps no checkpoints/)
    await stopped
    const [resumed, whole] = [await resume(checkpoint, { workers: 2 }), await small(id, { workers: 1 })]
    expect(bitsOf(resumed)).toEqual(bitsOf(whole))
  })

  it('refuses more memory than allowed before it works, with the figure', async () => {
    const attempt = small(id, { workers: 1, memoryLimit: 70_000 })
    await expect(attempt).rejects.toThrow(UserError)
    await expect(attempt).rejects.toThrow(/needs \d+ MB of memory, allowed are 1 MB\. Lower/)
  })
})
