/** The estimate from fresh paths: what is asked for and where its arrays lie. Places are indices of elements. */

import type { FieldPlan } from '../fields/plan.ts'
import { STATE } from '../fields/state.ts'
import type { Arena } from '../memory/arena.ts'
import type { Span } from '../memory/span.ts'
import { doublesAt } from '../memory/views.ts'
import { type GradientLayout, layoutGradient } from '../networks/gradient-network.ts'
import { coarsened, type TimeGrid } from '../paths/grid.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import { centreOf } from '../paths/start.ts'
import { rowsAtATime } from '../paths/wide.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Spans } from '../problem/forecast/reach.ts'
import { EXACT } from '../problem/laws/law.ts'
import type { SchemeName } from '../solution/schemes.ts'
import { EXTREMES_WORDS } from '../statistics/hidden-tail.ts'
import { FARTHEST } from '../statistics/unmet.ts'
import type { TrainingPlan } from '../training/plan.ts'
import { type AnchorPlan, canAnchor, planAnchor } from './anchor-plan.ts'
import { type BranchPlan, GROUP_PATHS, planBranches } from './branch-plan.ts'
import { planBuffers, SHARD_ROWS, type WorkerBuffers } from './buffers.ts'
import { recordFloats } from './gradient/path-record.ts'
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

/** Paths between two looks at the standard error, at most. */
export const ROUND_PATHS = 2048
/** Rounds whose paths are taken on every fourth point of the grid too: enough to tell the order that the error has. */
const COARSEST_ROUNDS = 2
/** Paths that settle Y₀, at most; a sample's own standard error is not trusted before so many. */
const SETTLING_PATHS = 1024

export function settlingPaths(rows: number): number {
  return Math.min(SETTLING_PATHS, 32 * rows)
}

/** Estimates from fewer shards of paths go without a martingale fitted. */
const FEWEST_CONTROLLED = 16

/** Columns of a path's result. */
export const COLUMN = {
  /** What the path estimates u(0,x₀) at. */
  value: 0,
  /** The same on every second and on every fourth point of the grid. */
  coarse: 1,
  coarsest: 2,
  /** g(X_T) */
  terminal: 3,
  /** See `StepLeak`. */
  leak: 4,
  /** What it would estimate u(0,x₀) at without Ẑ and the fitted martingale; g(X_T) by Euler's scheme. */
  plain: 5,
} as const
export const COLUMNS = 6

/** Words of `EstimatePlan.result`, float64: counts, for each moment its mean and sum of squared deviations, and Y₀. */
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
  /** Of the coarse grid's value less the coarsest's, and of the two grids' extrapolations' difference; paths of both. */
  coarseGap: 11,
  coarseGapVariance: 12,
  bend: 13,
  bendVariance: 14,
  coarsestCount: 15,
  /** See `SlopeBend`. */
  slopeBend: 16,
  /** What the remainder moves by from the nearer ends of a kink's quotient to none; see `correctCurvature`. */
  remainderMove: 17,
  remainderMoveVariance: 18,
  /** Continuations that a branch is a mean of; see `CorrectionCourse`. */
  repeats: 19,
  /** And the share of the time to T that they tell the mean over. */
  window: 20,
  /** Of g(X_T), and the FARTHEST largest distances of one from the mean so far, ascending. */
  terminal: 21,
  terminalVariance: 22,
  /** What steps let through; see `StepLeak`. */
  leak: 23,
  leakVariance: 24,
  /** Of paths without Ẑ. */
  plain: 25,
  plainVariance: 26,
  /** Γ times the square of what ln Γ may be off by, and Γ, where paths branched; see `correctCurvature`. */
  rateSquare: 27,
  rateSquareVariance: 28,
  weight: 29,
  weightVariance: 30,
  farthest: 31,
} as const
export const RESULT_WORDS = RESULT.farthest + FARTHEST

/** Them. */
export function resultOf(doubles: Float64Array, { result }: Pick<EstimatePlan, 'result'>): Float64Array {
  return doublesAt({ doubles }, result, RESULT_WORDS)
}

export interface EstimatePlan {
  options: EstimateOptions
  /** What the paths go by. */
  training: FieldPlan
  /** Paths that a worker moves at a time: what all numbers of paths are counted in. */
  rows: number
  /** Paths of a round at most, those of the rounds on three grids, and those that settle Y₀. */
  roundPaths: number
  coarsestPaths: number
  settlingPaths: number
  /** The point that the paths start at: for a region, its centre. */
  x0: Float64Array
  /** For a trained model asked at another point, or a later time: the training's time step that paths start at, and a value of u from nearby. */
  elsewhere?: { firstStep: number; near?: number }
  /** What is done of it where its rounds are shared with other machines: all before the first round, or the values of one. */
  part?: 'preparation' | { first: number }
  gradient: GradientLayout
  coarseCoefficients: StepCoefficients
  coarsestCoefficients: StepCoefficients
  /** Weak order in the time step that paths and driver's scheme have together. */
  order: number
  isFreeOfGrid: boolean
  /** Whether paths that branch end before a layer, in which Z has no bound. */
  hasLayer: boolean
  /** Whether Z's errors are let through by steps: where the driver is curved in z, the scheme linearises it, and Ẑ is no formula's that knows Z at every time. */
  hasLeak: boolean
  spans: Spans
  /** null where the driver is not curved in y, the scheme takes Ŷ as it comes, or g(X) is not at hand. */
  valueControl: ValueControlPlan | null
  /** null where the scheme is Euler's, Z has its network alone, or paths are so few that a fit would cost more than it saves. */
  martingaleControl: MartingaleControlPlan | null
  /** null where the driver is affine, or has kinks in z and g has none of a derivative, or the scheme is Euler's. */
  branches: BranchPlan | null
  /** null where g is smooth, the scheme is Euler's, or paths are too few for a fit. */
  anchor: AnchorPlan | null
  /** float64 [roundPaths][COLUMNS]. */
  values: number
  result: number
  /** The largest of what paths deviate from Y₀ by, and of the branching paths' corrections; see `Extremes`. */
  extremes: { paths: number; corrections: number }
  /** What the workers need lies over what training needed; see `clearScratch`. */
  scratch: Span
  /** What they leave of that to stages of their own. */
  free: Span
  workers: WorkerBuffers[]
}

/** Whether paths are taken on every `stride`-th point of the grid as well: where it is a coarser grid that has a node at every special time. */
export function hasGrid({ training, elsewhere }: EstimatePlan, stride: 2 | 4): boolean {
  const { grid } = training
  const first = elsewhere?.firstStep ?? 0
  const steps = grid.steps - first
  const hasNodes = first % stride === 0 || !grid.isBroken
  return hasNodes && Math.ceil(steps / stride) < Math.ceil((2 * steps) / stride)
}

/** Every `stride`-th point of the training's grid, where paths start among them. */
export function gridOf({ training, elsewhere }: Started, stride: 1 | 2 | 4): TimeGrid {
  const first = elsewhere?.firstStep ?? 0
  return stride === 1 ? training.grid : coarsened(training.grid, stride, first % stride)
}

/** The node of that grid at which paths start, and the training's step at one of its nodes. */
export function firstNode({ elsewhere }: Pick<Started, 'elsewhere'>, stride: 1 | 2 | 4): number {
  return Math.floor((elsewhere?.firstStep ?? 0) / stride)
}
export function stepAt({ elsewhere }: Pick<Started, 'elsewhere'>, stride: 1 | 2 | 4, node: number): number {
  return stride * node + ((elsewhere?.firstStep ?? 0) % stride)
}

type Started = Pick<EstimatePlan, 'training' | 'elsewhere'>

/** Whether neither paths nor driver have an error that depends on the grid: an exact law of X, and a driver that is one constant. */
function isFreeOfGrid({ dynamics, functions }: CompiledProblem): boolean {
  return dynamics.order === EXACT && functions.driver.dependsOn.length === 0
}

/** The lower of the driver's and of the paths' weak order. */
function orderOf({ dynamics }: CompiledProblem, scheme: SchemeName): number {
  return Math.min(scheme === 'euler' ? 1 : 2, dynamics.order)
}

/** The anchor, where paths start at time 0. */
export function anchorOf({
  anchor,
  elsewhere,
}: Pick<EstimatePlan, 'anchor' | 'elsewhere'>): AnchorPlan | null {
  return (elsewhere?.firstStep ?? 0) === 0 ? anchor : null
}

/** Floats that the nodes of paths which branch may take. */
const MOST_FLOATS = 2 ** 23

/** Whether paths that branch tell Z by their rest's derivative: at kinks in z, where ΔW/Δt is too noisy to tell. */
export function observesByPath({ training }: { training: FieldPlan }, problem: CompiledProblem): boolean {
  const { driverShape, terminalJumps, coefficientsJump } = problem
  const isKinkedInZ = !driverShape.isSmooth && driverShape.isCurvedInZ
  return isKinkedInZ && !terminalJumps && !coefficientsJump && keepsBranches(training)
}

function keepsBranches(training: FieldPlan): boolean {
  return GROUP_PATHS * recordFloats(training) <= MOST_FLOATS
}

/** Whether paths that branch tell how the second order moves with their start: where the gradient is one of paths, and σ has an inverse. */
function observesSlope(training: FieldPlan, { functions, terminalJumps }: CompiledProblem): boolean {
  return !terminalJumps && functions.unscaleGradient !== null && keepsBranches(training)
}

/** Whether what linearising the driver leaves out is measured. */
export function isMeasured(
  { driverShape, terminalJumps, coefficientsJump }: CompiledProblem,
  byPath = !terminalJumps && !coefficientsJump,
): boolean {
  const { isSmooth, isCurved, isCurvedInZ } = driverShape
  return isCurved && (isSmooth || !isCurvedInZ || byPath)
}

/** Of the grids on every `stride`-th point, from whichever of the first they begin at. */
function mostSegments(grid: TimeGrid, stride: number): number {
  const begins = Array.from({ length: grid.isBroken ? 1 : Math.min(stride, grid.steps) }, (_, from) => from)
  return Math.max(...begins.map((from) => coarsened(grid, stride, from).segments.length))
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
  const rows = rowsAtATime(dim, SHARD_ROWS)
  const roundPaths = Math.min(ROUND_PATHS, 64 * rows)
  const gradient = layoutGradient(specification, dim, noiseDim, rows, terminalSkip)
  const result = arena.doubles(RESULT_WORDS, 'rounds')
  const isSecondOrder = options.scheme === 'trapezoidal'
  const { isSmooth, isCurved } = problem.driverShape
  const unit = training.state + STATE.yScale
  const coefficients = (stride: number) =>
    planCoefficients(arena, problem, mostSegments(grid, stride), workers)
  const plan = {
    options,
    training,
    rows,
    roundPaths,
    coarsestPaths: COARSEST_ROUNDS * roundPaths,
    settlingPaths: settlingPaths(rows),
    x0: centreOf(training.start),
    gradient,
    coarseCoefficients: coefficients(2),
    coarsestCoefficients: coefficients(4),
    order: orderOf(problem, options.scheme),
    isFreeOfGrid: isFreeOfGrid(problem),
    hasLayer: problem.hasLayer && problem.terminalJumps,
    hasLeak: isSecondOrder && problem.driverShape.isCurvedInZ && !problem.isTerminalSmoothed,
    spans: problem.spans,
    valueControl:
      isSecondOrder && training.values
        ? planValueControl(arena, { steps: grid.steps, dim, shardRows: rows }, training.values, unit, workers)
        : null,
    martingaleControl:
      isSecondOrder && terminalSkip && options.paths >= FEWEST_CONTROLLED * rows
        ? planMartingaleControl(
            arena,
            { steps: grid.steps, noiseDim, shardRows: rows, isNewton: isSmooth && isCurved },
            unit,
            workers,
          )
        : null,
    branches:
      isSecondOrder && isMeasured(problem, observesByPath({ training }, problem))
        ? planBranches(arena, problem.driverShape, training, rows, workers, observesSlope(training, problem))
        : null,
    anchor:
      isSecondOrder && canAnchor(problem) && options.paths >= FEWEST_CONTROLLED * rows
        ? planAnchor(arena, problem, rows, workers, observesByPath({ training }, problem) ? grid.steps : 0)
        : null,
    values: arena.doubles(roundPaths * COLUMNS, 'rounds'),
    result,
    extremes: {
      paths: arena.doubles(EXTREMES_WORDS, 'rounds'),
      corrections: arena.doubles(EXTREMES_WORDS, 'rounds'),
    },
  } as const
  const buffers = arena.over(training.scratch, () =>
    Array.from({ length: workers }, () => planBuffers(arena, gradient, rows)),
  )
  return { ...plan, workers: buffers.plan, scratch: buffers.taken, free: buffers.left }
}
