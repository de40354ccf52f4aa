/** Where a network's numbers lie: nothing overlaps, nothing is counted twice; widths that do not fit are refused. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { padded } from '../../src/memory/rows.ts'
import { layoutNetwork, type NetworkLayout, type NormalisationLayout } from '../../src/networks/layout.ts'
import {
  LINEAR_SKIPS,
  NETWORK_FAMILIES,
  type NetworkSpecification,
} from '../../src/networks/specification.ts'
import { specifications } from './cases.ts'

interface Block {
  at: number
  floats: number
}

const matrix = (at: number, rows: number, cols: number): Block[] =>
  at < 0 ? [] : [{ at, floats: rows * padded(cols) }]

const normalisations = ({ inputNormalisation, layers }: NetworkLayout): NormalisationLayout[] =>
  [inputNormalisation, ...layers.map(({ normalisation }) => normalisation)].filter((norm) => norm !== null)

function parameterBlocks(layout: NetworkLayout): Block[] {
  const { specification, skip, inputs, outputs, zeros, widest } = layout
  return [
    ...matrix(skip, specification.linearSkip === 'dense' ? inputs : 1, outputs),
    ...matrix(zeros, 1, widest),
    ...layout.layers.flatMap((layer) => [
      ...matrix(layer.weight, layer.inputs, layer.outputs),
      ...matrix(layer.bias, 1, layer.outputs),
    ]),
    ...normalisations(layout).flatMap((norm) =>
      [norm.gamma, norm.beta, norm.movingMean, norm.movingVariance].flatMap((at) =>
        matrix(at, 1, norm.width),
      ),
    ),
  ]
}

function workspaceBlocks(layout: NetworkLayout): Block[] {
  const { rows, inputs, normalisedInput } = layout
  return [
    ...matrix(normalisedInput, rows, inputs),
    ...layout.layers.flatMap((layer) => [
      ...matrix(layer.activated, rows, layer.outputs),
      ...(layer.output === layer.activated ? [] : matrix(layer.output, rows, layer.outputs)),
    ]),
    ...normalisations(layout).flatMap((norm) => [
      ...matrix(norm.normalised, rows, norm.width),
      ...matrix(norm.mean, 1, norm.width),
      ...matrix(norm.inverse, 1, norm.width),
    ]),
  ]
}

/** The blocks fill [0, end) without a gap and without overlap. */
function expectPartition(blocks: Block[], end: number): void {
  const ordered = blocks.toSorted((a, b) => a.at - b.at)
  let next = 0
  for (const { at, floats } of ordered) {
    expect(at).toBe(next)
    next = at + floats
  }
  expect(next).toBe(end)
}

const width = fc.integer({ min: 1, max: 40 })

const anySpecification: fc.Arbitrary<NetworkSpecification> = fc
  .record({
    family: fc.constantFrom(...NETWORK_FAMILIES),
    widths: fc.array(width, { minLength: 1, maxLength: 4 }),
    batchNorm: fc.boolean(),
    linearSkip: fc.constantFrom(...LINEAR_SKIPS),
  })
  .map(({ family, widths, batchNorm, linearSkip }) => ({
    family,
    hidden:
      family === 'multilayer' ? widths : family === 'residual' ? widths.map(() => widths[0]) : [widths[0]],
    activation: 'tanh',
    batchNorm: batchNorm && family !== 'random-features',
    linearSkip,
  }))

describe('the layout of a network', () => {
  it('has each number in one place', () => {
    fc.assert(
      fc.property(
        anySpecification,
        width,
        width,
        fc.integer({ min: 1, max: 70 }),
        (specification, inputs, other, rows) => {
          const outputs = specification.linearSkip === 'diagonal' ? inputs : other
          const layout = layoutNetwork(specification, inputs, outputs, rows)
          expectPartition(parameterBlocks(layout), layout.parameters)
          expectPartition(workspaceBlocks(layout), layout.workspace)
          for (const layer of layout.layers) expect(layer.weight >= layout.trainable).toBe(layer.isFrozen)
          for (const norm of normalisations(layout)) {
            expect(Math.max(norm.gamma, norm.beta)).toBeLessThan(layout.trainable)
            expect(Math.min(norm.movingMean, norm.movingVariance)).toBeGreaterThanOrEqual(layout.trainable)
          }
          if (layout.skip >= 0) expect(layout.skip).toBe(0)
        },
      ),
      { seed: 1 },
    )
  })

  it('has as many parameters as the published network: 100-110-110-100 with batch normalisation', () => {
    const published: NetworkSpecification = {
      family: 'multilayer',
      hidden: [110, 110],
      activation: 'relu',
      batchNorm: true,
      linearSkip: 'none',
    }
    const { trainable } = layoutNetwork(published, 100, 100, 64)
    // Rows of 110 are stored as 112. γ and β at the input, behind both hidden layers and at the output.
    expect(trainable).toBe(100 * 112 + 110 * 112 + 110 * 100 + 2 * (100 + 112 + 112 + 100))
  })
})

it('is a skip and a bias alone with one layer of no width', () => {
  const skips: NetworkSpecification = {
    family: 'multilayer',
    hidden: [0],
    activation: 'tanh',
    batchNorm: false,
    linearSkip: 'diagonal',
  }
  // Rows of 6 are stored as 8.
  expect(layoutNetwork(skips, 6, 6, 4).trainable).toBe(2 * 8)
})

describe('what a network refuses', () => {
  const base = specifications.find(({ family }) => family === 'multilayer')!
  it.each<[Partial<NetworkSpecification>, number, number, RegExp]>([
    [
      { hidden: [0], linearSkip: 'none' },
      4,
      4,
      /hidden widths must be integers from 1 to 65536, got \[0\]\. Use --hidden/,
    ],
    [{ hidden: [1.5] }, 4, 4, /hidden widths .* got \[1\.5\]/],
    [{ hidden: [Number.NaN] }, 4, 4, /hidden widths .* got \[NaN\]/],
    [{ hidden: [8, -1] }, 4, 4, /hidden widths .* got \[8, -1\]/],
    [{ hidden: [1e9] }, 4, 4, /hidden widths .* got \[1000000000\]/],
    [
      { family: 'two-layer', hidden: [8, 8] },
      4,
      4,
      /two-layer network has one hidden layer, got \[8, 8\]\. Use --hidden 8/,
    ],
    [
      { family: 'random-features', hidden: [] },
      4,
      4,
      /random-features network has one hidden layer, got \[\]/,
    ],
    [
      { family: 'residual', hidden: [8, 9] },
      4,
      4,
      /residual network needs hidden layers of one width, got \[8, 9\]/,
    ],
    [{ family: 'random-features', hidden: [8], batchNorm: true }, 4, 4, /take no batch normalisation/],
    [{ linearSkip: 'diagonal' }, 4, 3, /diagonal skip needs as many outputs as inputs, got 4 and 3/],
  ])('%o for %i → %i', (change, inputs, outputs, message) => {
    const attempt = () => layoutNetwork({ ...base, ...change }, inputs, outputs, 8)
    expect(attempt).toThrow(UserError)
    expect(attempt).toThrow(message)
  })
})
