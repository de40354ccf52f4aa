/** A multilevel Picard run as data: how deep, how many samples, cut into pieces that no worker count changes. */
import { UserError } from '../../errors/errors.ts'
import type { Arena } from '../../memory/arena.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { lawOf } from '../../problem/laws/laws.ts'

/** Most pairs of one terminal or driver sum in one piece of work. */
const PIECE_PAIRS = 256
/** Most pairs moved at a time. */
const BLOCK_PAIRS = 64
/** Numbers in one block of states; wide states come in fewer rows. */
const BLOCK_NUMBERS = 2 ** 17
/** Driver evaluations that a run may ask for: days of work. */
const MOST_EVALUATIONS = 1e11

/** A round has this many pieces of the deepest level for each worker, the longest ones, so that few wait at its end. */
const LONG_PIECES = 8

/** The level of pieces that half as many steps of X are compared on. */
export const GRID_LEVEL = -2

/** A part of the sum of one level of one repetition; level −1 is the terminal condition's, −2 compares grids. */
export interface Piece {
  repetition: number
  level: number
  first: number
  count: number
}

export interface PicardPlan {
  /** n: Picard iterations. */
  levels: number
  /** M: level l of an iteration n takes M^(n−l) pairs of samples. */
  base: number
  repetitions: number
  seed: number
  /** Euler steps from 0 to T where X has no exact law. */
  steps: number
  isStepped: boolean
  /** Whether the recursion carries Z: the driver depends on it. */
  needsZ: boolean
  /** Whether Z can be had at all: X has an exact law. */
  hasZ: boolean
  blockPairs: number
  /** Of one repetition after another, as many of each. */
  pieces: Piece[]
  /** Repetitions between two looks whether to stop. */
  round: number
  /** float64: repetitions that are done. */
  done: number
  /** float64 [pieces][rowWords]: sums of y and of z, the least and the greatest g from x0, and the evaluations of the driver. */
  results: number
  /** For each worker: normals of a block. */
  normals: number[]
}

export interface PicardOptions {
  levels: number
  base: number
  repetitions: number
  steps: number
  seed: number
}

export function planPicard(
  arena: Arena,
  problem: CompiledProblem,
  options: PicardOptions,
  workers: number,
): PicardPlan {
  const { levels, base, repetitions } = options
  const needsZ = problem.functions.driver.dependsOn.includes('z')
  const hasZ = hasMalliavinWeight(problem)
  if (needsZ && !hasZ) {
    throw new UserError(
      `${problem.id}: multilevel-picard takes drivers with z only where X moves by an exact law (Brownian, Ornstein–Uhlenbeck with one rate or without mixed noise, geometric). Use --method deep-bsde.`,
    )
  }
  const work = repetitions * evaluationsOf(levels, base)
  if (work > MOST_EVALUATIONS) {
    throw new UserError(
      `${levels} levels with base ${base} take ${work.toExponential(1)} driver evaluations, allowed are ${MOST_EVALUATIONS.toExponential(0)}. Use --levels ${levels - 1}.`,
    )
  }
  const blockPairs = Math.max(1, Math.min(BLOCK_PAIRS, Math.floor(BLOCK_NUMBERS / problem.dim)))
  const isStepped = problem.functions.step !== null
  const pieces = piecesOf(options, isStepped ? GRID_LEVEL : -1)
  return {
    ...options,
    isStepped,
    needsZ,
    hasZ,
    blockPairs,
    pieces,
    round: Math.ceil((LONG_PIECES * workers) / base),
    done: arena.doubles(1, 'state'),
    results: arena.doubles(pieces.length * rowWords(problem), 'state'),
    normals: Array.from({ length: workers }, () => arena.rows(blockPairs, problem.noiseDim)),
  }
}

/** Words of a piece's results. */
export function rowWords({ noiseDim }: Pick<CompiledProblem, 'noiseDim'>): number {
  return 4 + noiseDim
}

/** Pairs of samples of level l in iteration n. */
export function pairsOf(n: number, level: number, base: number): number {
  return base ** (n - Math.max(0, level))
}

/** Driver evaluations of one U_n: the cost grows like (c·M)^n whatever the dimension. */
export function evaluationsOf(n: number, base: number): number {
  const cost = [0]
  for (let k = 1; k <= n; k++) {
    let sum = 0
    for (let l = 0; l < k; l++) sum += 2 * pairsOf(k, l, base) * (l === 0 ? 1 : 2 + cost[l] + cost[l - 1])
    cost.push(sum)
  }
  return cost[n]
}

function piecesOf({ levels, base, repetitions }: PicardOptions, lowest: number): Piece[] {
  const pieces: Piece[] = []
  for (let repetition = 0; repetition < repetitions; repetition++) {
    // The deepest level first: its few pieces are the longest.
    for (let level = levels - 1; level >= lowest; level--) {
      const count = pairsOf(levels, level, base)
      const size = Math.max(1, Math.min(PIECE_PAIRS, Math.ceil(count / 8)))
      for (let first = 0; first < count; first += size) {
        pieces.push({ repetition, level, first, count: Math.min(size, count - first) })
      }
    }
  }
  return pieces
}

/** Whether Z = E[φ(X_R) ΔW/(R−t)] up to a factor for each component. */
function hasMalliavinWeight({ dynamics, mixing }: CompiledProblem): boolean {
  const law = lawOf(dynamics).components
  return law !== null && (mixing === null || law.diffusion.every((_, i) => law.rate(i) === law.rate(0)))
}
