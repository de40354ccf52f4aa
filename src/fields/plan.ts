/** Where what training learns lies: Ẑ at every node of its grid, and over a region û(0,·). Read by all that comes after; places are indices of elements. */
import { floatsOf } from '../memory/rows.ts'
import type { GradientLayout, GradientStep } from '../networks/gradient-network.ts'
import type { NetworkLayout } from '../networks/layout.ts'
import type { TimeGrid } from '../paths/grid.ts'
import type { PilotPlan } from '../paths/pilot.ts'
import type { StepCoefficients } from '../paths/simulator.ts'
import type { StartLaw } from '../paths/start.ts'

/** A block of trained numbers with its Adam moments. */
export interface ParameterBlock {
  theta: number
  firstMoment: number
  secondMoment: number
  /** Floats in all, and how many of them are trained. */
  count: number
  trainable: number
}

/**
 * - `residual`: Y₀ is fixed by the batch: the mean residual, or a Newton step where f depends on y; the loss is the residual's variance;
 * - `parameter`: Y₀ is a trained parameter and the loss the terminal mismatch, as published.
 */
export type InitialValueRule = 'residual' | 'parameter'

export interface FieldPlan {
  start: StartLaw
  seed: number
  grid: TimeGrid
  dim: number
  noiseDim: number
  coefficients: StepCoefficients
  /** The networks of steps `firstNetwork` … steps−1 share one layout. Before `firstNetwork` Z₀ is a trained vector. */
  gradient: GradientLayout
  firstNetwork: 0 | 1
  /** One block for each time step; that of step 0 is the vector Z₀ when the start is a point. */
  blocks: ParameterBlock[]
  /** u(0,·) over a region: a network of its own; null for a point. */
  valueNetwork: NetworkLayout | null
  valueBlock: ParameterBlock | null
  /** What the networks' input is standardised by, where it is; see `Pilot`. */
  pilot: Pick<PilotPlan, 'scale' | 'shift'>
  isStandardised: boolean
  initialValue: InitialValueRule
  /** float64 words of state that outlives an iteration; see `STATE`. */
  state: number
  /** float64 [iterations][HISTORY_COLUMNS]. */
  history: number
}

/** The parameters of step `n` and how its input is standardised. */
export function gradientStep({ dim, pilot, blocks, isStandardised }: FieldPlan, n: number): GradientStep {
  const at = floatsOf(n, dim)
  const { theta } = blocks[n]
  return isStandardised
    ? { theta, scale: pilot.scale + at, shift: pilot.shift + at }
    : { theta, scale: 0, shift: 0 }
}
