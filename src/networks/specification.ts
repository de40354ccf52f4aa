/** What a network is made of, apart from its dimensions. */
import type { ActivationName } from '../kernels/interface.ts'

/**
 * - `two-layer`: one hidden layer (the functions of Barron space);
 * - `multilayer`: hidden layers one after another;
 * - `residual`: after the first layer each adds to its input, h ← h + act(W h + b) (flow-induced space);
 * - `random-features`: a frozen random hidden layer, only the output is trained.
 */
export const NETWORK_FAMILIES = ['two-layer', 'multilayer', 'residual', 'random-features'] as const
export type NetworkFamily = (typeof NETWORK_FAMILIES)[number]

export interface NetworkSpecification {
  family: NetworkFamily
  /** Widths of the hidden layers. `two-layer` and `random-features` have one; `residual` needs equal ones. One of width 0 is no network. */
  hidden: number[]
  activation: ActivationName
  /** Normalise over the batch at the input, after each layer and at the output, as the published code does. */
  batchNorm: boolean
  /** Add a linear function of the standardised state to the output: training starts near a linear solution. */
  linearSkip: LinearSkip
}

/**
 * - `diagonal`: output j gets aⱼ·x̂ⱼ (as many outputs as inputs);
 * - `dense`: the whole matrix A·x̂; for few dimensions, for each of its inputs·outputs entries carries noise of its own.
 */
export const LINEAR_SKIPS = ['none', 'diagonal', 'dense'] as const
export type LinearSkip = (typeof LINEAR_SKIPS)[number]

/**
 * What Zₙ gets beside its network:
 * - `fitted`: αₙ∘σᵀ∇g and the linear skip, from the pilot paths' fit;
 * - `none`: nothing, for what a network alone approximates.
 */
export const SKIP_RULES = ['fitted', 'none'] as const
export type SkipRule = (typeof SKIP_RULES)[number]
