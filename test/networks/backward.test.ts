/** The backward pass of every network against central differences of its forward pass, on every back end. */
import { describe, expect, it } from 'vitest'
import { ACTIVATION, type ActivationName } from '../../src/kernels/interface.ts'
import { canPullBack } from '../../src/networks/pull-back.ts'
import { centralDifferences, expectDerivatives } from '../support/differences.ts'
import { kernelNames } from '../support/workspace.ts'
import { type NetworkBench, openNetwork } from './bench.ts'
import { named, specifications } from './cases.ts'

/** Odd and unequal to a multiple of 4, so that padding is there; as many outputs as inputs, for the diagonal skip. */
const SIZES = [5, 5, 9] as const
const SEED = 1

/**
 * Both errors of a difference pass a minimum here: h² times a third derivative, which batch normalisation over nine rows
 * multiplies by about ten, and the rounding of a single-precision pass over h. At 2⁻⁷ and a quarter of it the worst of all
 * cases is 3e-4 of the largest derivative (1e-3 at 2⁻⁶); a wrong term is of its own order, 1e-1 and more.
 */
const STEP = 2 ** -7
const TOLERANCE = 1e-3

function expectGradients(bench: NetworkBench): void {
  const { layout, floats, parameters, gradients, input, dInput, rows } = bench
  const hasSlopes = canPullBack(layout)
  bench.backward(hasSlopes)
  const found = Float32Array.from(bench.block(gradients, 0, layout.trainable))
  const difference = (base: number) => (i: number) =>
    centralDifferences(floats, base + i, STEP, () => bench.loss(true))
  // The padding's parameters meet zeros only: their gradient is 0, by differences and by the pass.
  expectDerivatives('θ', found, difference(parameters), TOLERANCE)
  if (!hasSlopes) return
  const width = layout.inputs
  const stride = (width + 3) & ~3
  const columns = Array.from({ length: rows * width }, (_, i) => Math.floor(i / width) * stride + (i % width))
  const slopes = columns.map((i) => floats[dInput + i])
  expectDerivatives('x', slopes, (i) => difference(input)(columns[i]), TOLERANCE)
}

describe.each(kernelNames)('backward on %s', (kernel) => {
  it.each(specifications.map((each) => [named(each), each] as const))('%s', async (_, specification) => {
    expectGradients(await openNetwork(kernel, specification, SIZES, SEED))
  })

  it.each(Object.keys(ACTIVATION) as ActivationName[])('activation %s', async (activation) => {
    const specification = { ...specifications.find(({ family }) => family === 'multilayer')!, activation }
    expectGradients(await openNetwork(kernel, specification, SIZES, SEED))
  })
})

describe('what a backward pass writes', () => {
  it.each(
    specifications.map((each) => [named(each), each] as const),
  )('is the same whatever lay there, and nothing behind the trainable: %s', async (_, specification) => {
    const bench = await openNetwork('reference', specification, SIZES, SEED)
    const { layout, gradients, block } = bench
    bench.backward(false)
    const first = Float32Array.from(block(gradients, 0, layout.parameters))
    block(gradients, 0, layout.parameters).fill(7)
    bench.backward(false)
    expect(block(gradients, 0, layout.trainable)).toEqual(first.subarray(0, layout.trainable))
    const behind = block(gradients, layout.trainable, layout.parameters - layout.trainable)
    expect(behind.every((value) => value === 7)).toBe(true)
  })

  it('is the same for the parameters with and without the input’s gradient', async () => {
    for (const specification of specifications.filter(({ batchNorm }) => !batchNorm)) {
      const bench = await openNetwork('reference', specification, SIZES, SEED)
      const { layout, gradients, block } = bench
      bench.backward(true)
      const withInput = Float32Array.from(block(gradients, 0, layout.trainable))
      bench.backward(false)
      expect(block(gradients, 0, layout.trainable), named(specification)).toEqual(withInput)
    }
  })
})
