import { describe, expect, it } from 'vitest'
import { estimateTime, memoryOf } from '../../src/entry/run-cost.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'

async function compiled(dim: number) {
  const page = await loadProblem('heat')
  return compileProblem(page, { ...page.settings, dim })
}

describe('the cost of a run', () => {
  it('grows with the dimension no faster than in proportion, as far as memory goes', async () => {
    const [half, whole] = [await compiled(4000), await compiled(8000)].map((problem) =>
      memoryOf(problem, null, {}, 2),
    )
    expect(whole / half).toBeLessThan(2.05)
    expect(whole).toBeLessThan(1.5 * 2 ** 30)
  })

  it('grows with workers, steps and batch', async () => {
    const problem = await compiled(50)
    const usual = memoryOf(problem, null, {}, 2)
    expect(memoryOf(problem, null, {}, 4)).toBeGreaterThan(usual)
    expect(memoryOf(problem, null, { steps: 100 }, 2)).toBeGreaterThan(2 * usual)
    expect(memoryOf(problem, null, { batchSize: 256 }, 2)).toBeGreaterThan(1.5 * usual)
  })

  it('is told in parts that sum up', async () => {
    const page = await loadProblem('heat')
    const settings = { ...page.settings, dim: 4 }
    const time = await estimateTime(page, settings, await compileProblem(page, settings))
    expect(time.total).toBeCloseTo(time.prepare + time.train + time.estimate)
    expect(time.iterations).toBe(1000)
    expect(time.paths).toBe(8192)
    for (const part of [time.prepare, time.train, time.estimate]) expect(part).toBeGreaterThan(0)
  })
})
