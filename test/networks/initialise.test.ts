/** First parameters: Glorot's bounds, the published laws of γ and β, and a counter instead of a state. */
import { describe, expect, it } from 'vitest'
import { initialiseNetwork } from '../../src/networks/initialise.ts'
import { layoutNetwork } from '../../src/networks/layout.ts'
import type { NetworkSpecification } from '../../src/networks/specification.ts'
import { expectMean, expectVariance } from '../support/statistics.ts'
import { named, specifications } from './cases.ts'

const wide: NetworkSpecification = {
  family: 'multilayer',
  hidden: [110, 110],
  activation: 'relu',
  batchNorm: true,
  linearSkip: 'diagonal',
}

function initialised(specification: NetworkSpecification, seed: number, index: number, startsAtZero = false) {
  const layout = layoutNetwork(specification, 100, 100, 4)
  const floats = new Float32Array(layout.parameters + 8).fill(9)
  initialiseNetwork(floats, 4, layout, seed, index, startsAtZero)
  const read = (at: number, count: number) => Array.from(floats.subarray(4 + at, 4 + at + count))
  return { layout, floats, read }
}

describe('the first parameters', () => {
  it('are uniform within Glorot’s bound, with mean 0 and its variance 2/(inputs + outputs)', () => {
    const { layout, read } = initialised(wide, 1, 3)
    for (const { weight, inputs, outputs } of layout.layers) {
      const stride = (outputs + 3) & ~3
      const rows = Array.from({ length: inputs }, (_, i) => read(weight + i * stride, outputs))
      const bound = Math.sqrt(6 / (inputs + outputs))
      expect(Math.max(...rows.flat().map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 2 ** -23))
      expectMean(rows.flat(), 0, 'weights')
      expectVariance(rows.flat(), 0, 2 / (inputs + outputs), 'weights')
      for (let i = 0; i < inputs; i++) {
        expect(read(weight + i * stride + outputs, stride - outputs).every((padding) => padding === 0)).toBe(
          true,
        )
      }
    }
  })

  it('have γ ~ U(0.1, 0.5), β ~ N(0, 0.1²), moving averages 0 and 1', () => {
    const gammas: number[] = []
    const betas: number[] = []
    for (let index = 0; index < 20; index++) {
      const { layout, read } = initialised(wide, 1, index)
      for (const norm of [
        layout.inputNormalisation,
        ...layout.layers.map(({ normalisation }) => normalisation),
      ]) {
        gammas.push(...read(norm!.gamma, norm!.width))
        betas.push(...read(norm!.beta, norm!.width))
        expect(read(norm!.movingMean, norm!.width).every((value) => value === 0)).toBe(true)
        expect(read(norm!.movingVariance, norm!.width).every((value) => value === 1)).toBe(true)
      }
    }
    expect(Math.min(...gammas)).toBeGreaterThanOrEqual(Math.fround(0.1))
    expect(Math.max(...gammas)).toBeLessThanOrEqual(0.5)
    expectMean(gammas, 0.3, 'γ')
    expectVariance(gammas, 0.3, 0.4 ** 2 / 12, 'γ')
    expectMean(betas, 0, 'β')
    expectVariance(betas, 0, 0.01, 'β')
  })

  it.each(
    specifications.map((each) => [named(each), each] as const),
  )('depend on seed and number of the network alone, and stay in their block: %s', (_, specification) => {
    const { floats, layout } = initialised(specification, 1, 3)
    expect(initialised(specification, 1, 3).floats).toEqual(floats)
    expect(initialised(specification, 2, 3).floats).not.toEqual(floats)
    expect(initialised(specification, 1, 4).floats).not.toEqual(floats)
    expect([...floats.subarray(0, 4), ...floats.subarray(4 + layout.parameters)]).toEqual(Array(8).fill(9))
  })

  it('leave the output layer at zero where training starts from the skips', () => {
    const { layout, read } = initialised({ ...wide, batchNorm: false }, 1, 0, true)
    const [first, , output] = layout.layers
    expect(read(output.weight, 110 * 100).every((value) => value === 0)).toBe(true)
    expect(read(first.weight, 100).some((value) => value !== 0)).toBe(true)
    expect(read(layout.skip, 100).every((value) => value === 0)).toBe(true)
  })
})
