/** Batch normalisation in training and at inference, and what frozen features keep. */
import { describe, expect, it } from 'vitest'
import { adamStep } from '../../src/optimizer/adam.ts'
import { kernelNames, openWorkspace } from '../support/workspace.ts'
import { type NetworkBench, openNetwork } from './bench.ts'
import { named, specifications } from './cases.ts'

const SIZES = [5, 5, 9] as const
const SEED = 1

const normalised = specifications.filter(({ batchNorm }) => batchNorm)
const plain = specifications.filter(({ batchNorm }) => !batchNorm)

/** Largest distance of two outputs. */
const distance = (a: number[][], b: number[][]) =>
  Math.max(...a.flatMap((row, r) => row.map((value, j) => Math.abs(value - b[r][j]))))

/** A network as the moving averages make it, computed plainly: out = γ (x − mean)/√(variance + 1e-6) + β. */
function movingAverages(bench: NetworkBench): { mean: number[]; variance: number[] } {
  const norm = bench.layout.inputNormalisation!
  const read = (offset: number) => Array.from(bench.block(bench.parameters, offset, norm.width))
  return { mean: read(norm.movingMean), variance: read(norm.movingVariance) }
}

describe.each(kernelNames)('batch normalisation on %s', (kernel) => {
  it.each(
    normalised.map((each) => [named(each), each] as const),
  )('inference after many passes over one batch is the training pass: %s', async (_, specification) => {
    const bench = await openNetwork(kernel, specification, SIZES, SEED)
    // 0.99^2000 = 2e-9 of what the averages started from.
    for (let k = 0; k < 2000; k++) bench.run(true)
    // Each average stops where its steps of 1 % round away: 100 roundings of 2⁻²⁴, about 1e-5, through up to five layers.
    expect(distance(bench.run(false), bench.run(true))).toBeLessThan(2e-4)
  })
})

describe('the moving averages', () => {
  it('take one hundredth of each batch’s mean and biased variance', async () => {
    const bench = await openNetwork('reference', normalised[0], SIZES, SEED)
    const { floats, input, rows, layout } = bench
    const before = movingAverages(bench)
    expect(before).toEqual({ mean: Array(5).fill(0), variance: Array(5).fill(1) })
    bench.run(true)
    const after = movingAverages(bench)
    for (let j = 0; j < layout.inputs; j++) {
      const column = Array.from({ length: rows }, (_, r) => floats[input + r * 8 + j])
      const mean = column.reduce((sum, value) => sum + value, 0) / rows
      const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows
      expect(after.mean[j]).toBeCloseTo(0.01 * mean, 6)
      expect(after.variance[j]).toBeCloseTo(0.99 + 0.01 * variance, 6)
    }
  })

  it('stay as they are at inference, and a row’s output does not depend on the others', async () => {
    const bench = await openNetwork('reference', normalised[0], SIZES, SEED)
    for (let k = 0; k < 10; k++) bench.run(true)
    const before = movingAverages(bench)
    const output = bench.run(false)
    expect(movingAverages(bench)).toEqual(before)
    bench.floats.fill(3, bench.input + 8, bench.input + 13)
    const changed = bench.run(false)
    expect(changed[0]).toEqual(output[0])
    expect(changed[1]).not.toEqual(output[1])
  })

  it('change nothing where there is no batch normalisation: training and inference are the same pass', async () => {
    for (const specification of plain) {
      const bench = await openNetwork('reference', specification, SIZES, SEED)
      const before = Float32Array.from(bench.block(bench.parameters, 0, bench.layout.parameters))
      expect(bench.run(true), named(specification)).toEqual(bench.run(false))
      expect(bench.block(bench.parameters, 0, bench.layout.parameters)).toEqual(before)
    }
  })
})

describe('random features', () => {
  it.each(
    kernelNames,
  )('keep their first layer through training on %s, and learn in their output layer', async (kernel) => {
    const specification = specifications.find(({ family }) => family === 'random-features')!
    const bench = await openNetwork(kernel, specification, SIZES, SEED)
    const { layout, parameters } = bench
    const [frozen, output] = layout.layers
    expect(frozen).toMatchObject({ isFrozen: true, isOutput: false })
    const count = layout.parameters - layout.trainable
    expect(frozen.weight).toBeGreaterThanOrEqual(layout.trainable)
    const before = Float32Array.from(bench.block(parameters, layout.trainable, count))
    const outputBefore = Float32Array.from(bench.block(parameters, output.weight, 4))
    const { context, plan } = await openWorkspace(kernel, (arena) => ({
      all: [0, 1, 2, 3].map(() => arena.floats(layout.trainable)),
    }))
    const [theta, gradients, m, v] = plan.all
    for (let k = 0; k < 5; k++) {
      bench.backward(false)
      const { floats } = context.views
      floats.set(bench.block(parameters, 0, layout.trainable), theta)
      floats.set(bench.block(bench.gradients, 0, layout.trainable), gradients)
      adamStep(context.kernels, theta, gradients, m, v, layout.trainable, 0.01, k)
      bench.floats.set(floats.subarray(theta, theta + layout.trainable), parameters)
    }
    expect(bench.block(parameters, layout.trainable, count)).toEqual(before)
    expect(bench.block(parameters, output.weight, 4)).not.toEqual(outputBefore)
  })

  it('have thresholds spread over (−1, 1), other networks start without', async () => {
    const { initialiseNetwork } = await import('../../src/networks/initialise.ts')
    for (const specification of plain) {
      const { layout, floats, parameters } = await openNetwork('reference', specification, SIZES, SEED)
      initialiseNetwork(floats, parameters, layout, SEED, 0, false)
      const biases = Array.from(floats.subarray(parameters + layout.layers[0].bias).subarray(0, 5))
      const isFrozen = specification.family === 'random-features'
      expect(new Set(biases).size).toBe(isFrozen ? 5 : 1)
      expect(biases.every((bias) => Math.abs(bias) < 1)).toBe(true)
      if (!isFrozen) expect(biases[0]).toBe(0)
    }
  })
})
