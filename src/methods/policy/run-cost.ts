/** What a run of the policy method would take: memory from its plans, time from a short trial of its training. */
import { FIT_BLOCKS, FIT_SHARDS } from '../../control/adjoint-plan.ts'
import type { CompiledControl } from '../../control/compiled.ts'
import { planPolicyEstimate } from '../../control/estimate-plan.ts'
import { FINE_PATHS, GRID_PATHS } from '../../control/grid-plan.ts'
import { lookBackTime } from '../../control/hindsight/hindsight.ts'
import { type PolicyOptions, resolvePolicyOptions } from '../../control/options.ts'
import { planPolicy } from '../../control/plan.ts'
import { probeIterations } from '../../control/probe.ts'
import { isProgrammeAsked, PASSES } from '../../control/programme/law.ts'
import { programmeTime } from '../../control/programme/programme.ts'
import type { Starts } from '../../control/start/find.ts'
import { START_BLOCKS } from '../../control/start/plan.ts'
import { ThreadSession } from '../../executor/thread-session.ts'
import { Arena } from '../../memory/arena.ts'
import { BLOCK_ROWS } from '../../program/plan.ts'
import type { RunOptions } from '../../solution/solution.ts'
import { readHistory } from '../../training/history.ts'

/** Bytes of arrays; the process itself comes on top. */
export interface PolicyMemory {
  total: number
  /** Of one worker's sweep through the horizon and back, however large the batch. */
  sweep: number
}

/** @throws UserError where an option is refused */
export function policyMemory(problem: CompiledControl, options: RunOptions, workers: number): PolicyMemory {
  const resolved = resolvePolicyOptions(problem, options)
  const bytes = (team: number) => {
    const arena = new Arena()
    const plan = planPolicy(arena, problem, resolved, team)
    const trained = arena.bytes
    planPolicyEstimate(arena, problem, plan, team)
    return { trained, total: arena.bytes }
  }
  return { total: bytes(workers).total, sweep: bytes(2).trained - bytes(1).trained }
}

/** Milliseconds, estimated. */
export interface PolicyTime {
  iterations: number
  paths: number
  train: number
  estimate: number
  /** Of the dynamic programme that training may begin with. */
  begin: number
  /** Of the look at how far the rule is from the best. */
  otherSide: number
  /** Without what comes before training. */
  total: number
}

/** A trial of so many iterations will do where they have taken this long; after `mostMs` it is cut off. It goes through the first so many steps. */
const TRIAL = { iterations: 10, ms: 700, mostMs: 3000, steps: 16 } as const
/** Paths on the policy's own grid that those on finer grids, the moving rule's and the adjoint's fit take as long as. */
const FIXED_PATHS = 3 * GRID_PATHS + 6 * FINE_PATHS + 3 * FIT_SHARDS * FIT_BLOCKS * BLOCK_ROWS
/** What a path of the estimate takes beside one of training, which is swept back: 0.20 to 0.31 on five of the package's pages. */
const FORWARD = 0.27
/** Rules that starts are compared with: none at all, the best of them again, and the trained one. */
const BESIDE_STARTS = 3

/**
 * How long a run with its default choices would take on this machine, as busy as it is now.
 *
 * @param found where training would begin
 * @throws UserError where the run is refused, for want of memory say
 */
export async function policyTime(
  problem: CompiledControl,
  found: Starts,
  workers: number,
  memoryLimit: number,
): Promise<PolicyTime> {
  const options = resolvePolicyOptions(problem, {}, found)
  const { iterations, paths, batchSize, probeBatch } = options
  const each = await iterationMs(problem, options, workers, memoryLimit)
  const path = (each * FORWARD) / batchSize
  const compared = found.starts.length === 0 ? 0 : found.starts.length + BESIDE_STARTS
  const train =
    each * (iterations + probeIterations(iterations) * (probeBatch / batchSize)) +
    path * compared * START_BLOCKS * BLOCK_ROWS
  const estimate = path * (paths + (problem.isDiscrete ? 0 : FIXED_PATHS))
  const stages = found.isQuadratic ? null : await programmeTime(problem, options.steps)
  const begin =
    stages !== null && isProgrammeAsked(problem, found, options.isShared) ? PASSES * stages.first : 0
  const otherSide = found.isQuadratic ? 0 : (stages?.all ?? lookBackTime(problem, found.ways, options.steps))
  return { iterations, paths, train, estimate, begin, otherSide, total: train + estimate + otherSide }
}

/**
 * The median of the later half of a few iterations, when the code is compiled. They go through the first steps alone, where a plant that no rule
 * holds is still a plant, and what starts are compared by is left out.
 */
async function iterationMs(
  { skeleton: _skeleton, programme: _programme, ...compiled }: CompiledControl,
  options: PolicyOptions,
  workers: number,
  memoryLimit: number,
): Promise<number> {
  const controller = new AbortController()
  const session = new ThreadSession({
    workers,
    kernel: null,
    memoryLimit,
    signal: controller.signal,
    method: 'policy',
  })
  const steps = Math.min(TRIAL.steps, options.steps)
  const share = steps / options.steps
  const problem = { ...compiled, horizon: share * compiled.horizon }
  const plan = planPolicy(session.arena, problem, { ...options, steps, restart: 0 }, workers)
  const views = session.allocate('Use --no-trial.')
  const startedAt = performance.now()
  let done = 0
  try {
    await session.run('policy', 'train', problem, plan, (iteration) => {
      done = iteration
      const elapsed = performance.now() - startedAt
      const isEnough = iteration > TRIAL.iterations && elapsed > TRIAL.ms
      if (isEnough || (iteration > 1 && elapsed > TRIAL.mostMs)) controller.abort()
    })
  } finally {
    await session.close()
  }
  const { elapsedMs } = readHistory(views.doubles, plan.history, done)
  const lengths = elapsedMs.slice(1).map((end, k) => end - elapsedMs[k])
  if (lengths.length === 0) return (performance.now() - startedAt) / share
  const later = lengths.slice(Math.floor(lengths.length / 2)).sort((a, b) => a - b)
  return later[Math.floor(later.length / 2)] / share
}
