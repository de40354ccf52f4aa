/** What a run takes where there are many dimensions. */
import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../../src/methods/deep-bsde/defaults.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { Published } from '../../src/problem/definition.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { RunOptions } from '../../src/solution/solution.ts'

async function optionsAt(dim: number, options: RunOptions = {}) {
  const page = await loadProblem('heat')
  const problem = await compileProblem(page, overrideSettings(page, { dim }))
  const { training, estimate } = resolveOptions(problem, null, options)
  return [...training.network.hidden, training.batchSize, estimate.fewestPaths]
}

describe('defaults', () => {
  it.each([
    [100, [64, 64, 64, 8192]],
    [512, [64, 64, 64, 8192]],
    [1024, [16, 16, 64, 8192]],
    [10_000, [4, 4, 64, 2048]],
    [100_000, [0, 20, 2048]],
    [1_000_000, [0, 4, 256]],
  ])('of %i dimensions are networks, batches and paths of %j', async (dim, expected) => {
    expect(await optionsAt(dim)).toEqual(expected)
  })

  it('have published steps up to where paths are stored, and beyond where they are asked for', async () => {
    const published = { steps: 50 } as Published
    const stepsAt = async (dim: number, options: RunOptions = {}) => {
      const page = await loadProblem('heat')
      const problem = await compileProblem(page, overrideSettings(page, { dim }))
      return resolveOptions(problem, published, options).training.steps
    }
    expect(await stepsAt(10_000)).toBe(50)
    expect(await stepsAt(1_000_000)).toBe(10)
    expect(await stepsAt(1_000_000, { steps: 20 })).toBe(20)
  })

  it('keep their width for networks without skips', async () => {
    expect(await optionsAt(10_000, { skips: 'none' })).toEqual([64, 64, 64, 2048])
  })
})
