/** What a training iteration makes anew: paths, what the networks leave of them, gradients. Places are indices of elements. */

import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import type { GradientBuffers, GradientLayout } from '../networks/gradient-network.ts'
import type { NetworkLayout } from '../networks/layout.ts'
import { scratchFloats } from '../networks/network.ts'
import { isWide } from '../paths/wide.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { lawOf } from '../problem/laws/laws.ts'

/** Indices of one worker's rows. */
export interface DriftScratch {
  input: number
  z: number
  /** float64: Y₀, and two outputs that nobody reads. */
  y: number
  driver: number
  driverDy: number
}

/** Indices, [batch][dim]. */
export interface StateAdjointPlan {
  lambda: number
  transported: number
  /** ∂f/∂x. */
  slope: number
}

export interface TrainingBatch {
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
  drift: number
  driftNoise: number
  driftSquare: number
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
  /** float64: 1 + the iteration whose paths are drawn already, behind the networks of the one before it; 0 for none. */
  drawn: number
  /** Whether x̂ of every step is kept; else it is made again for the backward pass. */
  isInputKept: boolean
  /** For each worker: gradients and the scratch of a backward pass, and x̂ of one step where it is not kept. */
  workers: {
    gradients: number
    first: number
    second: number
    transposed: number
    input: number
    drift: DriftScratch
  }[]
}

export interface BatchSizes {
  rows: number
  steps: number
  gradient: GradientLayout
  /** null where all paths start at one point. */
  valueNetwork: NetworkLayout | null
  hasDrift: boolean
}

export function planBatch(
  arena: Arena,
  problem: CompiledProblem,
  { rows, steps, gradient, valueNetwork, hasDrift }: BatchSizes,
  workers: number,
): TrainingBatch {
  const { dim, noiseDim } = problem
  const slice = floatsOf(rows, dim)
  const noiseSlice = floatsOf(rows, noiseDim)
  const scratch = [gradient.network, valueNetwork].filter((layout) => layout !== null).map(scratchFloats)
  const largest = (count: (entry: { buffer: number; transposed: number }) => number) =>
    Math.max(...scratch.map(count))
  const parameters = Math.max(gradient.parameters, valueNetwork?.parameters ?? 0)
  const isInputKept = !isWide(dim)
  // Rows of a batch are another worker's each, so that all steps may share what is not kept.
  const shared = isInputKept ? null : arena.floats(slice)
  return {
    isInputKept,
    buffers: Array.from({ length: steps }, () => planGradientBuffers(arena, gradient, rows, shared)),
    valueWorkspace: arena.floats(valueNetwork?.workspace ?? 0),
    valueOutput: arena.floats(valueNetwork ? floatsOf(rows, 1) : 0),
    x: arena.floats((steps + 1) * slice),
    dW: arena.floats(steps * noiseSlice),
    z: arena.floats(steps * noiseSlice),
    dZ: arena.floats(steps * noiseSlice),
    pathwise: arena.floats(noiseSlice),
    driverSlope: arena.floats(noiseSlice),
    adjointState: lawOf(problem.dynamics).components?.translation
      ? null
      : { lambda: arena.floats(slice), transported: arena.floats(slice), slope: arena.floats(slice) },
    slopeNoise: arena.doubles(rows),
    slopeSquare: arena.doubles(rows),
    drift: arena.floats(hasDrift ? steps * noiseSlice : 0),
    driftNoise: arena.doubles(rows),
    driftSquare: arena.doubles(rows),
    y: arena.doubles((steps + 1) * rows),
    driverDy: arena.doubles(steps * rows),
    driver: arena.doubles(rows),
    zdW: arena.doubles(rows),
    residual: arena.doubles(rows),
    sensitivity: arena.doubles(rows),
    adjoint: arena.doubles(rows),
    adjointDriver: arena.doubles(rows),
    drawn: arena.doubles(1),
    workers: Array.from({ length: workers }, () => ({
      gradients: arena.floats(parameters),
      first: arena.floats(largest((entry) => entry.buffer)),
      second: arena.floats(largest((entry) => entry.buffer)),
      transposed: arena.floats(largest((entry) => entry.transposed)),
      input: arena.floats(isInputKept ? 0 : slice),
      drift: planDriftScratch(arena, dim, noiseDim, hasDrift ? rows : 0),
    })),
  }
}

function planDriftScratch(arena: Arena, dim: number, noiseDim: number, rows: number): DriftScratch {
  return {
    input: arena.rows(rows, dim),
    z: arena.rows(rows, noiseDim),
    y: arena.doubles(rows),
    driver: arena.doubles(rows),
    driverDy: arena.doubles(rows),
  }
}

/** @param input where x̂ goes, if it has a place already */
export function planGradientBuffers(
  arena: Arena,
  layout: GradientLayout,
  rows: number,
  input: number | null = null,
): GradientBuffers {
  return {
    input: input ?? arena.rows(rows, layout.dim),
    terminalZ: arena.floats(layout.terminalSkip ? floatsOf(rows, layout.noiseDim) : 0),
    workspace: arena.floats(layout.network.workspace),
    terminal: arena.doubles(rows),
  }
}
