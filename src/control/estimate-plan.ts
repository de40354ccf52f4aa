/** The value of a trained policy from fresh paths: where its arrays lie. Offsets in bytes. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { CompiledControl } from './compiled.ts'
import { CHUNK_ROWS, type PolicyPlan, planRefined } from './plan.ts'

/** Paths between two looks at the standard error. */
export const ROUND_PATHS = 4096
/** Paths that the slope of the value along the policy is fitted from: shards of chunks. */
/** Paths that both grids run on, with the same noise. */
export const GRID_PATHS = 4096
export const FIT_SHARDS = 8
export const FIT_CHUNKS = 8
/** The fit takes d² numbers for each step; above this dimension the estimate goes without a control variate. */
const MOST_FITTED = 256

export interface PolicyEstimatePlan {
  policy: PolicyPlan
  /** The linear fit λ̂ₙ(x) = x̂·C + c of the adjoint, n = 0 … steps; null without a control variate. */
  fit: AdjointFit | null
  /** The policy on a grid twice as fine; null in discrete time, which has no error of a grid. */
  refined: PolicyPlan | null
  /** float64 [GRID_PATHS]: what the cost of a path changes by from the fine grid to the policy's own. */
  gaps: number
  /** float64 [ROUND_PATHS][PATH_COLUMNS]. */
  values: number
  /** float64 words; see `MOMENTS`. */
  result: number
  workers: EstimateBuffers[]
}

export interface AdjointFit {
  /** [steps+1][dim × padded(dim)] and [steps+1][padded(dim)]. */
  slope: number
  level: number
  /** For each shard: [steps+1] blocks of Σx̂x̂ᵀ, Σx̂λᵀ [dim × padded(dim)], Σx̂, Σλ [padded(dim)]. */
  sums: number[]
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

/** Buffers of one worker for CHUNK_ROWS paths. */
export interface EstimateBuffers {
  zero: number
  noise: number
  dot: number
  martingale: number
  worst: number
  constraints: number
}

export function planPolicyEstimate(
  arena: Arena,
  problem: CompiledControl,
  policy: PolicyPlan,
  workers: number,
): PolicyEstimatePlan {
  const { dim, noiseDim, grid } = policy
  return {
    policy,
    fit: dim > MOST_FITTED ? null : planFit(arena, dim, grid.steps),
    refined: problem.isDiscrete || grid.steps === 1 ? null : planRefined(arena, problem, policy, workers),
    gaps: arena.doubles(GRID_PATHS),
    values: arena.doubles(ROUND_PATHS * PATH_COLUMNS),
    result: arena.doubles(8),
    workers: Array.from({ length: workers }, () => ({
      zero: arena.floats(CHUNK_ROWS * padded(noiseDim)),
      noise: arena.floats(CHUNK_ROWS * padded(noiseDim)),
      dot: arena.doubles(CHUNK_ROWS),
      martingale: arena.doubles(CHUNK_ROWS),
      worst: arena.doubles(CHUNK_ROWS),
      constraints: arena.floats(CHUNK_ROWS * padded(problem.constraintCount)),
    })),
  }
}

/** Floats of one step's sums. */
export function fitBlock(dim: number): number {
  return 2 * padded(dim) * (dim + 1)
}

function planFit(arena: Arena, dim: number, steps: number): AdjointFit {
  return {
    slope: arena.floats((steps + 1) * dim * padded(dim)),
    level: arena.floats((steps + 1) * padded(dim)),
    sums: Array.from({ length: FIT_SHARDS }, () => arena.floats((steps + 1) * fitBlock(dim))),
  }
}
