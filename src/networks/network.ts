/**
 * One network's forward and backward pass, written on the kernels. It owns no memory: parameters, workspace and
 * gradients are indices, so that one object serves every time step that shares a layout.
 */

import { ACTIVATION, type Kernels } from '../kernels/interface.ts'
import { clearRows, copyRows, floatsOf, rowAt } from '../memory/rows.ts'
import { doublesAt, doublesOver, type Views } from '../memory/views.ts'
import type { LayerLayout, NetworkLayout, NormalisationLayout } from './layout.ts'

/** As published: keras' momentum and epsilon of the code of Han, Jentzen and E (2018). */
const MOVING_AVERAGE_MOMENTUM = 0.99
const NORMALISATION_EPSILON = 1e-6

/** Scratch of a backward pass, one for each worker: indices. */
export interface BackwardScratch {
  /** Two buffers [rows × widest]. */
  first: number
  second: number
  /** A transposed weight: [outputs × inputs] of the largest. */
  transposed: number
}

/** Floats of each part of a `BackwardScratch`. */
export function scratchFloats(layout: NetworkLayout): { buffer: number; transposed: number } {
  const { rows, widest, layers, skip, specification, inputs, outputs } = layout
  const isDense = skip >= 0 && specification.linearSkip === 'dense'
  const matrices = isDense ? [...layers, { inputs, outputs }] : layers
  const sizes = matrices.map((matrix) => floatsOf(Math.max(matrix.outputs, 4), matrix.inputs))
  return { buffer: rows * widest, transposed: Math.max(...sizes) }
}

/** What stands around a network: output = unit·net(input) + α∘g, with α [outputs] at `alpha` (none at 0) and g [rows×outputs]. */
export interface OutputTerms {
  unit: number
  g: number
  alpha: number
}

const NO_TERMS: OutputTerms = { unit: 1, g: 0, alpha: 0 }

export class Network {
  readonly layout: NetworkLayout
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #activation: (typeof ACTIVATION)[keyof typeof ACTIVATION]

  constructor(layout: NetworkLayout, kernels: Kernels, views: Views) {
    this.layout = layout
    this.#kernels = kernels
    this.#views = views
    this.#activation = ACTIVATION[layout.specification.activation]
  }

  /**
   * output[rows×outputs] = net(input[rows×inputs]), with `terms` around it.
   * In training, batch statistics normalise and the moving averages are updated; otherwise these are used.
   * The workspace then holds what `backward` reads; where the rows are a part of its batch, they are its rows from `first` on,
   * which a batch normalisation does not allow.
   */
  forward(
    parameters: number,
    input: number,
    rows: number,
    workspace: number,
    output: number,
    isTraining: boolean,
    first = 0,
    terms = NO_TERMS,
  ): void {
    const { layout } = this
    let h = input
    if (layout.inputNormalisation) {
      const normalised = workspace + layout.normalisedInput
      this.#normalise(layout.inputNormalisation, parameters, workspace, h, normalised, rows, isTraining)
      h = normalised
    }
    for (const layer of layout.layers) {
      const from = rowAt(workspace, first, layer.outputs)
      const activated = layer.isOutput ? output : from + layer.activated
      this.#layer(layer, parameters, workspace, h, activated, rows, isTraining)
      if (layer.isResidual) {
        const sum = from + layer.output
        copyRows(this.#views, sum, activated, rows, layer.outputs)
        this.#kernels.add(sum, h, rows, layer.outputs)
        h = sum
      } else {
        h = activated
      }
    }
    this.#finish(parameters, input, rows, output, terms)
  }

  /**
   * Gradients of the trainable parameters, written (not added) to `gradients`, from dOutput[rows×outputs], which is
   * overwritten. Where `dInput` is not 0, ∂L/∂input[rows×inputs] is written there: not under batch normalisation, whose inputs
   * are nobody's outputs. `terms` are those around the network, its `alpha` where α's gradient goes.
   */
  backward(
    parameters: number,
    gradients: number,
    input: number,
    rows: number,
    workspace: number,
    dOutput: number,
    dInput: number,
    scratch: BackwardScratch,
    terms = NO_TERMS,
  ): void {
    const { layout } = this
    const { layers, inputNormalisation } = layout
    this.#finishBackward(gradients, input, rows, dOutput, terms)
    if (layout.skip >= 0) this.#skipBackward(parameters, gradients, input, rows, dOutput, dInput, scratch)
    const firstInput = inputNormalisation ? workspace + inputNormalisation.normalised : input
    let d = dOutput
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l]
      if (layer.isFrozen && dInput === 0) return
      const below = l > 0 ? workspace + layers[l - 1].output : firstInput
      const wanted = dInput !== 0 || (l > 0 && !layers[l - 1].isFrozen)
      d = this.#layerBackward(layer, parameters, gradients, below, rows, workspace, d, wanted, scratch)
    }
    if (inputNormalisation)
      this.#inputScaleBackward(inputNormalisation, parameters, gradients, scratch.transposed)
    else if (dInput !== 0) this.#inputBackward(rows, d, dInput)
  }

  /** Bias, linear skip and `terms` behind the product of the output layer, which stands in `output`. */
  #finish(parameters: number, input: number, rows: number, output: number, terms: OutputTerms): void {
    const kernels = this.#kernels
    const { inputs, outputs, specification, skip, layers } = this.layout
    const { bias, normalisation } = layers[layers.length - 1]
    const own = normalisation ? 0 : parameters + bias
    const weight = skip < 0 ? 0 : parameters + skip
    const { unit, g, alpha } = terms
    if (weight === 0 || specification.linearSkip === 'diagonal') {
      kernels.linearOutput(output, own, input, weight, unit, g, alpha, rows, outputs)
      return
    }
    kernels.biasActivation(output, own, rows, outputs, ACTIVATION.identity)
    kernels.gemmNN(output, input, weight, rows, inputs, outputs, 1)
    kernels.linearOutput(output, 0, 0, 0, unit, g, alpha, rows, outputs)
  }

  #finishBackward(gradients: number, input: number, rows: number, d: number, terms: OutputTerms): void {
    const { outputs, specification, skip, layers } = this.layout
    const { bias, normalisation } = layers[layers.length - 1]
    const own = normalisation ? 0 : gradients + bias
    const weight = skip < 0 || specification.linearSkip === 'dense' ? 0 : gradients + skip
    const { unit, g, alpha } = terms
    this.#kernels.linearOutputBackward(d, own, input, weight, unit, g, alpha, rows, outputs)
  }

  /** What the linear skip has beside `#finishBackward`. */
  #skipBackward(
    parameters: number,
    gradients: number,
    input: number,
    rows: number,
    dOutput: number,
    dInput: number,
    scratch: BackwardScratch,
  ): void {
    const kernels = this.#kernels
    const { inputs, outputs, specification, skip } = this.layout
    const weight = parameters + skip
    if (specification.linearSkip === 'dense') {
      kernels.gemmTN(gradients + skip, input, dOutput, rows, inputs, outputs, 0)
      if (dInput !== 0) kernels.gemmNT(dInput, dOutput, weight, rows, inputs, outputs, 0, scratch.transposed)
    } else if (dInput !== 0) {
      clearRows(this.#views, dInput, rows, inputs)
      kernels.addScaled(dInput, dOutput, weight, rows, outputs)
    }
  }

  #inputBackward(rows: number, d: number, dInput: number): void {
    const { inputs, skip } = this.layout
    if (skip >= 0) this.#kernels.add(dInput, d, rows, inputs)
    else copyRows(this.#views, dInput, d, rows, inputs)
  }

  /**
   * The input is normalised to γ∘x̂ + β. Of G = x̂ᵀd, where the first weight's gradient should be, γ has Σⱼ Wᵢⱼ Gᵢⱼ and the weight
   * γ∘G: no product for ∂L/∂input. β shifts what the layer's own normalisation centres, so that Σ d = 0 and its gradient is 0.
   *
   * @param scratch four rows of floats as wide as the input, in whose place doubles are written
   */
  #inputScaleBackward(
    { width, gamma, beta }: NormalisationLayout,
    parameters: number,
    gradients: number,
    scratch: number,
  ): void {
    const { floats } = this.#views
    const { weight, outputs } = this.layout.layers[0]
    const product = gradients + weight
    const at = doublesOver(scratch)
    this.#kernels.rowDot(at, parameters + weight, product, width, outputs)
    for (const own of [gamma, beta]) clearRows({ floats }, gradients + own, 1, width)
    const column = doublesAt(this.#views, at, 2 * width)
    for (let i = 0; i < width; i++) {
      floats[gradients + gamma + i] = column[i]
      column[i] = floats[parameters + gamma + i]
    }
    column.fill(0, width)
    this.#kernels.rowCombine(product, product, at, product, at + width, width, outputs)
  }

  /** act(input·weight + bias); of the output layer the product alone. */
  #layer(
    layer: LayerLayout,
    parameters: number,
    workspace: number,
    input: number,
    activated: number,
    rows: number,
    isTraining: boolean,
  ): void {
    const kernels = this.#kernels
    const { inputs, outputs, normalisation, isOutput } = layer
    kernels.gemmNN(activated, input, parameters + layer.weight, rows, inputs, outputs, 0)
    if (normalisation)
      this.#normalise(normalisation, parameters, workspace, activated, activated, rows, isTraining)
    if (isOutput) return
    const bias = parameters + (normalisation ? this.layout.zeros : layer.bias)
    kernels.biasActivation(activated, bias, rows, outputs, this.#activation)
  }

  /** Returns where ∂L/∂(the layer's input) lies; meaningless unless `wanted`. */
  #layerBackward(
    layer: LayerLayout,
    parameters: number,
    gradients: number,
    below: number,
    rows: number,
    workspace: number,
    d: number,
    wanted: boolean,
    scratch: BackwardScratch,
  ): number {
    const kernels = this.#kernels
    const { inputs, outputs, normalisation } = layer
    const dBelow = d === scratch.first ? scratch.second : scratch.first
    // The sum's gradient reaches the layer's input as it is; the copy is then added to by the product below.
    if (layer.isResidual) copyRows(this.#views, dBelow, d, rows, outputs)
    if (!layer.isOutput) {
      kernels.activationBackward(d, workspace + layer.activated, rows, outputs, this.#activation)
    }
    if (normalisation) {
      this.#normaliseBackward(normalisation, parameters, gradients, rows, workspace, d)
    } else if (!layer.isFrozen && !layer.isOutput) {
      kernels.columnSum(gradients + layer.bias, d, rows, outputs, 0)
    }
    if (!layer.isFrozen) kernels.gemmTN(gradients + layer.weight, below, d, rows, inputs, outputs, 0)
    if (wanted) {
      const weight = parameters + layer.weight
      kernels.gemmNT(dBelow, d, weight, rows, inputs, outputs, layer.isResidual ? 1 : 0, scratch.transposed)
    }
    return dBelow
  }

  #normalise(
    norm: NormalisationLayout,
    parameters: number,
    workspace: number,
    input: number,
    output: number,
    rows: number,
    isTraining: boolean,
  ): void {
    const kernels = this.#kernels
    const { width } = norm
    const gamma = parameters + norm.gamma
    const beta = parameters + norm.beta
    const mean = workspace + norm.mean
    const inverse = workspace + norm.inverse
    if (isTraining) {
      const xhat = workspace + norm.normalised
      kernels.batchNorm(output, xhat, mean, inverse, input, gamma, beta, rows, width, NORMALISATION_EPSILON)
      this.#moveAverages(norm, parameters, mean, inverse)
    } else {
      this.#frozenScale(norm, parameters, mean, inverse)
      kernels.scaleShift(output, input, inverse, mean, rows, width)
    }
  }

  #normaliseBackward(
    norm: NormalisationLayout,
    parameters: number,
    gradients: number,
    rows: number,
    workspace: number,
    d: number,
  ): void {
    this.#kernels.batchNormBackward(
      d,
      gradients + norm.gamma,
      gradients + norm.beta,
      workspace + norm.normalised,
      workspace + norm.inverse,
      parameters + norm.gamma,
      rows,
      norm.width,
    )
  }

  #moveAverages(norm: NormalisationLayout, parameters: number, mean: number, inverse: number): void {
    const { floats } = this.#views
    const movingMean = parameters + norm.movingMean
    const movingVariance = parameters + norm.movingVariance
    const take = 1 - MOVING_AVERAGE_MOMENTUM
    for (let j = 0; j < norm.width; j++) {
      const variance = 1 / floats[inverse + j] ** 2 - NORMALISATION_EPSILON
      floats[movingMean + j] += take * (floats[mean + j] - floats[movingMean + j])
      floats[movingVariance + j] += take * (variance - floats[movingVariance + j])
    }
  }

  /** Inference is out = x∘scale + shift: scale into `inverse`, shift into `mean` of the workspace. */
  #frozenScale(norm: NormalisationLayout, parameters: number, mean: number, inverse: number): void {
    const { floats } = this.#views
    const at = parameters
    for (let j = 0; j < norm.width; j++) {
      const variance = floats[at + norm.movingVariance + j] + NORMALISATION_EPSILON
      const scale = floats[at + norm.gamma + j] / Math.sqrt(variance)
      floats[inverse + j] = scale
      floats[mean + j] = floats[at + norm.beta + j] - floats[at + norm.movingMean + j] * scale
    }
  }
}
