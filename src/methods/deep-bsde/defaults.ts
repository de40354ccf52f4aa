/** From what a person chose to a full set of options: defaults, the published preset, and what is refused. */
import { UserError } from '../../errors/errors.ts'
import { SHARD_ROWS } from '../../estimation/buffers.ts'
import type { EstimateOptions } from '../../estimation/plan.ts'
import type { NetworkSpecification } from '../../networks/specification.ts'
import { PATHS, TOLERANCE } from '../../options/estimate.ts'
import { SEED } from '../../options/run.ts'
import { BATCH_SIZE, ITERATIONS, LEARNING_RATE, STEPS } from '../../options/training.ts'
import { stepsOf } from '../../paths/grid.ts'
import { isWide, rowsAtATime } from '../../paths/wide.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Published } from '../../problem/definition.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { TrainingOptions } from '../../training/options.ts'
import { DEFAULT_BATCH, DEFAULT_ITERATIONS, DEFAULT_RATE, FEWEST_PATHS, MOST_PATHS } from './usual.ts'
import { timesTooLong } from './verdict.ts'

/** Where g jumps its gradient along paths is silent: half the iterations with it, for the driver's part, half by ΔW. */
const MIXED_ITERATIONS = 400
/** A function over a region needs more data than a value at a point. */
const REGION_ITERATIONS = 500
const REGION_BATCH = 128
const REGION_RATE = 5e-3
const REGION_NETWORK_RATE = 0.3
const DEFAULT_NETWORK_RATE = 0.1
/**
 * Up to here networks are as wide as they come. Beyond, a network costs more than all else, and brings less: what skips leave of Z is
 * seen in a few directions. Its width falls with the square of the dimension, to the least that tells of a direction.
 */
const MOST_WIDE = 512
const MOST_WIDTH = 64
const LEAST_WIDTH = 4
/** Components of a batch, and of the fewest fresh paths: a path of very many components tells as much as many paths of few. */
const BATCH_COMPONENTS = 2 ** 21
const LEAST_BATCH = 4
const PATH_COMPONENTS = 2 ** 23
const LEAST_PATHS = 2048
/** Where coefficients move fast with time, or rates are large. */
const MOST_NEEDED_STEPS = 1280
/** γΔt of a rate γ: a scheme of order 2 misses some (γΔt)²/12 of what a step changes. */
const MOST_RATE = 0.5
/** Of very many dimensions: shards of fresh paths, time steps, and iterations, which begin where pilot paths end. */
const WIDE_SHARDS = 64
const WIDE_STEPS = 10
const WIDE_ITERATIONS = 60
/** At which the estimate ends where neither paths nor tolerance were chosen. */
export const DEFAULT_RELATIVE_ERROR = 1e-3

export interface ResolvedOptions {
  training: TrainingOptions
  estimate: EstimateOptions
  seed: number
}

/** @throws UserError that names the option, the value, what is allowed and what to do. */
export function resolveOptions(
  problem: CompiledProblem,
  published: Published | null,
  options: RunOptions,
): ResolvedOptions {
  const usual = publishedSteps(published, options, problem.dim) ?? defaultSteps(problem.dim)
  const asked = options.steps ?? (options.preset ? usual : Math.max(usual, neededSteps(problem)))
  STEPS.check(asked)
  const steps = stepsOf(problem, asked)
  const seed = options.seed ?? 1
  SEED.check(seed)
  const training =
    options.preset === 'published'
      ? publishedRun(problem, published, options, steps)
      : defaultRun(problem, options, steps)
  BATCH_SIZE.check(training.batchSize)
  ITERATIONS.check(training.iterations)
  LEARNING_RATE.check(training.schedule.rate)
  return { training, estimate: estimateOptions(problem.dim, options), seed }
}

export function schemeOf({ scheme, preset }: RunOptions): EstimateOptions['scheme'] {
  return scheme ?? (preset === 'published' ? 'euler' : 'trapezoidal')
}

/** Without a number of paths or a tolerance they end at the default relative error. */
function estimateOptions(dim: number, options: RunOptions): EstimateOptions {
  const { paths = MOST_PATHS, tolerance = 0 } = options
  PATHS.check(paths)
  TOLERANCE.check(tolerance)
  const isFree = options.paths === undefined && options.tolerance === undefined
  return {
    scheme: schemeOf(options),
    fewestPaths: isFree ? fewestPaths(dim) : 0,
    paths,
    tolerance,
    relativeTolerance: isFree ? DEFAULT_RELATIVE_ERROR : 0,
  }
}

function fewestPaths(dim: number): number {
  const least = Math.min(LEAST_PATHS, WIDE_SHARDS * rowsAtATime(dim, SHARD_ROWS))
  return clamp(PATH_COMPONENTS / dim, least, FEWEST_PATHS)
}

/** Steps were published for some hundred dimensions: beyond any that were meant they would only fill memory. */
export function publishedSteps(
  published: Published | null,
  { preset }: RunOptions,
  dim: number,
): number | undefined {
  return isWide(dim) && !preset ? undefined : published?.steps
}

/** In few dimensions a fine grid costs little, and its error is what is left. */
function defaultSteps(dim: number): number {
  if (isWide(dim)) return WIDE_STEPS
  if (dim <= 10) return 80
  return dim <= 30 ? 40 : 20
}

/** What coefficients need that move fast with time, large rates and steep kinks: a choice that nobody made, so not without end. */
function neededSteps({ courseSteps, stiffness, driverShape, horizon }: CompiledProblem): number {
  const needed = Math.max(courseSteps, stiffness / MOST_RATE, timesTooLong(driverShape.kinkInY, horizon))
  return Math.min(MOST_NEEDED_STEPS, 4 * Math.ceil(needed / 4))
}

function defaultRun(problem: CompiledProblem, options: RunOptions, steps: number): TrainingOptions {
  const isRegion = options.region !== undefined
  const hasSkips = options.skips !== 'none'
  if (isRegion && !hasSkips) {
    throw new UserError('skips can be left out at a point only. Leave --region or --skips out.')
  }
  const isPathwise = !problem.terminalJumps || (problem.isTerminalSmoothed && hasSkips)
  const iterations = options.iterations ?? usualIterations(isRegion, isPathwise, problem.dim)
  const isFree = isPathwise && !isRegion && !isWide(problem.dim)
  return {
    steps,
    batchSize: options.batchSize ?? (isRegion ? REGION_BATCH : usualBatch(problem.dim)),
    iterations,
    schedule: {
      name: options.schedule ?? (isFree ? 'plateau' : 'cosine'),
      rate: options.learningRate ?? (isRegion ? REGION_RATE : DEFAULT_RATE),
      warmup: Math.min(20, Math.floor(iterations / 10)),
    },
    network: networkOf(problem, options),
    initialValue: 'residual',
    initialRange: null,
    standardise: true,
    terminalSkip: hasSkips,
    networkRate: networkRateOf(isRegion, hasSkips),
    pathwiseIterations: isPathwise ? iterations : Math.floor(iterations / 2),
  }
}

/** Beside skips, which carry most, networks only correct; alone they learn at the full rate. */
function networkRateOf(isRegion: boolean, hasSkips: boolean): number {
  if (!hasSkips) return 1
  return isRegion ? REGION_NETWORK_RATE : DEFAULT_NETWORK_RATE
}

function usualIterations(isRegion: boolean, isPathwise: boolean, dim: number): number {
  if (isRegion) return REGION_ITERATIONS
  if (isWide(dim)) return WIDE_ITERATIONS
  return isPathwise ? DEFAULT_ITERATIONS : MIXED_ITERATIONS
}

function usualBatch(dim: number): number {
  return clamp(4 * Math.floor(BATCH_COMPONENTS / dim / 4), LEAST_BATCH, DEFAULT_BATCH)
}

/** 0 is none: then the skips alone give Z, and what the estimate's own fit adds to them. */
function usualWidth(dim: number, hasSkips: boolean): number {
  if (hasSkips && isWide(dim)) return 0
  if (hasSkips && dim > MOST_WIDE)
    return Math.max(LEAST_WIDTH, Math.round(MOST_WIDTH * (MOST_WIDE / dim) ** 2))
  return clamp(dim + 10, 32, MOST_WIDTH)
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Math.floor(value)))
}

function networkOf(problem: CompiledProblem, options: RunOptions): NetworkSpecification {
  const family = options.family ?? 'multilayer'
  const width = options.region === undefined ? usualWidth(problem.dim, options.skips !== 'none') : MOST_WIDTH
  const isShallow = family === 'two-layer' || family === 'random-features'
  return {
    family,
    hidden: options.hidden ?? (isShallow || width === 0 ? [width] : [width, width]),
    activation: options.activation ?? 'tanh',
    batchNorm: options.batchNorm ?? false,
    linearSkip: options.skips === 'none' ? 'none' : problem.dim === problem.noiseDim ? 'diagonal' : 'dense',
  }
}

/** The run of the paper's own code; every choice that is not given stays as published. */
function publishedRun(
  problem: CompiledProblem,
  published: Published | null,
  options: RunOptions,
  steps: number,
): TrainingOptions {
  if (!published?.iterations || !published.learningRate) {
    throw new UserError(`${problem.id}: no published run is recorded for this problem. Leave --preset out.`)
  }
  const width = problem.dim + 10
  return {
    steps,
    batchSize: options.batchSize ?? 64,
    iterations: options.iterations ?? published.iterations,
    schedule: {
      name: options.schedule ?? 'constant',
      rate: options.learningRate ?? published.learningRate,
      warmup: 0,
    },
    network: {
      family: options.family ?? 'multilayer',
      hidden: options.hidden ?? [width, width],
      activation: options.activation ?? 'relu',
      batchNorm: options.batchNorm ?? true,
      linearSkip: 'none',
    },
    initialValue: 'parameter',
    initialRange: published.initialValue ?? null,
    standardise: false,
    terminalSkip: false,
    networkRate: 1,
    pathwiseIterations: 0,
  }
}
