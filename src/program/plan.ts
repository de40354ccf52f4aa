/** Where the arrays of paths under a program lie, and those of its networks. Made on the main thread, read by every worker; places are indices of elements. */

import type { ParameterBlock } from '../fields/plan.ts'
import type { Arena } from '../memory/arena.ts'
import type { NetworkLayout } from '../networks/layout.ts'
import { type BackwardScratch, scratchFloats } from '../networks/network.ts'
import type { UniformGrid } from '../paths/grid.ts'
import { mostProductColumns } from './calls.ts'
import type { ProgramFunction, StepProgram } from './program.ts'

/** Paths that are carried through the whole horizon together: what a worker's memory is for. */
export const BLOCK_ROWS = 64
/** Blocks of the paths that fix mean and scale of the state. */
export const PILOT_BLOCKS = 16

/**
 * - `heun`: drift and running cost at both ends of a step, v given by the same network: second order;
 * - `euler`: at the left end, or a transition in discrete time. Wherever the noise is controlled: at a step's far end a rule could claim
 *   the gain of noise that it did not take.
 */
export type StepScheme = 'heun' | 'euler'

export interface RolloutOptions {
  scheme: StepScheme
  /** Train on pairs of paths with opposite noise. */
  isAntithetic: boolean
  /** One network of (t, x) for all time steps. */
  isShared: boolean
  seed: number
}

export interface RolloutPlan {
  options: RolloutOptions
  grid: UniformGrid
  /** Steps of the grid to one of the networks' own: more than one where a trained rule runs on a finer grid. */
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
  /** The parameters of each time step: the same block for all where the network is shared. */
  blocks: ParameterBlock[]
  /** x̂ = scale∘x + shift: [steps+1 × dim], and what they were before the restart. */
  scale: number
  shift: number
  oldScale: number
  oldShift: number
  /** Constant matrices [from × to]. */
  matrices: number[]
  /** float64 [PILOT_BLOCKS][steps+1][pilotWords(dim)], see `standardise.ts`. */
  pilotSums: number
  workers: RolloutBuffers[]
}

/** Memory of one worker: `BLOCK_ROWS` paths, the steps kept. About 4·R·N·(2d + 2k + m + workspace) bytes, however large the batch. */
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
}

/** @param kept steps whose arrays are kept; see `RolloutPlan` */
export function planRollout(
  arena: Arena,
  program: StepProgram & { functions: Readonly<Record<string, ProgramFunction | null>> },
  network: NetworkLayout,
  kept: number,
): RolloutBuffers {
  const { dim, rawDim, noiseDim, functions, matrices } = program
  const floats = (count: number, cols: number) => arena.rows(count * BLOCK_ROWS, cols)
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
    cost: arena.doubles(BLOCK_ROWS),
    stepCost: arena.doubles(BLOCK_ROWS),
    l: floats(1, dim),
    lNext: floats(1, dim),
    lEnd: floats(1, dim),
    dInput: floats(1, network.inputs),
    dv: floats(1, rawDim),
    dvEnd: floats(1, rawDim),
    products: arena.floats(BLOCK_ROWS * mostProductColumns(functions, matrices)),
    gradients: arena.floats(network.trainable),
    scratch: {
      first: arena.floats(scratch.buffer),
      second: arena.floats(scratch.buffer),
      transposed: arena.floats(scratch.transposed),
    },
  }
}
