/** The estimate from fresh paths: what is asked for and where its arrays lie. Offsets in bytes. */
import type { Arena } from '../memory/arena.ts'
import { type GradientLayout, layoutGradient } from '../networks/gradient-network.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import { centreOf } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { SchemeName } from '../solution/schemes.ts'
import { STATE, type TrainingPlan } from '../training/plan.ts'
import { type BranchPlan, planBranches } from './branch-plan.ts'
import { planBuffers, SHARD_ROWS, type WorkerBuffers } from './buffers.ts'
import { type MartingaleControlPlan, planMartingaleControl } from './martingale-control.ts'
import { planValueControl, type ValueControlPlan } from './value-control.ts'

export interface EstimateOptions {
  scheme: SchemeName
  /** The fewest and the most fresh paths; between them they end where a tolerance is reached. */
  fewestPaths: number
  paths: number
  /** Standard error to stop at, and the same as a share of |value|; 0 asks for none. */
  tolerance: number
  relativeTolerance: number
}

/** Paths between two looks at the standard error. */
export const ROUND_PATHS = 2048

/** Estimates from fewer paths go without a martingale fitted. */
const FEWEST_CONTROLLED = 2048

/** Columns of a path's result. */
export const COLUMN = {
  /** What the path estimates u(0,x₀) at. */
  value: 0,
  /** The same on every second point of the grid. */
  coarse: 1,
} as const
export const COLUMNS = 2

/** Words of `EstimatePlan.result`, float64: count, for each moment its mean and sum of squared deviations, and Y₀. */
export const RESULT = {
  count: 0,
  value: 1,
  variance: 2,
  gap: 3,
  gapVariance: 4,
  extrapolated: 5,
  extrapolatedVariance: 6,
  remainder: 7,
  remainderVariance: 8,
  remainderCount: 9,
  y0: 10,
} as const
export const RESULT_WORDS = 11

export interface EstimatePlan {
  options: EstimateOptions
  training: TrainingPlan
  /** The point that the paths start at: for a region, its centre. */
  x0: Float64Array
  /** For a trained model asked at another point, or a later time: the training's time step that paths start at. */
  elsewhere?: { firstStep: number }
  gradient: GradientLayout
  coarseCoefficients: StepCoefficients
  /** null where the driver is not curved in y, the scheme takes Ŷ as it comes, or g(X) is not at hand. */
  valueControl: ValueControlPlan | null
  /** null where the scheme is Euler's, Z has its network alone, or paths are so few that a fit would cost more than it saves. */
  martingaleControl: MartingaleControlPlan | null
  /** null where the driver is affine or has kinks, or the scheme is Euler's. */
  branches: BranchPlan | null
  /** float64 [ROUND_PATHS][COLUMNS]. */
  values: number
  result: number
  workers: WorkerBuffers[]
}

/** Whether paths are taken on every second point of the grid as well: where their first step is one of these, and their last. */
export function hasCoarseGrid({ training, elsewhere }: EstimatePlan): boolean {
  return training.grid.steps % 2 === 0 && (elsewhere?.firstStep ?? 0) % 2 === 0
}

export function planEstimate(
  arena: Arena,
  problem: CompiledProblem,
  training: TrainingPlan,
  options: EstimateOptions,
  workers: number,
): EstimatePlan {
  const { dim, noiseDim, grid } = training
  const { network: specification, terminalSkip } = training.options
  const gradient = layoutGradient(specification, dim, noiseDim, SHARD_ROWS, terminalSkip)
  const result = arena.doubles(RESULT_WORDS)
  const isSecondOrder = options.scheme === 'trapezoidal'
  const { isSmooth, isCurved, isCurvedInY } = problem.driverShape
  const unit = training.state + 8 * STATE.yScale
  return {
    options,
    training,
    x0: centreOf(training.start),
    gradient,
    coarseCoefficients: planCoefficients(arena, problem, workers),
    valueControl:
      isSecondOrder && isCurvedInY && terminalSkip
        ? planValueControl(arena, grid.steps, unit, workers)
        : null,
    martingaleControl:
      isSecondOrder && terminalSkip && options.paths >= FEWEST_CONTROLLED
        ? planMartingaleControl(
            arena,
            { steps: grid.steps, noiseDim, isNewton: isSmooth && isCurved },
            unit,
            workers,
          )
        : null,
    branches: isSecondOrder && isSmooth && isCurved ? planBranches(arena, dim, noiseDim, workers) : null,
    values: arena.doubles(ROUND_PATHS * COLUMNS),
    result,
    workers: Array.from({ length: workers }, () => planBuffers(arena, gradient)),
  }
}
