/** What a person may choose about a training run of the deep BSDE method, after defaults. */
import type { NetworkSpecification } from '../networks/specification.ts'
import type { Schedule } from '../optimizer/schedule.ts'

/**
 * - `residual`: Y₀ is fixed by the batch: the mean residual, or a Newton step where f depends on y; the loss is the residual's variance;
 * - `parameter`: Y₀ is a trained parameter and the loss the terminal mismatch, as published.
 */
export type InitialValueRule = 'residual' | 'parameter'

export interface TrainingOptions {
  steps: number
  batchSize: number
  iterations: number
  schedule: Schedule
  network: NetworkSpecification
  initialValue: InitialValueRule
  /** Range that Y₀ is drawn from at the start; null starts at the mean of g. Only with `parameter`. */
  initialRange: [number, number] | null
  /** Networks read the standardised state and write Z in units of its typical size; the published run has neither. */
  standardise: boolean
  /** Add αₙ∘σᵀ∇g(Xₙ) to Zₙ, and start from the pilot paths' fit. */
  terminalSkip: boolean
  /**
   * Iterations, from the first, whose gradient is taken along paths instead of by ΔW; see `EulerSweep`. The published
   * run has none.
   */
  pathwiseIterations: number
  /** The networks' learning rate as a share of that of the skips: they have a hundred times as many parameters to be noisy in. */
  networkRate: number
}
