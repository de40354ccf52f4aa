/** What the noise of a step moves the coordinates of a block of paths by, and the arguments of features with them. */
import type { IntervalPlan } from './rule-plan.ts'

export interface StepNoise {
  /**
   * Of coordinates that are moved by more than normals: the columns of hands.bends, of mean 0 and second order, and where in an
   * interval's weights those by them begin, in floats; null where there are none.
   */
  readonly bends: { columns: number; weights: number } | null
  /** Of the step from `node` on by hands.w: its normal part into hands.noise, what bends it into hands.bends. */
  displace(node: number): void
  /** The variance of the normal part of what each feature's argument moves by, into hands.spreads. Between `displace` and the step. */
  spread(interval: IntervalPlan, node: number, firstPath: number): void
}
