/** The estimate from fresh paths: what is asked for and where its arrays lie. Offsets in bytes. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { type GradientBuffers, type GradientLayout, layoutGradient } from '../networks/gradient-network.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import { centreOf } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { planGradientBuffers, type TrainingPlan } from '../training/plan.ts'

/**
 * How the driver is integrated in time.
 * - `euler`: left end, order 1, the published scheme;
 * - `trapezoidal`: mean of both ends with a predicted Y, order 2.
 */
export const SCHEMES = ['trapezoidal', 'euler'] as const
export type SchemeName = (typeof SCHEMES)[number]

export interface EstimateOptions {
  scheme: SchemeName
  /** The most fresh paths; fewer where `tolerance` is reached before. */
  paths: number
  /** Standard error to stop at; 0 runs all paths. */
  tolerance: number
}

/** Rows that a worker simulates at a time: enough for the matrix products, few enough for the cache. */
export const SHARD_ROWS = 128
/** Paths between two looks at the standard error. */
export const ROUND_PATHS = 2048

/** Columns of a path's result. */
export const COLUMN = {
  /** Y₀ plus the weighted residual: its mean is the estimate. */
  value: 0,
  /** The same on every second point of the grid. */
  coarse: 1,
  /** Y₀ plus the plain residual g(X_T) − Y_T. */
  plain: 2,
} as const
export const COLUMNS = 3

/** Words of `EstimatePlan.result`, float64: count, then for each moment a word for each. */
export const RESULT = {
  count: 0,
  value: 1,
  variance: 2,
  gap: 3,
  gapVariance: 4,
  plain: 5,
  plainVariance: 6,
  y0: 7,
} as const
export const RESULT_WORDS = 8

export interface EstimatePlan {
  options: EstimateOptions
  training: TrainingPlan
  /** The point that the paths start at: for a region, its centre. */
  x0: Float64Array
  /** For a trained model asked at another point, or a later time: the training's time step that paths start at. */
  elsewhere?: { firstStep: number }
  gradient: GradientLayout
  coarseCoefficients: StepCoefficients
  /** float64 [ROUND_PATHS][COLUMNS]. */
  values: number
  result: number
  workers: WorkerBuffers[]
}

/** Buffers of one worker for `SHARD_ROWS` rows. States are [rows×dim], the rest [rows×noiseDim], scalars float64 [rows]. */
export interface WorkerBuffers {
  x: number
  xNext: number
  w: number
  wPart: number
  z: number
  zNext: number
  driverDz: number
  pass: GradientBuffers
  y: number
  weight: number
  correction: number
  driver: number
  driverDy: number
  driverNext: number
  zw: number
  slope: number
  slopeNext: number
  terminal: number
}

export function planEstimate(
  arena: Arena,
  problem: CompiledProblem,
  training: TrainingPlan,
  options: EstimateOptions,
  workers: number,
): EstimatePlan {
  const { dim, noiseDim } = training
  const { network: specification, terminalSkip } = training.options
  const gradient = layoutGradient(specification, dim, noiseDim, SHARD_ROWS, terminalSkip)
  return {
    options,
    training,
    x0: centreOf(training.start),
    gradient,
    coarseCoefficients: planCoefficients(arena, problem, workers),
    values: arena.doubles(ROUND_PATHS * COLUMNS),
    result: arena.doubles(RESULT_WORDS),
    workers: Array.from({ length: workers }, () => planBuffers(arena, gradient)),
  }
}

function planBuffers(arena: Arena, gradient: GradientLayout): WorkerBuffers {
  const { dim, noiseDim } = gradient
  const state = () => arena.floats(SHARD_ROWS * padded(dim))
  const noise = () => arena.floats(SHARD_ROWS * padded(noiseDim))
  const scalar = () => arena.doubles(SHARD_ROWS)
  return {
    x: state(),
    xNext: state(),
    w: noise(),
    wPart: noise(),
    z: noise(),
    zNext: noise(),
    driverDz: noise(),
    pass: planGradientBuffers(arena, gradient, SHARD_ROWS),
    y: scalar(),
    weight: scalar(),
    correction: scalar(),
    driver: scalar(),
    driverDy: scalar(),
    driverNext: scalar(),
    zw: scalar(),
    slope: scalar(),
    slopeNext: scalar(),
    terminal: scalar(),
  }
}
