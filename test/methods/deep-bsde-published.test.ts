/** The published run as it was: its network, loss, schedule, batch and a trained Y₀. */

import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { chooseKernel } from '../../src/kernels/loader.ts'
import { resolveOptions } from '../../src/methods/deep-bsde/defaults.ts'
import { listProblems, loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { solveLocally } from '../support/local-session.ts'
import { mean } from '../support/statistics.ts'

const pages = await Promise.all((await listProblems()).map((id) => loadProblem(id)))
const published = pages.filter((page) => page.published?.iterations)
const others = pages.filter((page) => !page.published?.iterations)

describe('the published preset', () => {
  it.each(published)('of $id is the paper’s', async (page) => {
    const problem = await compileProblem(page)
    const { training, estimate } = resolveOptions(problem, page.published!, { preset: 'published' })
    const width = problem.dim + 10
    expect(training).toMatchObject({
      steps: page.published!.steps,
      iterations: page.published!.iterations,
      batchSize: 64,
      schedule: { name: 'constant', rate: page.published!.learningRate, warmup: 0 },
      network: {
        family: 'multilayer',
        hidden: [width, width],
        activation: 'relu',
        batchNorm: true,
        linearSkip: 'none',
      },
      initialValue: 'parameter',
      initialRange: page.published!.initialValue ?? null,
      standardise: false,
      terminalSkip: false,
      pathwiseIterations: 0,
      networkRate: 1,
    })
    expect(estimate.scheme).toBe('euler')
  })

  it.each(published)('of $id runs: Y₀ starts in its range and moves by about its rate', async (page) => {
    const { steps, learningRate, initialValue } = page.published!
    const run = await solveLocally(page, {
      preset: 'published',
      kernel: chooseKernel(),
      settings: { dim: Math.min(page.settings.dim, 5) },
      iterations: 20,
      paths: 512,
    })
    expect(run.steps).toBe(steps)
    expect(run.batchSize).toBe(64)
    expect(run.history.rate).toEqual(Array(20).fill(learningRate))
    const [first] = run.history.estimate
    if (initialValue) {
      expect(first).toBeGreaterThanOrEqual(initialValue[0])
      expect(first).toBeLessThanOrEqual(initialValue[1])
    }
    // Adam's steps are at most a few times the rate: √(1−β₂)-bounded by (1−β₁)/√(1−β₂) = 3.2.
    const moves = run.history.estimate.slice(1).map((value, k) => Math.abs(value - run.history.estimate[k]))
    expect(Math.max(...moves)).toBeLessThan(3.2 * learningRate!)
    expect(Math.max(...moves)).toBeGreaterThan(0)
  })

  it('of every other page is refused, and says so', async () => {
    expect(others.length).toBeGreaterThan(0)
    for (const page of others) {
      const attempt = solveLocally(page, { preset: 'published' })
      await expect(attempt).rejects.toThrow(UserError)
      await expect(attempt).rejects.toThrow(
        `${page.id}: no published run is recorded for this problem. Leave --preset out.`,
      )
    }
  })

  it('finds the value of a small problem: Y₀ goes to it as the loss falls', async () => {
    const run = await solveLocally('hjb-lq', {
      preset: 'published',
      kernel: chooseKernel(),
      settings: { dim: 5 },
      iterations: 500,
      paths: 4096,
    })
    const last = mean(run.history.loss.slice(-20))
    expect(last).toBeLessThan(0.2 * mean(run.history.loss.slice(0, 20)))
    // What δZ the networks have left adds ½∫|δZ|²dt for this driver, which the loss bounds; Euler's own error is 1e-3 of the value.
    const distance = Math.abs(run.value - run.reference)
    expect(distance).toBeLessThan(2 * run.standardError + last + 1e-3 * run.reference)
    // A tenth of the way from where Y₀ starts, in [0, 1].
    expect(distance).toBeLessThan(0.1 * 1.36)
    expect(run.standardError).toBeLessThan(0.1 * 1.36)
  })
})
