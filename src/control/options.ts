/** What a person may choose about a run of the policy method, after defaults. */
import { UserError } from '../errors/errors.ts'
import type { NetworkSpecification } from '../networks/specification.ts'
import { RETRIES, type Schedule } from '../optimizer/schedule.ts'
import { PATHS, TOLERANCE } from '../options/estimate.ts'
import { checkOptions } from '../options/given.ts'
import { SEED } from '../options/run.ts'
import { BATCH_SIZE, ITERATIONS, LEARNING_RATE, STEPS } from '../options/training.ts'
import type { RolloutOptions } from '../program/plan.ts'
import type { RunOptions } from '../solution/solution.ts'
import type { CompiledControl } from './compiled.ts'

export interface PolicyOptions extends RolloutOptions {
  steps: number
  batchSize: number
  iterations: number
  schedule: Schedule
  network: NetworkSpecification
  /** The networks' learning rate as a share of that of the linear part. */
  networkRate: number
  /** Highest rate and batch of the further iterations that the verdict is made from: the problem's own rate, whatever the run's is, and several batches. */
  probeRate: number
  probeBatch: number
  /** Iteration at which the state is standardised anew, under the controls learned until then. */
  restart: number
  /** How often training may go back to a lower rate. */
  retries: number
  paths: number
  tolerance: number
}

export const DEFAULT_STEPS = 10
const DEFAULT_BATCH = 256
const DEFAULT_ITERATIONS = 400
/** Where the rule that training begins with is the best there is but for the steps. */
const CHECKING_ITERATIONS = 100
const DEFAULT_RATE = 0.03
/** A row of the linear part has as many entries as the state; above this dimension their noises need a lower rate. */
const FULL_RATE_DIM = 10
const DEFAULT_NETWORK_RATE = 0.1
const DEFAULT_PATHS = 16_384
/** What the noise of training's batches hides, a batch of so many shows: on a Dubins car a rule 5 % off the best had gained nothing more in its own. */
const PROBE_BATCHES = 4
/** Share of the training before the second standardisation; until then only the linear part is trained. */
const RESTART_SHARE = 0.15

/**
 * @param found what the problem itself asks for, where that was looked at
 * @throws UserError that names the option, the value, what is allowed and what to do.
 */
export function resolvePolicyOptions(
  problem: CompiledControl,
  options: RunOptions,
  found: { steps: number; isQuadratic?: boolean } | null = null,
): PolicyOptions {
  const { id, isDiscrete, hasControlledNoise, training } = problem
  const steps = options.steps ?? problem.steps ?? found?.steps ?? DEFAULT_STEPS
  if (isDiscrete && steps !== problem.steps) {
    throw new UserError(
      `${id}: the problem has ${problem.steps} decisions in discrete time, got --steps ${steps}. Leave --steps out.`,
    )
  }
  const wanted = training.iterations ?? DEFAULT_ITERATIONS
  const iterations =
    options.iterations ?? (found?.isQuadratic ? Math.min(wanted, CHECKING_ITERATIONS) : wanted)
  const ownBatch = training.batchSize ?? DEFAULT_BATCH
  const batchSize = options.batchSize ?? ownBatch
  const ownRate = training.learningRate ?? defaultRate(problem.dim)
  const rate = options.learningRate ?? ownRate
  const networkRate = training.networkRate ?? DEFAULT_NETWORK_RATE
  const [paths, seed] = [options.paths ?? DEFAULT_PATHS, options.seed ?? 1]
  const tolerance = options.tolerance ?? 0
  const asked = { steps, iterations, batchSize, learningRate: rate, paths, tolerance, seed }
  checkOptions(asked, [STEPS, ITERATIONS, BATCH_SIZE, LEARNING_RATE, PATHS, TOLERANCE, SEED])
  if (!(networkRate >= 0) || !Number.isFinite(networkRate)) {
    throw new UserError(`${id}: training.networkRate must be a finite number ≥ 0, got ${networkRate}.`)
  }
  return {
    steps,
    batchSize,
    iterations,
    schedule: { name: options.schedule ?? 'cosine', rate, warmup: Math.min(20, Math.floor(iterations / 10)) },
    network: networkOf(problem, options),
    networkRate,
    scheme: hasControlledNoise || options.scheme === 'euler' ? 'euler' : 'heun',
    isAntithetic: training.isAntithetic ?? false,
    isShared: options.sharedNetwork ?? training.isShared ?? false,
    probeRate: ownRate,
    probeBatch: PROBE_BATCHES * Math.max(batchSize, ownBatch),
    restart: Math.floor(iterations * RESTART_SHARE),
    retries: options.retries ?? RETRIES,
    paths,
    tolerance,
    seed,
  }
}

function defaultRate(dim: number): number {
  return DEFAULT_RATE * Math.min(1, Math.sqrt(FULL_RATE_DIM / dim))
}

function networkOf(problem: CompiledControl, options: RunOptions): NetworkSpecification {
  const family = options.family ?? 'multilayer'
  const width = Math.min(32, problem.dim + 10)
  const isShallow = family === 'two-layer' || family === 'random-features'
  return {
    family,
    hidden: options.hidden ?? problem.training.hidden ?? (isShallow ? [width] : [width, width]),
    activation: options.activation ?? 'tanh',
    batchNorm: false,
    linearSkip: 'dense',
  }
}
