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
  /** Widths of the hidden layers. `two-layer` and `random-features` have one; `residual` needs equal ones. */
  hidden: number[]
  activation: ActivationName
  /** Normalise over the batch at the input, after each layer and at the output, as the published code does. */
  batchNorm: boolean
  /** Add A·x̂ to the output: training starts from a linear function of the standardised state. */
  linearSkip: boolean
}
