/** Draws a network's first parameters: Glorot's uniform law, from a counter, so that any worker may do it. */

import { rowAt } from '../memory/rows.ts'
import { STREAM } from '../random/streams.ts'
import { UniformStream } from '../random/uniform.ts'
import type { LayerLayout, NetworkLayout, NormalisationLayout } from './layout.ts'

/**
 * Writes the parameters of network number `index` at `offset` floats.
 * With `startsAtZero` its output layer is zero: training starts from the skips alone. Otherwise, as published,
 * it has a random output layer; normalisations γ ~ U(0.1, 0.5), β ~ N(0, 0.1²) as the
 * code of Han, Jentzen and E (2018) has them.
 */
export function initialiseNetwork(
  floats: Float32Array,
  offset: number,
  layout: NetworkLayout,
  seed: number,
  index: number,
  startsAtZero: boolean,
): void {
  const uniform = new UniformStream(seed, STREAM.initialisation, index)
  floats.fill(0, offset, offset + layout.parameters)
  for (const layer of layout.layers) {
    initialiseLayer(floats, offset, layer, startsAtZero, uniform)
    if (layer.normalisation) initialiseNormalisation(floats, offset, layer.normalisation, uniform)
  }
  if (layout.inputNormalisation) initialiseNormalisation(floats, offset, layout.inputNormalisation, uniform)
}

function initialiseLayer(
  floats: Float32Array,
  offset: number,
  layer: LayerLayout,
  startsAtZero: boolean,
  uniform: UniformStream,
): void {
  if (layer.isOutput && startsAtZero) return
  const { inputs, outputs } = layer
  const bound = Math.sqrt(6 / (inputs + outputs))
  for (let i = 0; i < inputs; i++) {
    const row = offset + rowAt(layer.weight, i, outputs)
    for (let j = 0; j < outputs; j++) floats[row + j] = bound * (2 * uniform.next() - 1)
  }
  if (layer.isFrozen) {
    // Frozen features need thresholds spread over the standardised data; trained ones find theirs.
    for (let j = 0; j < outputs; j++) floats[offset + layer.bias + j] = 2 * uniform.next() - 1
  }
}

function initialiseNormalisation(
  floats: Float32Array,
  offset: number,
  norm: NormalisationLayout,
  uniform: UniformStream,
): void {
  for (let j = 0; j < norm.width; j++) {
    floats[offset + norm.gamma + j] = 0.1 + 0.4 * uniform.next()
    floats[offset + norm.beta + j] = 0.1 * uniform.normal()
    floats[offset + norm.movingVariance + j] = 1
  }
}
