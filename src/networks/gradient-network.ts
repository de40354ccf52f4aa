/**
 * What gives Zₙ from Xₙ at one time step:
 *
 *     Zₙ(x) = unit · netₙ(x̂) + αₙ ∘ σᵀ∇g(x)
 *
 * x̂ is the state standardised by its mean and deviation at tₙ. At T, Z is σᵀ∇g and needs no network; carried back to every
 * step with a trained coefficient for each component it is the skip connection that the network only has to correct.
 */

import type { Bound } from '../formulas/bind.ts'
import type { Kernels } from '../kernels/interface.ts'
import { floatsOf, rowAt, zeroWhereUndefined } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { layoutNetwork, type NetworkLayout } from './layout.ts'
import { type BackwardScratch, Network } from './network.ts'
import type { NetworkSpecification } from './specification.ts'

export interface GradientLayout {
  network: NetworkLayout
  dim: number
  noiseDim: number
  /** Whether αₙ∘σᵀ∇g is there; αₙ [noiseDim] lies at the start of the parameters, the network's own follow. */
  terminalSkip: boolean
  /** Floats of the skips (αₙ and the linear one), which come first, of what is trained, and of all parameters. */
  skips: number
  trainable: number
  parameters: number
}

/** Indices of a pass over `rows` rows; `backward` reads what `forward` left there. */
export interface GradientBuffers {
  /** Standardised state [rows×dim]. */
  input: number
  /** σᵀ∇g [rows×noiseDim]. */
  terminalZ: number
  workspace: number
  /** g, float64 [rows]. */
  terminal: number
}

/** The parameters of one time step, indices; no standardisation where `scale` is 0. */
export interface GradientStep {
  theta: number
  scale: number
  shift: number
}

export function layoutGradient(
  specification: NetworkSpecification,
  dim: number,
  noiseDim: number,
  rows: number,
  terminalSkip: boolean,
): GradientLayout {
  const network = layoutNetwork(specification, dim, noiseDim, rows)
  const alpha = terminalSkip ? floatsOf(1, noiseDim) : 0
  const linear = specification.linearSkip === 'diagonal' ? floatsOf(1, noiseDim) : 0
  return {
    network,
    dim,
    noiseDim,
    terminalSkip,
    skips: alpha + linear,
    trainable: alpha + network.trainable,
    parameters: alpha + network.parameters,
  }
}

/** Index of the network's parameters behind a step's `theta`. */
export function networkParameters(layout: GradientLayout, theta: number): number {
  return layout.terminalSkip ? rowAt(theta, 1, layout.noiseDim) : theta
}

export class GradientNetwork {
  readonly #layout: GradientLayout
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #network: Network
  readonly #terminalGradient: Bound<'x' | 'g' | 'z'>

  constructor(
    layout: GradientLayout,
    terminalGradient: Bound<'x' | 'g' | 'z'>,
    kernels: Kernels,
    views: Views,
  ) {
    this.#layout = layout
    this.#kernels = kernels
    this.#views = views
    this.#network = new Network(layout.network, kernels, views)
    this.#terminalGradient = terminalGradient
  }

  /**
   * z[rows×noiseDim] from x[rows×dim] at time t; with `hasTerminalZ` σᵀ∇g(x) is in its buffer already. Where the rows are a part
   * of a batch, they are the buffers' rows from `first` on.
   */
  forward(
    step: GradientStep,
    t: number,
    x: number,
    rows: number,
    unit: number,
    buffers: GradientBuffers,
    z: number,
    isTraining: boolean,
    hasTerminalZ = false,
    first = 0,
  ): void {
    const { dim, noiseDim, terminalSkip } = this.#layout
    const kernels = this.#kernels
    const input = step.scale === 0 ? x : rowAt(buffers.input, first, dim)
    if (input !== x) kernels.scaleShift(input, x, step.scale, step.shift, rows, dim)
    const parameters = networkParameters(this.#layout, step.theta)
    const terminalZ = rowAt(buffers.terminalZ, first, noiseDim)
    if (terminalSkip && !hasTerminalZ) this.#terminalZ(t, x, rows, buffers.terminal + first, terminalZ)
    const terms = { unit, g: terminalZ, alpha: terminalSkip ? step.theta : 0 }
    this.#network.forward(parameters, input, rows, buffers.workspace, z, isTraining, first, terms)
  }

  /** g(x) and σᵀ∇g(x), 0 where that does not exist. */
  #terminalZ(t: number, x: number, rows: number, terminal: number, terminalZ: number): void {
    const { noiseDim } = this.#layout
    const { floats } = this.#views
    this.#terminalGradient(rows, t, { x, g: terminal, z: terminalZ })
    zeroUndefined(floats, terminalZ, rows, noiseDim)
  }

  /** Gradients of all trained parameters of the step, written; dZ[rows×noiseDim] is overwritten. */
  backward(
    step: GradientStep,
    x: number,
    rows: number,
    unit: number,
    buffers: GradientBuffers,
    dZ: number,
    gradients: number,
    scratch: BackwardScratch,
  ): void {
    const terms = { unit, g: buffers.terminalZ, alpha: this.#layout.terminalSkip ? gradients : 0 }
    const parameters = networkParameters(this.#layout, step.theta)
    const input = step.scale === 0 ? x : buffers.input
    const behind = networkParameters(this.#layout, gradients)
    this.#network.backward(parameters, behind, input, rows, buffers.workspace, dZ, 0, scratch, terms)
  }
}

/**
 * Writes 0 where σᵀ∇g[rows×noiseDim] at `z` (index) is not finite. Only at a point that all rows share may it not exist, as
 * at a kink, so the first row tells.
 */
export function zeroUndefined(floats: Float32Array, z: number, rows: number, noiseDim: number): void {
  const first = floats.subarray(z, z + noiseDim)
  if (first.every(Number.isFinite)) return
  zeroWhereUndefined({ floats }, z, rows, noiseDim)
}
