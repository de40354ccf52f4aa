/** Where the anchor's arrays lie; see `Anchor`. Indices. */

import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import { doublesAt } from '../memory/views.ts'
import { planCoefficients, type StepCoefficients } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { lawOf } from '../problem/laws/laws.ts'
import { EXTREMES_WORDS, Extremes } from '../statistics/hidden-tail.ts'
import { SHARD_ROWS } from './buffers.ts'
import type { EndpointBuffers } from './endpoints.ts'

/** Blocks of paths that the shares are fitted to. */
export const ANCHOR_SHARDS = 8
/** Pieces of work of a round of endpoints, and blocks of rows of a piece. */
export const ANCHOR_PIECES = 32
export const PIECE_BLOCKS = 16
/** Kept of a path: what it estimates the value at, g at its endpoint, and its martingale. */
export const KEPT = 3

/**
 * Words of `AnchorPlan.words`: the shares of g and of the martingale, 0 where they are of no use; of g(X⁰_T) over all endpoints count, mean and
 * squared deviations, and the mean that paths tell; and the deviation of what paths estimate the value at without an anchor.
 */
export const ANCHOR = {
  terminal: 0,
  martingale: 1,
  count: 2,
  mean: 3,
  squares: 4,
  centre: 5,
  deviation: 6,
} as const
export const ANCHOR_WORDS = Object.keys(ANCHOR).length

export interface AnchorBuffers extends EndpointBuffers {
  /** The noise of a path, without drift, since it started [rows×noiseDim]. */
  noise: number
  /** Σ Γ Ẑ·ΔW̃, float64 [rows]. */
  martingale: number
  /** The largest and the smallest of the worker's endpoints; see `Extremes`. */
  extremes: number
}

/** See `BranchAnchor`. */
export interface BranchAnchorPlan {
  /** Of steps from each node to T. */
  coefficients: StepCoefficients
  /** The noise up to where paths branched, and σᵀ∇g [rows×noiseDim]. */
  workers: { marked: number; z: number }[]
}

export interface AnchorPlan {
  words: number
  /** Floats of a block's noise, and of its states. */
  noise: number
  state: number
  /** Of the noise, which endpoints have in common with most paths; float64 [noiseDim]. */
  drift: number
  coefficients: StepCoefficients
  /** float64 [KEPT][ANCHOR_SHARDS][SHARD_ROWS]. */
  kept: number
  /** Mean and squared deviations of each piece of a round. */
  pieces: number
  extremes: number
  branch: BranchAnchorPlan | null
  workers: AnchorBuffers[]
}

/** Where one is worth its while: a rough g, and X with a law that is exact over any time and moves with the noise's drift. */
export function canAnchor({ kinks, terminalJumps, dynamics }: CompiledProblem): boolean {
  const isRough = kinks.terminal || terminalJumps
  return isRough && Boolean(lawOf(dynamics).components?.translation)
}

/** @param branching steps of the grid that paths branch on; 0 where they tell no Z by their rest */
export function planAnchor(
  arena: Arena,
  problem: CompiledProblem,
  rows: number,
  workers: number,
  branching: number,
): AnchorPlan {
  const { dim, noiseDim } = problem
  const [state, noise] = [dim, noiseDim].map((components) => floatsOf(rows, components))
  return {
    words: arena.doubles(ANCHOR_WORDS, 'rounds'),
    noise,
    state,
    drift: arena.doubles(noiseDim, 'rounds'),
    coefficients: planCoefficients(arena, problem, 1, workers),
    kept: arena.doubles(KEPT * ANCHOR_SHARDS * SHARD_ROWS),
    pieces: arena.doubles(2 * ANCHOR_PIECES),
    extremes: arena.doubles(EXTREMES_WORDS, 'rounds'),
    branch:
      branching === 0
        ? null
        : {
            coefficients: planCoefficients(arena, problem, branching, workers),
            workers: Array.from({ length: workers }, () => ({
              marked: arena.floats(noise),
              z: arena.floats(noise),
            })),
          },
    workers: Array.from({ length: workers }, () => ({
      x: arena.floats(state),
      xNext: arena.floats(state),
      shifted: arena.floats(noise),
      terminal: arena.doubles(SHARD_ROWS),
      noise: arena.floats(noise),
      martingale: arena.doubles(SHARD_ROWS),
      extremes: arena.doubles(EXTREMES_WORDS),
    })),
  }
}

/** What endpoints leave of error in the value: of their sample, and what may be too rare to be in it, as `Extremes`. */
export function endpointError(
  doubles: Float64Array,
  { words, extremes }: AnchorPlan,
  steeper = 0,
): { seen: number; unseen: number } {
  const at = doublesAt({ doubles }, words, ANCHOR_WORDS)
  const share = Math.abs(at[ANCHOR.terminal])
  // Where the mean is an integral there were no endpoints.
  if (share === 0 || at[ANCHOR.count] === 0) return { seen: 0, unseen: 0 }
  const count = at[ANCHOR.count]
  return {
    seen: share * Math.sqrt(at[ANCHOR.squares] / (count - 1) / count),
    unseen: steeper > 0 ? share * new Extremes(doubles, extremes).hidden(count, steeper) : 0,
  }
}

/** Of what paths estimate the value at without the anchor; 0 where it is not used. */
export function anchoredDeviation(doubles: Float64Array, { words }: AnchorPlan): number {
  return doublesAt({ doubles }, words, ANCHOR_WORDS)[ANCHOR.deviation]
}
