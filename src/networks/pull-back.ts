/** ∂(v·net)/∂input behind a forward pass, without the gradients of the parameters that training wants. */

import { ACTIVATION, type Kernels } from '../kernels/interface.ts'
import { clearRows, copyRows } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { NetworkLayout } from './layout.ts'
import type { BackwardScratch } from './network.ts'

/** Networks with batch normalisation are not differentiated in their inputs. */
export function canPullBack({ specification }: NetworkLayout): boolean {
  return !specification.batchNorm
}

export class PullBack {
  readonly #layout: NetworkLayout
  readonly #kernels: Kernels
  readonly #views: Pick<Views, 'floats'>

  constructor(layout: NetworkLayout, kernels: Kernels, views: Pick<Views, 'floats'>) {
    this.#layout = layout
    this.#kernels = kernels
    this.#views = views
  }

  /** Writes into dInput[rows×inputs]; v[rows×outputs] is overwritten. Indices as in `Network.backward`. */
  apply(
    parameters: number,
    rows: number,
    workspace: number,
    v: number,
    dInput: number,
    scratch: BackwardScratch,
  ): void {
    const { layers, inputs } = this.#layout
    this.#skip(parameters, rows, v, dInput, scratch)
    let d = v
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l]
      const below = d === scratch.first ? scratch.second : scratch.first
      // A residual sum's gradient reaches the layer's input as it is.
      if (layer.isResidual) copyRows(this.#views, below, d, rows, layer.outputs)
      if (!layer.isOutput) {
        const activation = ACTIVATION[this.#layout.specification.activation]
        this.#kernels.activationBackward(d, workspace + layer.activated, rows, layer.outputs, activation)
      }
      const weight = parameters + layer.weight
      const accumulate = layer.isResidual ? 1 : 0
      this.#kernels.gemmNT(
        below,
        d,
        weight,
        rows,
        layer.inputs,
        layer.outputs,
        accumulate,
        scratch.transposed,
      )
      d = below
    }
    this.#kernels.add(dInput, d, rows, inputs)
  }

  /** The linear skip's part, or 0. */
  #skip(parameters: number, rows: number, v: number, dInput: number, { transposed }: BackwardScratch): void {
    const { skip, specification, inputs, outputs } = this.#layout
    const weight = parameters + skip
    if (skip >= 0 && specification.linearSkip === 'dense') {
      this.#kernels.gemmNT(dInput, v, weight, rows, inputs, outputs, 0, transposed)
      return
    }
    clearRows(this.#views, dInput, rows, inputs)
    if (skip >= 0) this.#kernels.addScaled(dInput, v, weight, rows, outputs)
  }
}
