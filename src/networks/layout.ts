/** Where the numbers of a network lie: parameters in one block, what a pass leaves behind in another. In floats. */

import { UserError } from '../errors/errors.ts'
import { floatsOf, padded } from '../memory/rows.ts'
import type { NetworkSpecification } from './specification.ts'

/** Offsets of a batch normalisation over `width` columns: parameters, then what it keeps. */
export interface NormalisationLayout {
  width: number
  gamma: number
  beta: number
  /** Moving averages for inference; not trained. */
  movingMean: number
  movingVariance: number
  /** Normalised input [rows×width] and statistics of a pass, in the workspace. */
  normalised: number
  mean: number
  inverse: number
}

export interface LayerLayout {
  inputs: number
  outputs: number
  weight: number
  /** −1 where a normalisation takes its place. */
  bias: number
  normalisation: NormalisationLayout | null
  isOutput: boolean
  isResidual: boolean
  isFrozen: boolean
  /** act(…) [rows×outputs] in the workspace. */
  activated: number
  /** What the next layer reads [rows×outputs]: `activated`, or its sum with the layer's input. */
  output: number
}

export interface NetworkLayout {
  specification: NetworkSpecification
  inputs: number
  outputs: number
  rows: number
  /** Offset of A [inputs×outputs], or of its diagonal [outputs], in the parameters; −1 without a linear skip. It comes first. */
  skip: number
  inputNormalisation: NormalisationLayout | null
  /** The normalised, scaled and shifted input [rows×inputs] in the workspace; −1 without batch normalisation. */
  normalisedInput: number
  /** A row of zeros [widest] in the parameters: the bias of normalised layers; −1 without batch normalisation. */
  zeros: number
  layers: LayerLayout[]
  /** Parameters that the optimizer moves; they come first. */
  trainable: number
  /** All floats of the parameter block, frozen ones and moving averages included. */
  parameters: number
  /** Floats that a pass over `rows` rows writes; the backward pass reads them. */
  workspace: number
  /** The widest layer or input, in stored columns. */
  widest: number
}

/** Plans a network of `inputs → outputs` for passes over at most `rows` rows. @throws UserError for widths that do not fit the family. */
export function layoutNetwork(
  specification: NetworkSpecification,
  inputs: number,
  outputs: number,
  rows: number,
): NetworkLayout {
  checkWidths(specification, inputs, outputs)
  const { family, hidden, batchNorm, linearSkip } = specification
  const parameters = new Floats()
  const frozen = new Floats()
  const workspace = new Floats()

  const normalisation = (width: number): NormalisationLayout => ({
    width,
    gamma: parameters.take(1, width),
    beta: parameters.take(1, width),
    movingMean: frozen.take(1, width),
    movingVariance: frozen.take(1, width),
    normalised: workspace.take(rows, width),
    mean: workspace.take(1, width),
    inverse: workspace.take(1, width),
  })

  const skip = linearSkip === 'none' ? -1 : parameters.take(linearSkip === 'dense' ? inputs : 1, outputs)
  const widths = [inputs, ...hidden, outputs]
  const widest = Math.max(...widths.map(padded))
  const inputNormalisation = batchNorm ? normalisation(inputs) : null
  const normalisedInput = batchNorm ? workspace.take(rows, inputs) : -1
  const zeros = batchNorm ? frozen.take(1, widest) : -1
  const layers: LayerLayout[] = []
  for (let l = 0; l + 1 < widths.length; l++) {
    const isOutput = l + 2 === widths.length
    const isFrozen = family === 'random-features' && !isOutput
    const isResidual = family === 'residual' && l > 0 && !isOutput
    const [from, to] = [widths[l], widths[l + 1]]
    const store = isFrozen ? frozen : parameters
    const activated = isOutput ? -1 : workspace.take(rows, to)
    layers.push({
      inputs: from,
      outputs: to,
      weight: store.take(from, to),
      bias: batchNorm ? -1 : store.take(1, to),
      normalisation: batchNorm ? normalisation(to) : null,
      isOutput,
      isResidual,
      isFrozen,
      activated,
      output: isResidual ? workspace.take(rows, to) : activated,
    })
  }
  const layout: NetworkLayout = {
    specification,
    inputs,
    outputs,
    rows,
    skip,
    inputNormalisation,
    normalisedInput,
    zeros,
    layers,
    trainable: parameters.count,
    parameters: parameters.count + frozen.count,
    workspace: workspace.count,
    widest,
  }
  shiftFrozen(layout)
  return layout
}

/** Frozen numbers were counted from 0; they lie behind the trainable ones. */
function shiftFrozen(layout: NetworkLayout): void {
  const shift = layout.trainable
  if (layout.zeros >= 0) layout.zeros += shift
  for (const layer of layout.layers) {
    if (layer.isFrozen) {
      layer.weight += shift
      if (layer.bias >= 0) layer.bias += shift
    }
  }
  for (const norm of [layout.inputNormalisation, ...layout.layers.map((layer) => layer.normalisation)]) {
    if (norm) {
      norm.movingMean += shift
      norm.movingVariance += shift
    }
  }
}

function checkWidths(
  { family, hidden, batchNorm, linearSkip }: NetworkSpecification,
  inputs: number,
  outputs: number,
): void {
  if (linearSkip === 'diagonal' && inputs !== outputs) {
    throw new UserError(`a diagonal skip needs as many outputs as inputs, got ${inputs} and ${outputs}.`)
  }
  const text = `[${hidden.join(', ')}]`
  // One layer of no width leaves the skips alone, where there are any.
  const least = linearSkip !== 'none' && hidden.length === 1 ? 0 : 1
  for (const width of hidden) {
    if (!Number.isInteger(width) || width < least || width > 65_536) {
      throw new UserError(
        `hidden widths must be integers from ${least} to 65536, got ${text}. Use --hidden 110,110.`,
      )
    }
  }
  if ((family === 'two-layer' || family === 'random-features') && hidden.length !== 1) {
    throw new UserError(
      `a ${family} network has one hidden layer, got ${text}. Use --hidden ${hidden[0] ?? 64}.`,
    )
  }
  if (family === 'residual' && new Set(hidden).size > 1) {
    throw new UserError(`a residual network needs hidden layers of one width, got ${text}.`)
  }
  if (family === 'random-features' && batchNorm) {
    throw new UserError('random features are frozen and take no batch normalisation. Leave --batch-norm out.')
  }
}

/** Hands out consecutive blocks of padded matrices. */
class Floats {
  count = 0

  take(rows: number, cols: number): number {
    const offset = this.count
    this.count += floatsOf(rows, cols)
    return offset
  }
}
