/** Where the arrays of a training run lie. Made on the main thread, read by every worker; offsets in bytes. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { planSnapshot, type SnapshotPlan } from '../memory/snapshot.ts'
import {
  type GradientBuffers,
  type GradientLayout,
  type GradientStep,
  layoutGradient,
} from '../networks/gradient-network.ts'
import { layoutNetwork, type NetworkLayout } from '../networks/layout.ts'
import { scratchFloats } from '../networks/network.ts'
import type { NetworkSpecification } from '../networks/specification.ts'
import { problemGrid, type TimeGrid } from '../paths/grid.ts'
import { type PilotPlan, planPilot } from '../paths/pilot.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import type { StartLaw } from '../paths/start.ts'
import { transportCancels } from '../paths/transport.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { TrainingOptions } from './options.ts'
import { refitWords } from './refit.ts'
import { goodRegions } from './regions.ts'
import type { DriftScratch } from './sampling-drift.ts'
import type { StateAdjointPlan } from './state-adjoint.ts'
import { planTrainingValues, type TrainingValuePlan, trainingValueRegions } from './value-control.ts'

/** A block of trained numbers with its Adam moments. */
export interface ParameterBlock {
  theta: number
  firstMoment: number
  secondMoment: number
  /** Floats in all, and how many of them are trained. */
  count: number
  trainable: number
}

export interface TrainingPlan {
  options: TrainingOptions
  start: StartLaw
  seed: number
  grid: TimeGrid
  dim: number
  noiseDim: number
  /** Where g has no slope that tells of its jumps: the skips' first coefficients are 1, and slopes at T are taken as at `slopeTime`. */
  isSmoothed: boolean
  slopeTime: number
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
  /** What the forward pass of each time step leaves for its backward pass, and that of the value network. */
  buffers: GradientBuffers[]
  valueWorkspace: number
  valueOutput: number
  /** [steps+1][batch][dim], then [steps][batch][noiseDim]: X, ΔW, Z and ∂L/∂Z. */
  x: number
  dW: number
  z: number
  dZ: number
  /** Pathwise gradients ζ, σᵀ∂f/∂x, and the weights' exponents f_z·ΔW and |f_z|²: [batch][noiseDim], float64 [batch]. */
  pathwise: number
  driverSlope: number
  /** null where ∂Xₙ₊₁/∂Xₙ cancels against σ. */
  adjointState: StateAdjointPlan | null
  slopeNoise: number
  slopeSquare: number
  /** The drift s that paths are drawn with, [steps][batch][noiseDim], and s·ΔW and |s|²; see `SamplingDrift`. */
  hasDrift: boolean
  drift: number
  driftNoise: number
  driftSquare: number
  /** What the driver is linearised around in y; null: Y itself. */
  values: TrainingValuePlan | null
  /** float64 [steps+1][batch] Y; [steps][batch] ∂f/∂y. */
  y: number
  driverDy: number
  /** float64 [batch]: f, Z·ΔW, g − Y_T, ∂Y_T/∂Y₀, and the coefficients of the adjoint. */
  driver: number
  zdW: number
  residual: number
  sensitivity: number
  adjoint: number
  adjointDriver: number
  /** float64 words of state that outlives an iteration; see `STATE`. */
  state: number
  /** Parameters and state to go back to when the numbers go wrong, and how often that is tried. */
  good: SnapshotPlan
  retries: number
  /** Sums that the skips are solved from at the end; see `Refit`. */
  refit: number
  /** float64 [iterations][HISTORY_COLUMNS]. */
  history: number
  /** For each worker: gradients and the scratch of a backward pass. */
  workers: { gradients: number; first: number; second: number; transposed: number; drift: DriftScratch }[]
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
} as const
export const STATE_WORDS = 16

/** Columns of the history: loss, estimate of Y₀, learning rate, milliseconds since the stage began. */
export const HISTORY = { loss: 0, estimate: 1, rate: 2, elapsedMs: 3 } as const
export const HISTORY_COLUMNS = 4

/** A region of so few dimensions has room for finer structure. */
const FEW_DIMENSIONS = 10

/** Times that a run which goes wrong is taken back to a lower rate. */
export const DEFAULT_RETRIES = 2

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
  const slice = rows * padded(dim)
  const noiseSlice = rows * padded(noiseDim)
  const scratch = [gradient.network, valueNetwork].filter((layout) => layout !== null).map(scratchFloats)
  const largest = (count: (entry: { buffer: number; transposed: number }) => number) =>
    Math.max(...scratch.map(count))
  const parameters = Math.max(gradient.parameters, valueNetwork?.parameters ?? 0)
  const blocks = Array.from({ length: steps }, (_, n) =>
    n < firstNetwork
      ? planBlock(arena, padded(noiseDim), padded(noiseDim))
      : planBlock(arena, gradient.parameters, gradient.trainable),
  )
  const valueBlock = valueNetwork && planBlock(arena, valueNetwork.parameters, valueNetwork.trainable)
  const state = arena.doubles(STATE_WORDS)
  return {
    options,
    start,
    seed,
    grid,
    isSmoothed: problem.isTerminalSmoothed,
    slopeTime: problem.isTerminalSmoothed ? grid.times[steps - 1] : grid.horizon,
    dim,
    noiseDim,
    coefficients: planCoefficients(arena, problem, grid.segments.length, workers),
    pilot: planPilot(arena, dim, noiseDim, steps, workers),
    gradient,
    firstNetwork,
    blocks,
    valueNetwork,
    valueBlock,
    buffers: Array.from({ length: steps }, () => planGradientBuffers(arena, gradient, rows)),
    valueWorkspace: arena.floats(valueNetwork?.workspace ?? 0),
    valueOutput: arena.floats(valueNetwork ? rows * padded(1) : 0),
    x: arena.floats((steps + 1) * slice),
    dW: arena.floats(steps * noiseSlice),
    z: arena.floats(steps * noiseSlice),
    dZ: arena.floats(steps * noiseSlice),
    pathwise: arena.floats(noiseSlice),
    driverSlope: arena.floats(noiseSlice),
    adjointState: transportCancels(problem)
      ? null
      : { lambda: arena.floats(slice), transported: arena.floats(slice), slope: arena.floats(slice) },
    slopeNoise: arena.doubles(rows),
    slopeSquare: arena.doubles(rows),
    hasDrift,
    drift: arena.floats(hasDrift ? steps * noiseSlice : 0),
    driftNoise: arena.doubles(rows),
    driftSquare: arena.doubles(rows),
    values,
    y: arena.doubles((steps + 1) * rows),
    driverDy: arena.doubles(steps * rows),
    driver: arena.doubles(rows),
    zdW: arena.doubles(rows),
    residual: arena.doubles(rows),
    sensitivity: arena.doubles(rows),
    adjoint: arena.doubles(rows),
    adjointDriver: arena.doubles(rows),
    state,
    good: planSnapshot(arena, [
      ...goodRegions(blocks, valueBlock, state),
      ...trainingValueRegions(values, steps),
    ]),
    retries,
    refit: arena.doubles(refitWords(steps, noiseDim)),
    history: arena.doubles(iterations * HISTORY_COLUMNS),
    workers: Array.from({ length: workers }, () => ({
      gradients: arena.floats(parameters),
      first: arena.floats(largest((entry) => entry.buffer)),
      second: arena.floats(largest((entry) => entry.buffer)),
      transposed: arena.floats(largest((entry) => entry.transposed)),
      drift: planDriftScratch(arena, dim, noiseDim, hasDrift ? rows : 0),
    })),
  }
}

/** One hidden layer of fixed ridge functions: what is trained, and at the end solved for, is linear. */
function valueSpecification({ activation }: NetworkSpecification, dim: number): NetworkSpecification {
  const hidden = [dim <= FEW_DIMENSIONS ? 128 : 64]
  return { family: 'random-features', hidden, activation, batchNorm: false, linearSkip: 'dense' }
}

function planDriftScratch(arena: Arena, dim: number, noiseDim: number, rows: number): DriftScratch {
  return {
    input: arena.floats(rows * padded(dim)),
    z: arena.floats(rows * padded(noiseDim)),
    y: arena.doubles(rows),
    driver: arena.doubles(rows),
    driverDy: arena.doubles(rows),
  }
}

export function planGradientBuffers(arena: Arena, layout: GradientLayout, rows: number): GradientBuffers {
  return {
    input: arena.floats(rows * padded(layout.dim)),
    terminalZ: arena.floats(layout.terminalSkip ? rows * padded(layout.noiseDim) : 0),
    workspace: arena.floats(layout.network.workspace),
    terminal: arena.doubles(rows),
  }
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
    theta: arena.floats(count),
    firstMoment: arena.floats(trainable),
    secondMoment: arena.floats(trainable),
    count,
    trainable,
  }
}
