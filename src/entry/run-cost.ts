/** What a run of the deep BSDE method would take: memory from its plan, time from a short trial of it. */

import { BRANCHES, GROUP_PATHS, GROUPS } from '../estimation/branch-plan.ts'
import { SHARD_ROWS } from '../estimation/buffers.ts'
import { planGradient } from '../estimation/gradient/plan.ts'
import { isMeasured, planEstimate, settlingPaths } from '../estimation/plan.ts'
import { FIT_SHARDS } from '../estimation/value-control.ts'
import { Arena } from '../memory/arena.ts'
import { resolveOptions } from '../methods/deep-bsde/defaults.ts'
import { rowsAtATime } from '../paths/wide.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemDefinition, Published, Settings } from '../problem/definition.ts'
import type { RunOptions } from '../solution/solution.ts'
import { planTraining } from '../training/plan.ts'
import { solve } from './solve.ts'

/** Milliseconds, estimated. */
export interface TimeEstimate {
  iterations: number
  paths: number
  prepare: number
  /** Of all iterations; a schedule that sees that nothing more is gained ends before. */
  train: number
  estimate: number
  total: number
}

const TRIAL_ITERATIONS = 60
const TRIAL_PATHS = 512
/** The trial's training is cut off after this; its estimate comes on top. */
const TRIAL_MS = 4000
/** Rounds of paths that the martingale is fitted to, which the trial has too few for, where Z is not far off. */
const FITTING_ROUNDS = 2
/** A path of the estimate is taken over every second step of the grid as well. */
const WITH_COARSE = 1.5

/**
 * Bytes that a run allocates for its arrays; the process itself comes on top.
 *
 * @param workers threads, each with buffers of its own
 * @throws UserError where an option is refused
 */
export function memoryOf(
  problem: CompiledProblem,
  published: Published | null,
  options: RunOptions,
  workers: number,
): number {
  const { training, estimate, seed } = resolveOptions(problem, published, options)
  const arena = new Arena()
  const plan = planTraining(arena, problem, training, { kind: 'point', x0: problem.x0 }, seed, workers)
  planGradient(arena, problem, planEstimate(arena, problem, plan, estimate, workers), workers)
  return arena.bytes
}

/**
 * How long a run with its default choices would take, by doing a few iterations of it: what it takes on this machine
 * as busy as it is now.
 *
 * @throws DivergenceError where the trial's numbers stop being finite
 * @throws UserError where the run is refused, for want of memory say
 */
export async function estimateTime(
  definition: ProblemDefinition,
  settings: Settings,
  problem: CompiledProblem,
): Promise<TimeEstimate> {
  const { training, estimate } = resolveOptions(problem, definition.published ?? null, {})
  const trial = await solve(definition, {
    settings,
    iterations: TRIAL_ITERATIONS,
    paths: TRIAL_PATHS,
    signal: AbortSignal.timeout(TRIAL_MS),
  })
  const { elapsedMs, history } = trial
  const before = pathsBefore(problem)
  const perPath = elapsedMs.estimate / (before + WITH_COARSE * TRIAL_PATHS)
  const train = training.iterations * typicalIteration(history.elapsedMs, elapsedMs.train)
  const paths = estimate.fewestPaths || estimate.paths
  const fitted = FITTING_ROUNDS * FIT_SHARDS * rowsAtATime(problem.dim, SHARD_ROWS)
  const fresh = perPath * (before + fitted + WITH_COARSE * paths)
  return {
    iterations: training.iterations,
    paths,
    prepare: elapsedMs.prepare,
    train,
    estimate: fresh,
    total: elapsedMs.prepare + train + fresh,
  }
}

/** Paths that run before the estimate's own, whatever their number: Y₀, the value's fit, one round that branches twice in pairs. */
function pathsBefore(problem: CompiledProblem): number {
  const rows = rowsAtATime(problem.dim, SHARD_ROWS)
  const fit = problem.driverShape.isCurvedInY ? FIT_SHARDS * rows : 0
  const branching = isMeasured(problem) ? 2 * BRANCHES * GROUPS * Math.min(GROUP_PATHS, rows) : 0
  return settlingPaths(rows) + fit + branching
}

/** The median of the later half, when the code is compiled. @param ends [iterations] milliseconds since the start */
function typicalIteration(ends: readonly number[], total: number): number {
  const lengths = ends.slice(1).map((end, k) => end - ends[k])
  if (lengths.length === 0) return total
  const later = lengths.slice(Math.floor(lengths.length / 2)).sort((a, b) => a - b)
  return later[Math.floor(later.length / 2)]
}
