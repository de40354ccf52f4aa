/** What a person may choose about a training run of the deep BSDE method, after defaults. */
import type { InitialValueRule } from '../fields/plan.ts'
import type { NetworkSpecification } from '../networks/specification.ts'
import type { Schedule } from '../optimizer/schedule.ts'

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
