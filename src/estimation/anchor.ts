/**
 * What is cheap is sampled more often. Around a rough g no Ẑ takes off much of a path's noise: within the steps Z moves by as much as it is.
 * But most of that noise is g's own, at the end X⁰_T of the path's noise under one drift for all paths, whose law a million endpoints tell
 * without a path, or one integral where g knows of the greatest or the least component alone. So
 *
 *     V − β (g(X⁰_T) − E g(X⁰_T)) − c Σ Γ Ẑ·ΔW̃
 *
 * is averaged in the place of V, what paths estimate u(0,x₀) at: β and c by least squares on paths of their own, the last sum of mean 0.
 * Both grids of a path have the same X⁰_T, so that their difference is freed of it too.
 */
import { doublesAt, floatsAt } from '../memory/views.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { Extremes } from '../statistics/hidden-tail.ts'
import { welford } from '../statistics/welford.ts'
import {
  ANCHOR,
  ANCHOR_PIECES,
  ANCHOR_SHARDS,
  ANCHOR_WORDS,
  type AnchorBuffers,
  type AnchorPlan,
  endpointError,
  KEPT,
  PIECE_BLOCKS,
} from './anchor-plan.ts'
import { SHARD_ROWS, type WorkerBuffers } from './buffers.ts'
import { Endpoints } from './endpoints.ts'
import { extremeMean } from './extreme-mean.ts'

/** Paths of the estimate for each endpoint, at most: what β counts the endpoints' own noise for. */
const PATHS_SHARE = 1 / 32
/** Worth its while where no more than this share of the deviation of paths is left. */
const WORTHWHILE = 0.8
const MOST_ENDPOINTS = 2 ** 24

interface Place {
  x0: Float64Array
  seed: number
  /** Rows of a block. */
  rows: number
}

export class Anchor {
  readonly #plan: AnchorPlan
  readonly #place: Place
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #functions: ProblemFunctions
  readonly #buffers: AnchorBuffers
  readonly #doubles: Float64Array
  readonly #words: Float64Array
  readonly #drift: Float64Array
  readonly #kept: Float64Array
  readonly #pieces: Float64Array
  /** Of the worker. */
  readonly #noise: Float32Array
  readonly #martingale: Float64Array
  readonly #terminal: Float64Array
  /** Known once their drift is. */
  #endpoints!: Endpoints

  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    plan: AnchorPlan,
    place: Place,
  ) {
    this.#plan = plan
    this.#place = place
    this.#context = context
    this.#problem = problem
    this.#functions = functions
    this.#buffers = plan.workers[context.team.rank]
    this.#doubles = context.views.doubles
    const words = (at: number, count: number) => doublesAt(context.views, at, count)
    this.#words = words(plan.words, ANCHOR_WORDS)
    this.#drift = words(plan.drift, problem.noiseDim)
    this.#kept = words(plan.kept, KEPT * ANCHOR_SHARDS * SHARD_ROWS)
    this.#pieces = words(plan.pieces, 2 * ANCHOR_PIECES)
    this.#noise = floatsAt(context.views, this.#buffers.noise, plan.noise)
    this.#martingale = words(this.#buffers.martingale, SHARD_ROWS)
    this.#terminal = words(this.#buffers.terminal, SHARD_ROWS)
  }

  get isUsed(): boolean {
    return this.#words[ANCHOR.terminal] !== 0
  }

  /** For the first worker alone, before any path of another point. */
  forget(): void {
    this.#words.fill(0)
  }

  /** @param drift of the noise, mean over paths and time, known to the first worker; every worker of the team runs this */
  settle(drift: Float64Array): void {
    const { team } = this.#context
    if (team.rank === 0) this.#drift.set(drift)
    team.barrier()
    this.open()
  }

  /** Makes ready for paths, where all that is fitted is in the memory. */
  open(): void {
    const { coefficients } = this.#plan
    const { x0, seed } = this.#place
    this.#endpoints = new Endpoints(
      this.#context,
      this.#problem,
      this.#functions,
      { x0, seed, stream: STREAM.endpoints, coefficients },
      this.#buffers,
      this.#drift,
    )
    this.#context.team.barrier()
  }

  /** A block of paths starts. */
  begin(rows: number): void {
    this.#noise.fill(0)
    this.#martingale.fill(0, 0, rows)
  }

  /** Takes a step's ΔW̃ in `w`, Γ at its start and Ẑ·ΔW̃. */
  add({ w, zw, weight }: WorkerBuffers, rows: number): void {
    const doubles = this.#doubles
    this.#context.kernels.add(this.#buffers.noise, w, rows, this.#problem.noiseDim)
    for (let r = 0; r < rows; r++) this.#martingale[r] += doubles[weight + r] * doubles[zw + r]
  }

  /** Keeps a block of paths for the fit, with what they estimate the value at. */
  keep(shard: number, values: number): void {
    const { rows } = this.#place
    this.#endpoints.terminal(this.#buffers.noise, rows)
    const columns = [doublesAt(this.#context.views, values, rows), this.#terminal, this.#martingale]
    for (const [k, column] of columns.entries()) this.#kept.set(column.subarray(0, rows), keptAt(k, shard))
  }

  /**
   * Fits β and c to the paths that were kept; for the first worker alone.
   *
   * @returns the deviation of paths that is left, null where there is no use in it
   */
  fit(): number | null {
    const columns = Array.from({ length: KEPT }, (_, column) => this.#centred(column))
    const product = (a: number, b: number) =>
      columns[a].reduce((sum, value, k) => sum + value * columns[b][k], 0)
    const [vv, vg, vm] = [product(0, 0), product(0, 1), product(0, 2)]
    const [gm, mm] = [product(1, 2), product(2, 2)]
    // What β leaves to the endpoints counts too.
    const gg = product(1, 1) * (1 + PATHS_SHARE)
    const determinant = gg * mm - gm * gm
    const beta = mm > 0 ? (vg * mm - vm * gm) / determinant : vg / gg
    const c = mm > 0 ? (vm * gg - vg * gm) / determinant : 0
    const left = vv - beta * vg - c * vm
    // Without any noise there is nothing to take off, and no number.
    if (!(left < WORTHWHILE ** 2 * vv)) return null
    this.#words[ANCHOR.terminal] = beta
    this.#words[ANCHOR.martingale] = c
    this.#words[ANCHOR.deviation] = Math.sqrt(vv / columns[0].length)
    return Math.sqrt(left / columns[0].length)
  }

  /** A column of what was kept, less its mean; that of g is where its extremes are told from. */
  #centred(column: number): Float64Array {
    const { rows } = this.#place
    const values = new Float64Array(ANCHOR_SHARDS * rows)
    for (let shard = 0; shard < ANCHOR_SHARDS; shard++) {
      const at = keptAt(column, shard)
      values.set(this.#kept.subarray(at, at + rows), shard * rows)
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    if (column === 1) this.#words[ANCHOR.centre] = mean
    return values.map((value) => value - mean)
  }

  /** E g(X⁰_T), from endpoints until its part of the error is no larger than `aim`; every worker of the team runs this. */
  findMean(aim: number): void {
    const { team } = this.#context
    const known = extremeMean(this.#problem, this.#place.x0, this.#drift)
    if (known !== null) {
      this.#words[ANCHOR.mean] = known
      team.barrier()
      return
    }
    const perPiece = PIECE_BLOCKS * this.#place.rows
    const most = MOST_ENDPOINTS / (ANCHOR_PIECES * perPiece)
    const own = this.#extremes(this.#buffers.extremes)
    own.forget()
    let round = 0
    do {
      team.forEach(ANCHOR_PIECES, (piece) => this.#addPiece(round * ANCHOR_PIECES + piece, piece, own))
      if (team.rank === 0) this.#pool(perPiece)
    } while (!team.shouldStop(++round >= most || endpointError(this.#doubles, this.#plan).seen <= aim))
    if (team.rank !== 0) return
    const all = this.#extremes(this.#plan.extremes)
    all.forget()
    for (const { extremes } of this.#plan.workers) all.take(this.#extremes(extremes).lists, 0)
  }

  /** Moments of one piece of all into its place of a round's. */
  #addPiece(piece: number, place: number, extremes: Extremes): void {
    const { rows } = this.#place
    const { noise } = this.#buffers
    this.#pieces.fill(0, 2 * place, 2 * place + 2)
    for (let block = 0; block < PIECE_BLOCKS; block++) {
      this.#endpoints.draw(noise, rows, 0, (piece * PIECE_BLOCKS + block) * rows)
      this.#endpoints.terminal(noise, rows)
      for (let r = 0; r < rows; r++) {
        const value = this.#terminal[r]
        welford(this.#pieces, 2 * place, value, block * rows + r + 1)
        extremes.add(value - this.#words[ANCHOR.centre])
      }
    }
  }

  /** Adds the moments of a round's pieces, of equally many endpoints, in their order. */
  #pool(perPiece: number): void {
    const words = this.#words
    for (let piece = 0; piece < ANCHOR_PIECES; piece++) {
      const [mean, squares] = this.#pieces.subarray(2 * piece)
      const before = words[ANCHOR.count]
      const apart = mean - words[ANCHOR.mean]
      words[ANCHOR.count] = before + perPiece
      words[ANCHOR.mean] += (apart * perPiece) / (before + perPiece)
      words[ANCHOR.squares] += squares + (apart * apart * before * perPiece) / (before + perPiece)
    }
  }

  /** Frees a block of paths' estimates, float64 [rows] at `values`, of noise. */
  free(values: number, rows: number): void {
    const { [ANCHOR.terminal]: beta, [ANCHOR.martingale]: c, [ANCHOR.mean]: mean } = this.#words
    const estimates = doublesAt(this.#context.views, values, rows)
    this.#endpoints.terminal(this.#buffers.noise, rows)
    for (let r = 0; r < rows; r++) {
      estimates[r] -= beta * (this.#terminal[r] - mean) + c * this.#martingale[r]
    }
  }

  #extremes(at: number): Extremes {
    return new Extremes(this.#doubles, at)
  }
}

function keptAt(column: number, shard: number): number {
  return (column * ANCHOR_SHARDS + shard) * SHARD_ROWS
}
