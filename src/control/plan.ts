/** Where the arrays of a policy's training lie. Made on the main thread, read by every worker; offsets in bytes. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { layoutNetwork, type NetworkLayout } from '../networks/layout.ts'
import { type BackwardScratch, scratchFloats } from '../networks/network.ts'
import { type TimeGrid, uniformGrid } from '../paths/grid.ts'
import type { ParameterBlock } from '../training/plan.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyOptions } from './options.ts'

/** Paths that are carried through the whole horizon together: what a worker's memory is for. */
export const CHUNK_ROWS = 64
/** Parts of a batch, each with its own gradients; their number never depends on the number of workers. */
export const SHARDS = 8
/** Chunks of the paths that fix mean and scale of the state. */
export const PILOT_CHUNKS = 16

export interface PolicyPlan {
  options: PolicyOptions
  grid: TimeGrid
  dim: number
  rawDim: number
  noiseDim: number
  network: NetworkLayout
  /** Floats of the linear part, which come first in a block. */
  skip: number
  /** One block of parameters for each time step. */
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
  /** For each shard: gradients [steps][trainable]. */
  gradients: number[]
  /** float64 [batch]. */
  costs: number
  /** float64 words; see `POLICY_STATE`. */
  state: number
  /** float64 [iterations][HISTORY_COLUMNS] as in training/plan.ts. */
  history: number
  workers: RolloutBuffers[]
}

/** Words of `PolicyPlan.state`: iterations done, the first batch's mean cost and its deviation. */
export const POLICY_STATE = { iteration: 0, firstCost: 1, firstDeviation: 2 } as const

/** Memory of one worker: `CHUNK_ROWS` paths, all their steps. About 4·R·N·(2d + 2k + m + workspace) bytes, however large the batch. */
export interface RolloutBuffers {
  /** [steps+1][R][dim], the rest [steps][R][…]. */
  x: number
  xs: number
  v: number
  vs: number
  w: number
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
}

export function planPolicy(
  arena: Arena,
  problem: CompiledControl,
  options: PolicyOptions,
  workers: number,
): PolicyPlan {
  const { dim, rawDim, noiseDim, horizon } = problem
  const { steps } = options
  const network = layoutNetwork(options.network, dim, rawDim, CHUNK_ROWS)
  const rows = (steps + 1) * padded(dim)
  return {
    options,
    grid: uniformGrid(horizon, steps),
    dim,
    rawDim,
    noiseDim,
    network,
    skip: dim * padded(rawDim),
    blocks: Array.from({ length: steps }, () => ({
      theta: arena.floats(network.parameters),
      firstMoment: arena.floats(network.trainable),
      secondMoment: arena.floats(network.trainable),
      count: network.parameters,
      trainable: network.trainable,
    })),
    scale: arena.floats(rows),
    shift: arena.floats(rows),
    oldScale: arena.floats(rows),
    oldShift: arena.floats(rows),
    matrices: problem.matrices.map(({ from, to }) => arena.floats(from * padded(to))),
    pilotSums: arena.doubles(PILOT_CHUNKS * (steps + 1) * (1 + 2 * dim)),
    gradients: Array.from({ length: SHARDS }, () => arena.floats(steps * network.trainable)),
    costs: arena.doubles(options.batchSize),
    state: arena.doubles(8),
    history: arena.doubles(options.iterations * 4),
    workers: Array.from({ length: workers }, () => planRollout(arena, problem, network, steps)),
  }
}

function planRollout(
  arena: Arena,
  problem: CompiledControl,
  network: NetworkLayout,
  steps: number,
): RolloutBuffers {
  const { dim, rawDim, noiseDim } = problem
  const floats = (count: number, cols: number) => arena.floats(count * CHUNK_ROWS * padded(cols))
  const scratch = scratchFloats(network)
  return {
    x: floats(steps + 1, dim),
    xs: floats(steps, dim),
    v: floats(steps, rawDim),
    vs: floats(steps, rawDim),
    w: floats(steps, noiseDim),
    input: floats(steps, dim),
    inputEnd: floats(steps, dim),
    workspace: arena.floats(steps * network.workspace),
    workspaceEnd: arena.floats(steps * network.workspace),
    cost: arena.doubles(CHUNK_ROWS),
    stepCost: arena.doubles(CHUNK_ROWS),
    l: floats(1, dim),
    lNext: floats(1, dim),
    lEnd: floats(1, dim),
    dInput: floats(1, dim),
    dv: floats(1, rawDim),
    dvEnd: floats(1, rawDim),
    products: arena.floats(CHUNK_ROWS * mostProductColumns(problem)),
    gradients: arena.floats(network.trainable),
    scratch: {
      first: arena.floats(scratch.buffer),
      second: arena.floats(scratch.buffer),
      transposed: arena.floats(scratch.transposed),
    },
  }
}

function mostProductColumns({ functions, matrices }: CompiledControl): number {
  const columns = Object.values(functions).map((fn) =>
    (fn?.products ?? []).reduce((sum, { matrix }) => sum + padded(matrices[matrix].to), 0),
  )
  return Math.max(0, ...columns)
}
