/** Where the arrays of a training run lie. Made on the main thread, read by every worker; offsets in bytes. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { planSnapshot, type SnapshotPlan } from '../memory/snapshot.ts'
import type { Span } from '../memory/span.ts'
import { type GradientLayout, type GradientStep, layoutGradient } from '../networks/gradient-network.ts'
import { layoutNetwork, type NetworkLayout } from '../networks/layout.ts'
import type { NetworkSpecification } from '../networks/specification.ts'
import { problemGrid, type TimeGrid } from '../paths/grid.ts'
import { type PilotPlan, planPilot } from '../paths/pilot.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import type { StartLaw } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { planBatch, type TrainingBatch } from './batch.ts'
import type { TrainingOptions } from './options.ts'
import { refitWords } from './refit-plan.ts'
import { planTrainingValues, type TrainingValuePlan } from './value-plan.ts'

/** A block of trained numbers with its Adam moments. */
export interface ParameterBlock {
  theta: number
  firstMoment: number
  secondMoment: number
  /** Floats in all, and how many of them are trained. */
  count: number
  trainable: number
}

export interface TrainingPlan extends TrainingBatch {
  options: TrainingOptions
  start: StartLaw
  seed: number
  grid: TimeGrid
  dim: number
  noiseDim: number
  /**
   * Where g has no slope that tells of its jumps: the skips' first coefficients are 1, and the slopes that training goes by are those of the
   * smoothed g at `slopeTime`, where paths are at the node `slopeStep`. Networks from there on stay as they begin.
   */
  isSmoothed: boolean
  slopeTime: number
  slopeStep: number
  coefficients: StepCoefficients
  pilot: PilotPlan
  /** The networks of steps `firstNetwork` … steps−1 share one layout. Before `firstNetwork` Z₀ is a trained vector. */
  gradient: GradientLayout
  firstNetwork: 0 | 1
  /** One block for each time step; that of step 0 is the vector Z₀ when the start is a point. */
  blocks: ParameterBlock[]
  /** u(0,·) over a region: a network of its own; null for a point. */
  valueNetwork: NetworkLayout | null
  valueBlock: ParameterBlock | null
  /** Whether paths are drawn with a drift; see `SamplingDrift`. */
  hasDrift: boolean
  /** What the driver is linearised around in y; null: Y itself. */
  values: TrainingValuePlan | null
  /** float64 words of state that outlives an iteration; see `STATE`. */
  state: number
  /** Parameters and state to go back to when the numbers go wrong, and how often that is tried. */
  good: SnapshotPlan
  retries: number
  /** Sums that the skips are solved from at the end; see `Refit`. */
  refit: number
  /** float64 [iterations][HISTORY_COLUMNS]. */
  history: number
  /** Where what an iteration makes anew lies, over what came before training and what comes behind it; see `clearScratch`. */
  scratch: Span
}

/** Words of `TrainingPlan.state`. */
export const STATE = {
  /** Y₀ (a shift of the value network over a region). */
  y0: 0,
  y0FirstMoment: 1,
  y0SecondMoment: 2,
  /** The units that the networks write Z in, the vector Z₀, and the value network Y₀. */
  zScale: 3,
  z0Scale: 4,
  yScale: 5,
  /** Iterations done: where a resumed run goes on. */
  iteration: 6,
  /** The iteration that the `plateau` schedule descends from; infinite before it does. */
  descent: 7,
  /** Times that the run went back to a lower rate; the iteration at which Adam's moments began. */
  rollbacks: 8,
  momentsFrom: 9,
  /** Over a region Y₀ = y0 + network + a·(g(X₀) − centre): a and its Adam moments. */
  valueSkip: 10,
  valueSkipFirstMoment: 11,
  valueSkipSecondMoment: 12,
  /** 1 once the skips were solved for at the end; see `Refit`. */
  skipsSolved: 13,
  /** The mean of g(X₀) over the region. */
  valueCentre: 14,
  /** 1 where g jumps, but on no pilot path, and paths go where they go whatever is learned: then nothing is, and the skips stay. */
  isSilent: 15,
  /** What a value next to nothing is small against: yScale, but 0 where g is 0 on every pilot path and that unit is nobody's. */
  valueScale: 16,
} as const
export const STATE_WORDS = 17

/** Columns of the history: loss, estimate of Y₀, learning rate, milliseconds since the stage began. */
export const HISTORY = { loss: 0, estimate: 1, rate: 2, elapsedMs: 3 } as const
export const HISTORY_COLUMNS = 4

/** A region of so few dimensions has room for finer structure. */
const FEW_DIMENSIONS = 10

/** Times that a run which goes wrong is taken back to a lower rate. */
export const DEFAULT_RETRIES = 2

/** Share of the steps up to where a layer before T is wide enough to be learned from. */
const LAYER_START = 0.75

export function planTraining(
  arena: Arena,
  problem: CompiledProblem,
  options: TrainingOptions,
  start: StartLaw,
  seed: number,
  workers: number,
  retries = DEFAULT_RETRIES,
): TrainingPlan {
  const { dim, noiseDim } = problem
  const { batchSize: rows, iterations } = options
  const grid = problemGrid(problem, options.steps)
  const { steps } = grid
  const gradient = layoutGradient(options.network, dim, noiseDim, rows, options.terminalSkip)
  const hasDrift = options.terminalSkip && problem.functions.driver.dependsOn.includes('z')
  const values =
    problem.driverShape.isCurvedInY && options.terminalSkip ? planTrainingValues(arena, steps, rows) : null
  const isRegion = start.kind !== 'point'
  const firstNetwork = isRegion ? 0 : 1
  const valueNetwork = isRegion ? layoutNetwork(valueSpecification(options.network, dim), dim, 1, rows) : null
  const blocks = Array.from({ length: steps }, (_, n) =>
    n < firstNetwork
      ? planBlock(arena, padded(noiseDim), padded(noiseDim))
      : planBlock(arena, gradient.parameters, gradient.trainable),
  )
  const valueBlock = valueNetwork && planBlock(arena, valueNetwork.parameters, valueNetwork.trainable)
  const state = arena.doubles(STATE_WORDS, 'learned')
  const plan = {
    options,
    start,
    seed,
    grid,
    isSmoothed: problem.isTerminalSmoothed,
    ...slopeOf(problem, grid),
    dim,
    noiseDim,
    coefficients: planCoefficients(arena, problem, grid.segments.length, workers),
    gradient,
    firstNetwork,
    blocks,
    valueNetwork,
    valueBlock,
    hasDrift,
    values,
    state,
    good: planSnapshot(arena, arena.kept('good'), 'state'),
    retries,
    refit: arena.doubles(refitWords(steps, noiseDim), 'state'),
    history: arena.doubles(iterations * HISTORY_COLUMNS, 'state'),
    pilot: planPilot(arena, dim, noiseDim, steps, workers),
  } as const
  const from = plan.pilot.scratch
  const sizes = { rows, steps, gradient, valueNetwork, hasDrift }
  const before = { at: from, bytes: arena.bytes - from }
  const batch = arena.over(before, () => planBatch(arena, problem, sizes, workers))
  return { ...plan, ...batch.plan, scratch: { at: from, bytes: arena.bytes - from } }
}

/** One hidden layer of fixed ridge functions: what is trained, and at the end solved for, is linear. */
function valueSpecification({ activation }: NetworkSpecification, dim: number): NetworkSpecification {
  const hidden = [dim <= FEW_DIMENSIONS ? 128 : 64]
  return { family: 'random-features', hidden, activation, batchNorm: false, linearSkip: 'dense' }
}

/** The parameters of step `n` and how its input is standardised. */
export function gradientStep(plan: TrainingPlan, n: number): GradientStep {
  const at = 4 * n * padded(plan.dim)
  const { scale, shift } = plan.pilot
  const { theta } = plan.blocks[n]
  return plan.options.standardise
    ? { theta, scale: scale + at, shift: shift + at }
    : { theta, scale: 0, shift: 0 }
}

function planBlock(arena: Arena, count: number, trainable: number): ParameterBlock {
  return {
    theta: arena.floats(count, 'learned'),
    firstMoment: arena.floats(trainable, 'state'),
    secondMoment: arena.floats(trainable, 'state'),
    count,
    trainable,
  }
}

/** In a layer slopes tell of its inside only where that is wide: up to the last quarter of steps, which shrink towards T. */
function slopeOf(
  { isTerminalSmoothed, hasLayer }: CompiledProblem,
  { steps, times, horizon }: TimeGrid,
): { slopeTime: number; slopeStep: number } {
  if (!isTerminalSmoothed) return { slopeTime: horizon, slopeStep: steps }
  if (!hasLayer) return { slopeTime: times[steps - 1], slopeStep: steps }
  const slopeStep = Math.max(1, Math.floor(LAYER_START * steps))
  return { slopeTime: times[slopeStep], slopeStep }
}
