/** The value of a trained policy from fresh paths: where its arrays lie. Places are indices of elements. */
import type { Arena } from '../memory/arena.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import type { CompiledControl } from './compiled.ts'
import { type GridPlan, planGrids } from './grid-plan.ts'
import type { PolicyPlan } from './plan.ts'

/** Paths between two looks at the standard error. */
export const ROUND_PATHS = 4096

export interface PolicyEstimatePlan {
  policy: PolicyPlan
  /** The policy on finer grids; null in discrete time, which has no error of a grid. */
  grids: GridPlan | null
  /** float64 [ROUND_PATHS][PATH_COLUMNS]. */
  values: number
  /** float64 words; see `MOMENTS`. */
  result: number
  workers: EstimateBuffers[]
}

/** A path's cost, the martingale of the control variate, its worst constraint. */
export const PATH = { cost: 0, martingale: 1, worst: 2 } as const
export const PATH_COLUMNS = 3

export const MOMENTS = {
  count: 0,
  cost: 1,
  martingale: 2,
  costSquares: 3,
  martingaleSquares: 4,
  product: 5,
  violations: 6,
  worst: 7,
} as const
export const RESULT_WORDS = 8

/** Buffers of one worker for BLOCK_ROWS paths. */
export interface EstimateBuffers {
  worst: number
  constraints: number
}

export function planPolicyEstimate(
  arena: Arena,
  problem: CompiledControl,
  policy: PolicyPlan,
  workers: number,
): PolicyEstimatePlan {
  return {
    policy,
    grids: problem.isDiscrete ? null : planGrids(arena, problem, policy, workers),
    values: arena.doubles(ROUND_PATHS * PATH_COLUMNS, 'state'),
    result: arena.doubles(RESULT_WORDS, 'state'),
    workers: Array.from({ length: workers }, () => ({
      worst: arena.doubles(BLOCK_ROWS),
      constraints: arena.rows(BLOCK_ROWS, problem.constraintCount),
    })),
  }
}
