/** Where the arrays of a policy's training lie. Made on the main thread, read by every worker; offsets in bytes. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { layoutNetwork, type NetworkLayout } from '../networks/layout.ts'
import { type BackwardScratch, scratchFloats } from '../networks/network.ts'
import { type UniformGrid, uniformGrid } from '../paths/grid.ts'
import type { ParameterBlock } from '../training/plan.ts'
import { type AdjointFit, planFit, planVariate, type VariateBuffers } from './adjoint-plan.ts'
import { CHUNK_ROWS } from './chunk.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyOptions, StepScheme } from './options.ts'
import type { Start } from './start/law.ts'
import { planStart, type StartPlan } from './start/plan.ts'

/** Parts of a batch, each with its own gradients; their number never depends on the number of workers. */
export const SHARDS = 8
/** Chunks of the paths that the trained policy is compared on with one trained further. */
export const PROBE_CHUNKS = 64
/** Chunks of the paths that fix mean and scale of the state. */
export const PILOT_CHUNKS = 16

export interface PolicyPlan {
  options: PolicyOptions
  grid: UniformGrid
  /** Steps of the grid to one of the policy's own: more than one where a trained policy runs on a finer grid. */
  refinement: number
  /** Steps whose arrays are kept: all of them for a sweep back, two for paths that only run. */
  kept: number
  dim: number
  rawDim: number
  noiseDim: number
  network: NetworkLayout
  /** Of a network's input: the state, and the time where one network serves all steps. */
  inputDim: number
  /** Networks that there are: one for each step, or one. */
  ownNetworks: number
  /** Floats of the linear part, which come first in a block. */
  skip: number
  /** The parameters of each time step: the same block for all where the network is shared. */
  blocks: ParameterBlock[]
  /** x̂ = scale∘x + shift: [steps+1] rows of padded(dim), and what they were before the restart. */
  scale: number
  shift: number
  oldScale: number
  oldShift: number
  /** Constant matrices [from × padded(to)]. */
  matrices: number[]
  /** float64 [PILOT_CHUNKS][steps+1][1 + 2·dim]: count, Σx, Σx². */
  pilotSums: number
  /** Rules that training may begin with. */
  start: StartPlan
  /** The linear fit of the adjoint; null above a dimension, or for a policy that only runs. */
  fit: AdjointFit | null
  /** For each shard: gradients [ownNetworks][trainable]. */
  gradients: number[]
  /** For each network: its parameters' mean over the last iterations [trainable]. */
  averages: number[]
  /** And over the first half of those. */
  firstHalves: number[]
  /** float64 [PROBES][PROBE_CHUNKS]: mean costs of the same paths under the rules of `PROBE`. */
  probeCosts: number
  /** float64, one for each path of a batch. */
  costs: number
  /** float64 words; see `POLICY_STATE`. */
  state: number
  /** float64 [iterations][HISTORY_COLUMNS] as in training/plan.ts. */
  history: number
  workers: RolloutBuffers[]
}

/**
 * Words of `PolicyPlan.state`: iterations done, the first batch's mean cost and its deviation, and what the probe found: the
 * trained policy's mean cost on its paths, what more training takes off it, that difference's standard error; what averaging
 * took off the costs of the halves; what the second half costs less than the first. `settled` is 1 once that is known and the better
 * rule is in place; `ranAway` where training ended at a path whose cost was not finite.
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
} as const
export const POLICY_STATE_WORDS = 10

/** Rows of `probeCosts`: the trained rule, the one trained further, and the means over both halves of the averaged iterations. */
export const PROBE = { trained: 0, further: 1, firstHalf: 2, secondHalf: 3 } as const
export const PROBES = 4

/** Memory of one worker: `CHUNK_ROWS` paths, the steps kept. About 4·R·N·(2d + 2k + m + workspace) bytes, however large the batch. */
export interface RolloutBuffers {
  /** [kept][R][dim], the rest [kept][R][…]. */
  x: number
  xs: number
  v: number
  vs: number
  w: number
  /** [R][noiseDim]: a part of w. */
  draw: number
  input: number
  inputEnd: number
  workspace: number
  workspaceEnd: number
  /** float64 [R]. */
  cost: number
  stepCost: number
  /** [R][dim]: adjoints at the step's ends, and what is added to them. */
  l: number
  lNext: number
  lEnd: number
  dInput: number
  /** [R][rawDim]. */
  dv: number
  dvEnd: number
  products: number
  gradients: number
  scratch: BackwardScratch
  /** Of the control variate of the gradient; null without one. */
  variate: VariateBuffers | null
}

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
  const network = layoutNetwork(options.network, inputDim, rawDim, CHUNK_ROWS)
  const own = options.isShared ? 1 : steps
  const blocks = Array.from({ length: own }, () => planBlock(arena, network))
  const rows = (steps + 1) * padded(dim)
  const fit = isTrained ? planFit(arena, dim, steps) : null
  return {
    options,
    fit,
    start: planStart(arena, problem, steps, starts),
    grid: uniformGrid(horizon, steps),
    refinement: 1,
    kept: steps + 1,
    dim,
    rawDim,
    noiseDim,
    network,
    inputDim,
    skip: inputDim * padded(rawDim),
    ownNetworks: own,
    blocks: Array.from({ length: steps }, (_, n) => blocks[n % own]),
    scale: arena.floats(rows, 'state'),
    shift: arena.floats(rows, 'state'),
    oldScale: arena.floats(rows),
    oldShift: arena.floats(rows),
    matrices: problem.matrices.map(({ from, to }) => arena.floats(from * padded(to))),
    pilotSums: arena.doubles(PILOT_CHUNKS * (steps + 1) * (1 + 2 * dim)),
    gradients: Array.from({ length: isTrained ? SHARDS : 0 }, () => arena.floats(own * network.trainable)),
    averages: Array.from({ length: isTrained ? own : 0 }, () => arena.floats(network.trainable, 'state')),
    firstHalves: Array.from({ length: isTrained ? own : 0 }, () => arena.floats(network.trainable, 'state')),
    probeCosts: arena.doubles(isTrained ? PROBES * PROBE_CHUNKS : 0, 'state'),
    costs: arena.doubles(isTrained ? options.probeBatch : 0),
    state: arena.doubles(POLICY_STATE_WORDS, 'state'),
    history: arena.doubles(isTrained ? options.iterations * 4 : 0, 'state'),
    workers: Array.from({ length: workers }, () =>
      planRollout(arena, problem, network, steps + 1, options.scheme, fit),
    ),
  }
}

function planBlock(arena: Arena, network: NetworkLayout): ParameterBlock {
  return {
    theta: arena.floats(network.parameters, 'state'),
    firstMoment: arena.floats(network.trainable, 'state'),
    secondMoment: arena.floats(network.trainable, 'state'),
    count: network.parameters,
    trainable: network.trainable,
  }
}

/** @param kept steps whose arrays are kept; see `PolicyPlan` */
export function planRollout(
  arena: Arena,
  problem: CompiledControl,
  network: NetworkLayout,
  kept: number,
  scheme: StepScheme,
  fit: AdjointFit | null,
): RolloutBuffers {
  const { dim, rawDim, noiseDim } = problem
  const floats = (count: number, cols: number) => arena.floats(count * CHUNK_ROWS * padded(cols))
  const scratch = scratchFloats(network)
  return {
    x: floats(kept, dim),
    xs: floats(kept, dim),
    v: floats(kept, rawDim),
    vs: floats(kept, rawDim),
    w: floats(kept, noiseDim),
    draw: floats(1, noiseDim),
    input: floats(kept, network.inputs),
    inputEnd: floats(kept, network.inputs),
    workspace: arena.floats(kept * network.workspace),
    workspaceEnd: arena.floats(kept * network.workspace),
    cost: arena.doubles(CHUNK_ROWS),
    stepCost: arena.doubles(CHUNK_ROWS),
    l: floats(1, dim),
    lNext: floats(1, dim),
    lEnd: floats(1, dim),
    dInput: floats(1, network.inputs),
    dv: floats(1, rawDim),
    dvEnd: floats(1, rawDim),
    products: arena.floats(CHUNK_ROWS * mostProductColumns(problem)),
    gradients: arena.floats(network.trainable),
    scratch: {
      first: arena.floats(scratch.buffer),
      second: arena.floats(scratch.buffer),
      transposed: arena.floats(scratch.transposed),
    },
    variate: planVariate(arena, problem, scheme, fit),
  }
}

function mostProductColumns({ functions, matrices }: CompiledControl): number {
  const columns = Object.values(functions).map((fn) =>
    (fn?.products ?? []).reduce((sum, { matrix }) => sum + padded(matrices[matrix].to), 0),
  )
  return Math.max(0, ...columns)
}
