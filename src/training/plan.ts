/** Where the arrays of a training run lie. Made on the main thread, read by every worker; places are indices of elements. */

import type { FieldPlan, ParameterBlock } from '../fields/plan.ts'
import { HISTORY_COLUMNS, STATE_WORDS } from '../fields/state.ts'
import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import { planSnapshot, type SnapshotPlan } from '../memory/snapshot.ts'
import type { Span } from '../memory/span.ts'
import { layoutGradient } from '../networks/gradient-network.ts'
import { layoutNetwork } from '../networks/layout.ts'
import type { NetworkSpecification } from '../networks/specification.ts'
import { RETRIES } from '../optimizer/schedule.ts'
import { problemGrid, type TimeGrid } from '../paths/grid.ts'
import { type PilotPlan, planPilot } from '../paths/pilot.ts'
import { planCoefficients } from '../paths/simulator.ts'
import type { StartLaw } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { planBatch, type TrainingBatch } from './batch.ts'
import type { TrainingOptions } from './options.ts'
import { refitWords } from './refit-plan.ts'
import { planTrainingValues, type TrainingValuePlan } from './value-plan.ts'

/** Beyond this a linear driver's rate discounts paths so differently that a fitted value has to keep Y along them. */
const MOST_SPREAD = 10

export interface TrainingPlan extends FieldPlan, TrainingBatch {
  options: TrainingOptions
  /**
   * Where g has no slope that tells of its jumps: the skips' first coefficients are 1, and the slopes that training goes by are those of the
   * smoothed g at `slopeTime`, where paths are at the node `slopeStep`. Networks from there on stay as they begin.
   */
  isSmoothed: boolean
  /** Whether g is smoothed where it has kinks, so that σᵀ∇g before T is all but a line near x₀, and a share of it little told from the skip beside it. */
  areKinksSmoothed: boolean
  /** Whether the driver is affine in (y, z), so that plain paths tell u. */
  isLinear: boolean
  slopeTime: number
  slopeStep: number
  pilot: PilotPlan
  /** Whether paths are drawn with a drift; see `SamplingDrift`. */
  hasDrift: boolean
  /** What the driver is linearised around in y; null: Y itself. */
  values: TrainingValuePlan | null
  /** Parameters and state to go back to when the numbers go wrong, and how often that is tried. */
  good: SnapshotPlan
  retries: number
  /** Sums that the skips are solved from at the end; see `Refit`. */
  refit: number
  /** Where what an iteration makes anew lies, over what came before training and what comes behind it; see `clearScratch`. */
  scratch: Span
}

/** A region of so few dimensions has room for finer structure. */
const FEW_DIMENSIONS = 10

/** Times that a run which goes wrong is taken back to a lower rate. */

/** Share of the steps up to where a layer before T is wide enough to be learned from. */
const LAYER_START = 0.75

export function planTraining(
  arena: Arena,
  problem: CompiledProblem,
  options: TrainingOptions,
  start: StartLaw,
  seed: number,
  workers: number,
  retries = RETRIES,
): TrainingPlan {
  const { dim, noiseDim } = problem
  const { batchSize: rows, iterations } = options
  const grid = problemGrid(problem, options.steps)
  const { steps } = grid
  const gradient = layoutGradient(options.network, dim, noiseDim, rows, options.terminalSkip)
  const hasDrift = options.terminalSkip && problem.functions.driver.dependsOn.includes('z')
  const values =
    (problem.driverShape.isCurvedInY || problem.rateSpread > MOST_SPREAD) && options.terminalSkip
      ? planTrainingValues(arena, steps, rows, problem)
      : null
  const isRegion = start.kind !== 'point'
  const firstNetwork = isRegion ? 0 : 1
  const valueNetwork = isRegion ? layoutNetwork(valueSpecification(options.network, dim), dim, 1, rows) : null
  const blocks = Array.from({ length: steps }, (_, n) =>
    n < firstNetwork
      ? planBlock(arena, floatsOf(1, noiseDim), floatsOf(1, noiseDim))
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
    areKinksSmoothed: problem.areKinksSmoothed,
    isLinear: !problem.driverShape.isCurved,
    ...slopeOf(problem, grid),
    dim,
    noiseDim,
    isStandardised: options.standardise,
    initialValue: options.initialValue,
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
  { isTerminalSmoothed, hasLayer, settlingTimes }: CompiledProblem,
  { steps, times, horizon }: TimeGrid,
): { slopeTime: number; slopeStep: number } {
  if (!isTerminalSmoothed) return { slopeTime: horizon, slopeStep: steps }
  if (!hasLayer && !(settlingTimes.at(-1)! > 0)) return { slopeTime: times[steps - 1], slopeStep: steps }
  const slopeStep = Math.max(1, Math.floor(LAYER_START * steps))
  return { slopeTime: times[slopeStep], slopeStep }
}
