/** Where the arrays of a policy's training lie. Made on the main thread, read by every worker; places are indices of elements. */

import type { ParameterBlock } from '../fields/plan.ts'
import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import { planSnapshot, type SnapshotPlan } from '../memory/snapshot.ts'
import { layoutNetwork, type NetworkLayout } from '../networks/layout.ts'
import { uniformGrid } from '../paths/grid.ts'
import { BLOCK_ROWS, PILOT_BLOCKS, planRollout, type RolloutPlan } from '../program/plan.ts'
import { planShards, type ShardPlan } from '../program/shards.ts'
import { pilotWords } from '../program/standardise.ts'
import {
  type AdjointFit,
  type MartingaleBuffers,
  planFit,
  planMartingale,
  planVariate,
  type VariateBuffers,
} from './adjoint-plan.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyOptions } from './options.ts'
import type { Start } from './start/law.ts'
import { planStart, type StartPlan } from './start/plan.ts'

/** Blocks of the paths that the trained policy is compared on with one trained further. */
export const PROBE_BLOCKS = 64
export interface PolicyPlan extends RolloutPlan {
  options: PolicyOptions
  /** Floats of the linear part, which come first in a block. */
  skip: number
  /** Rules that training may begin with. */
  start: StartPlan
  /** The linear fit of the adjoint; null above a dimension, or for a policy that only runs. */
  fit: AdjointFit | null
  /** Of a batch, in parts. */
  shards: ShardPlan
  /** For each network: its parameters' mean over the last iterations [trainable]. */
  averages: number[]
  /** And over the first half of those. */
  firstHalves: number[]
  /** float64 [2·PROBES][PROBE_BLOCKS]: mean costs of the same paths under the rules of `PROBE`, and behind them those of their martingales. */
  probeCosts: number
  /** float64 words; see `POLICY_STATE`. */
  state: number
  /** What training that went wrong goes back to; see `rollback.ts`. */
  good: SnapshotPlan
  /** float64 [iterations][HISTORY_COLUMNS] as in training/plan.ts. */
  history: number
  /** Of each worker: for the control variate of the gradient, null without one, and for that of costs. */
  variates: (VariateBuffers | null)[]
  martingales: MartingaleBuffers[]
}

/**
 * Words of `PolicyPlan.state`: iterations done, the first batch's mean cost and its deviation, and what the probe found: the
 * trained policy's mean cost on its paths, what more training takes off it, that difference's standard error; what averaging
 * took off the costs of the halves; what the second half costs less than the first. `settled` is 1 once that is known and the better
 * rule is in place; `ranAway` where training ended at a path whose cost was not finite. `keptCost` and `keptDeviation` are of the batch whose
 * parameters are kept to go back to, `rollbacks` is how often training has.
 */
export const POLICY_STATE = {
  iteration: 0,
  firstCost: 1,
  firstDeviation: 2,
  probeCost: 3,
  probeGain: 4,
  probeError: 5,
  scatter: 6,
  drift: 7,
  settled: 8,
  ranAway: 9,
  keptCost: 10,
  keptDeviation: 11,
  rollbacks: 12,
} as const
const POLICY_STATE_WORDS = 13

/** Rows of `probeCosts`: the trained rule, the one trained further, and the means over both halves of the averaged iterations. */
export const PROBE = { trained: 0, further: 1, firstHalf: 2, secondHalf: 3 } as const
export const PROBES = 4

/**
 * @param isTrained false for a policy that only runs: no gradients, no history
 * @param starts rules that training may begin with
 */
export function planPolicy(
  arena: Arena,
  problem: CompiledControl,
  options: PolicyOptions,
  workers: number,
  isTrained = true,
  starts: readonly Pick<Start, 'isEased'>[] = [],
): PolicyPlan {
  const { dim, rawDim, noiseDim, horizon } = problem
  const { steps } = options
  const inputDim = options.isShared ? dim + 1 : dim
  const network = layoutNetwork(options.network, inputDim, rawDim, BLOCK_ROWS)
  const own = options.isShared ? 1 : steps
  const blocks = Array.from({ length: own }, () => planBlock(arena, network))
  const rows = floatsOf(steps + 1, dim)
  const fit = isTrained ? planFit(arena, dim, steps) : null
  const trained = {
    scale: arena.floats(rows, 'good'),
    shift: arena.floats(rows, 'good'),
    averages: Array.from({ length: isTrained ? own : 0 }, () => arena.floats(network.trainable, 'good')),
    firstHalves: Array.from({ length: isTrained ? own : 0 }, () => arena.floats(network.trainable, 'good')),
    state: arena.doubles(POLICY_STATE_WORDS, 'good'),
  }
  return {
    options,
    fit,
    ...trained,
    good: planSnapshot(arena, isTrained ? arena.kept('good') : [], 'state'),
    start: planStart(arena, problem, steps, starts),
    grid: uniformGrid(horizon, steps),
    refinement: 1,
    kept: steps + 1,
    dim,
    rawDim,
    noiseDim,
    network,
    inputDim,
    skip: floatsOf(inputDim, rawDim),
    ownNetworks: own,
    blocks: Array.from({ length: steps }, (_, n) => blocks[n % own]),
    oldScale: arena.floats(rows),
    oldShift: arena.floats(rows),
    matrices: problem.matrices.map(({ from, to }) => arena.rows(from, to)),
    pilotSums: arena.doubles(PILOT_BLOCKS * (steps + 1) * pilotWords(dim)),
    shards: planShards(arena, isTrained ? own * network.trainable : 0, isTrained ? options.probeBatch : 0),
    probeCosts: arena.doubles(isTrained ? 2 * PROBES * PROBE_BLOCKS : 0, 'state'),
    history: arena.doubles(isTrained ? options.iterations * 4 : 0, 'state'),
    workers: Array.from({ length: workers }, () => planRollout(arena, problem, network, steps + 1)),
    variates: Array.from({ length: workers }, () => planVariate(arena, problem, options.scheme, fit)),
    martingales: Array.from({ length: isTrained ? workers : 0 }, () => planMartingale(arena, problem)),
  }
}

function planBlock(arena: Arena, network: NetworkLayout): ParameterBlock {
  return {
    theta: arena.floats(network.parameters, 'good'),
    firstMoment: arena.floats(network.trainable, 'good'),
    secondMoment: arena.floats(network.trainable, 'good'),
    count: network.parameters,
    trainable: network.trainable,
  }
}
