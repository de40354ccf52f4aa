/** What tells from paths that branch how the second order of the networks' errors moves with where they start. */
import type { WorkerContext } from '../parallel/context.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { BranchAdjoint } from './branch-adjoint.ts'
import type { BranchBuffers } from './branch-plan.ts'
import type { PathRecord } from './gradient/path-record.ts'
import type { GradientPlan } from './gradient/plan.ts'

/** What a group's paths are read by, from their start to where they branched. */
export interface TrunkParts {
  plan: GradientPlan
  functions: ProblemFunctions
  context: WorkerContext
  simulator: Simulator
  record: PathRecord
  /** The step that paths start at. */
  first: number
}

/** A group of paths that branched at a node. */
export interface BranchedGroup {
  group: number
  node: number
  /** What a correction there counts for. */
  duration: number
  rows: number
  /** Of the value; index, float64 [rows]. */
  corrections: number
  buffers: BranchBuffers
}

export interface SlopeReader {
  /** Sees a group's second branch from where it branched on; null where nothing of it is needed. */
  rest: BranchAdjoint | null
  /** A sample of each path, [rows×dim] as padded; null where they tell nothing. */
  read(branched: BranchedGroup): Readonly<ArrayLike<number>> | null
}
