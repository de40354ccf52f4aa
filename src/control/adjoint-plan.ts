/** Where the linear fit of the adjoint lies, and what its use as a control variate of gradients and of costs needs. Places are indices of elements. */

import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import type { StepScheme } from '../program/plan.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import type { CompiledControl } from './compiled.ts'

/** Paths that the slope of the value along the policy is fitted from: shards of blocks. */
export const FIT_SHARDS = 8
export const FIT_BLOCKS = 8
/** The fit takes d² numbers for each step; above this dimension there is none. */
const MOST_FITTED = 256
/** Noise that moves with state or control costs d further adjoints of a step; above this dimension there is no variate. */
export const MOST_BASIS = 16

/** λ̂ₙ(x) = x̂·C + c, n = 0 … steps. */
export interface AdjointFit {
  /** C: [steps+1][dim × dim], and c: [steps+1 × dim]. */
  slope: number
  level: number
  /** For each shard: [steps+1] blocks of Σx̂x̂ᵀ, Σx̂λᵀ [dim × dim], Σx̂, Σλ [dim]. */
  sums: number[]
}

/** Buffers of one worker for BLOCK_ROWS rows: [dim], but for `zero` and `noise` [noiseDim] and `dv` [rawDim]. */
export interface VariateBuffers {
  mean: number
  fitted: number
  level: number
  input: number
  basis: number
  dx: number
  zero: number
  noise: number
  dv: number
}

/** Of one worker for BLOCK_ROWS paths; `zero`, `noise` and `bent` are [noiseDim], `end`, `slope` and `basis` [dim], the rest scalars. */
export interface MartingaleBuffers {
  zero: number
  noise: number
  bent: number
  end: number
  slope: number
  basis: number
  dot: number
  trace: number
  sums: number
}

export function planFit(arena: Arena, dim: number, steps: number): AdjointFit | null {
  if (dim > MOST_FITTED) return null
  const sums = Array.from({ length: FIT_SHARDS }, () => arena.floats((steps + 1) * fitBlock(dim)))
  // Of the sums only those at the start, which the gradient is read from.
  for (const at of sums) arena.keepFloats(at + initialSum(dim), floatsOf(1, dim), 'good')
  return {
    slope: arena.rows((steps + 1) * dim, dim, 'good'),
    level: arena.rows(steps + 1, dim, 'good'),
    sums,
  }
}

/** Place of Σλ₀ in a shard's sums. */
export function initialSum(dim: number): number {
  return floatsOf(2 * dim + 1, dim)
}

/** Floats of one step's sums. */
export function fitBlock(dim: number): number {
  return floatsOf(2 * (dim + 1), dim)
}

/** Null where the variate's mean is not known: both ends of a Heun step, and noise that does not enter linearly. */
export function planVariate(
  arena: Arena,
  problem: CompiledControl,
  scheme: StepScheme,
  fit: AdjointFit | null,
): VariateBuffers | null {
  const { dim, noiseDim, rawDim, stepNoise } = problem
  const isKnown = scheme === 'euler' && stepNoise !== 'general'
  if (fit === null || !isKnown || (stepNoise === 'affine' && dim > MOST_BASIS)) return null
  const floats = (cols: number) => arena.rows(BLOCK_ROWS, cols)
  return {
    mean: floats(dim),
    fitted: floats(dim),
    level: floats(dim),
    input: floats(dim),
    basis: floats(dim),
    dx: floats(dim),
    zero: floats(noiseDim),
    noise: floats(noiseDim),
    dv: floats(rawDim),
  }
}

export function planMartingale(arena: Arena, { dim, noiseDim }: CompiledControl): MartingaleBuffers {
  return {
    zero: arena.rows(BLOCK_ROWS, noiseDim),
    noise: arena.rows(BLOCK_ROWS, noiseDim),
    bent: arena.rows(BLOCK_ROWS, noiseDim),
    end: arena.rows(BLOCK_ROWS, dim),
    slope: arena.rows(BLOCK_ROWS, dim),
    basis: arena.rows(BLOCK_ROWS, dim),
    dot: arena.doubles(BLOCK_ROWS),
    trace: arena.doubles(BLOCK_ROWS),
    sums: arena.doubles(BLOCK_ROWS),
  }
}
