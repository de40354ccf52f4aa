/**
 * The noise of a path, fitted. What a path estimates u(0,x₀) at differs from its mean by a martingale: Σ Γ (Z − Ẑ)·ΔW of the
 * networks' errors, and what Z moves by within the steps. Its least-squares fit by Σₙ Γₙ φ(tₙ) fₙ, with the features f of
 * `MartingaleFeatures` and coefficients φ piecewise linear in time, from paths of their own, is taken off every path. The first-order
 * features correct Ẑ itself, so that the driver is linearised nearer to the truth: one such fit is a step of Newton's method.
 */
import type { Kernels } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { Region } from '../memory/snapshot.ts'
import type { Views } from '../memory/views.ts'
import { type Fit, leastSquares } from '../statistics/least-squares.ts'
import { SHARD_ROWS, type WorkerBuffers } from './buffers.ts'
import {
  FEATURES,
  type FeatureRows,
  FIRST_ORDER,
  MartingaleFeatures,
  planFeatureRows,
  type Units,
} from './martingale-features.ts'
import { FIT_SHARDS } from './value-control.ts'

/** Points in time between which coefficients are linear. */
const KNOTS = 8
/** Integrals of the features times the hats of the knots, 1, and the target. */
const COLUMNS = KNOTS * FEATURES + 2
const [CONSTANT, TARGET] = [COLUMNS - 2, COLUMNS - 1]

/** Byte offsets, float64. */
export interface MartingaleControlPlan {
  steps: number
  noiseDim: number
  /** A word with the value that g and ȳ are measured from, and one with their unit. */
  origin: number
  unit: number
  /** [steps][FEATURES]. */
  coefficients: number
  /** [FIT_SHARDS][COLUMNS][COLUMNS]. */
  sums: number
  workers: { rows: FeatureRows; columns: number }[]
}

export function planMartingaleControl(
  arena: Arena,
  sizes: { steps: number; noiseDim: number },
  unit: number,
  workers: number,
): MartingaleControlPlan {
  return {
    ...sizes,
    origin: arena.doubles(1),
    unit,
    coefficients: arena.doubles(sizes.steps * FEATURES),
    sums: arena.doubles(FIT_SHARDS * COLUMNS * COLUMNS),
    workers: Array.from({ length: workers }, () => ({
      rows: planFeatureRows(arena),
      columns: arena.doubles(COLUMNS * SHARD_ROWS),
    })),
  }
}

/** What outlives a round of paths. */
export function martingaleRegions({ origin, coefficients, steps }: MartingaleControlPlan): Region[] {
  return [
    { at: origin, bytes: 8 },
    { at: coefficients, bytes: 8 * steps * FEATURES },
  ]
}

export class MartingaleControl {
  /** Whether paths leave their columns for a fit. */
  isRecording = false
  /** [steps][FEATURES]. */
  readonly coefficients: Float64Array
  readonly #plan: MartingaleControlPlan
  readonly #firstTerminal: number
  readonly #doubles: Float64Array
  readonly #columns: number
  readonly #features: MartingaleFeatures

  /** @param firstTerminal the first step whose pass leaves g(X) and σᵀ∇g(X) */
  constructor(
    plan: MartingaleControlPlan,
    firstTerminal: number,
    kernels: Kernels,
    views: Views,
    rank: number,
  ) {
    const { rows, columns } = plan.workers[rank]
    const at = plan.coefficients / 8
    this.coefficients = views.doubles.subarray(at, at + plan.steps * FEATURES)
    this.#plan = plan
    this.#firstTerminal = firstTerminal
    this.#doubles = views.doubles
    this.#columns = columns / 8
    this.#features = new MartingaleFeatures(rows, plan.noiseDim, kernels, views)
  }

  /** Undoes all fits, for paths from a value near `origin`. */
  forget(origin: number): void {
    this.#doubles[this.#plan.origin / 8] = origin
    for (let k = 0; k < this.coefficients.length; k++) this.coefficients[k] = k % FEATURES === 0 ? 1 : 0
  }

  /** A block of paths starts from Ŷ₀ in `y`. */
  begin({ y }: WorkerBuffers, rows: number): void {
    if (!this.isRecording) return
    this.#doubles.fill(0, this.#columns, this.#columns + CONSTANT * SHARD_ROWS)
    this.#doubles.fill(1, this.#column(CONSTANT), this.#column(CONSTANT) + rows)
    this.#doubles.copyWithin(this.#column(TARGET), y / 8, y / 8 + rows)
  }

  /** Corrects Ẑ of the training's time step n. */
  correct(n: number, buffers: WorkerBuffers, rows: number): void {
    this.#features.correct(this.#coefficients(n), this.#units(), this.#hasTerminal(n), buffers, rows)
  }

  /** Adds the second order to Ẑ·ΔW in `zw`, at the training's time step n, for ΔW without drift. */
  add(n: number, first: number, dt: number, buffers: WorkerBuffers, rows: number): void {
    const doubles = this.#doubles
    this.#features.write(dt, this.#units(), this.#hasTerminal(n), buffers, rows)
    if (this.isRecording) this.#record(n, first, buffers.weight, rows)
    const values = this.#features.rows.values / 8
    const c = this.#coefficients(n)
    const zw = buffers.zw / 8
    for (let k = FIRST_ORDER; k < FEATURES; k++) {
      const coefficient = doubles[c + k]
      const feature = values + k * SHARD_ROWS
      for (let r = 0; r < rows; r++) doubles[zw + r] += coefficient * doubles[feature + r]
    }
  }

  /** Sums over a whole shard of recorded paths, their estimates in `value`. */
  sum(shard: number, value: number): void {
    const doubles = this.#doubles
    const target = this.#column(TARGET)
    for (let r = 0; r < SHARD_ROWS; r++) doubles[target + r] = doubles[value / 8 + r] - doubles[target + r]
    const sums = this.#plan.sums / 8 + shard * COLUMNS * COLUMNS
    for (let i = 0; i < COLUMNS; i++) {
      const a = this.#column(i)
      for (let j = 0; j <= i; j++) {
        const b = this.#column(j)
        let sum = 0
        for (let r = 0; r < SHARD_ROWS; r++) sum += doubles[a + r] * doubles[b + r]
        doubles[sums + i * COLUMNS + j] = doubles[sums + j * COLUMNS + i] = sum
      }
    }
  }

  /** Fits the estimates of the paths from step `first` on, summed in the order of the shards, less what they started from. */
  solve(first: number): Fit | null {
    const total = new Float64Array(COLUMNS * COLUMNS)
    for (let shard = 0; shard < FIT_SHARDS; shard++) {
      const sums = this.#plan.sums / 8 + shard * COLUMNS * COLUMNS
      for (let k = 0; k < total.length; k++) total[k] += this.#doubles[sums + k]
    }
    const fit = leastSquares(total, COLUMNS)
    if (fit !== null) this.#move(first, fit.coefficients)
    return fit
  }

  /** What is fitted was measured with the coefficients there are: those of the second order add, those of the first compose. */
  #move(first: number, solution: Float64Array): void {
    const doubles = this.#doubles
    for (let n = first; n < this.#plan.steps; n++) {
      const { knot, share } = this.#hats(n, first)
      const c = this.#coefficients(n)
      const left = knot * FEATURES
      const move = (k: number) => (1 - share) * solution[left + k] + share * solution[left + FEATURES + k]
      const scale = 1 + move(0)
      doubles[c] *= scale
      for (let k = 1; k < FEATURES; k++) {
        doubles[c + k] = (k < FIRST_ORDER ? scale : 1) * doubles[c + k] + move(k)
      }
    }
  }

  /** Adds Γ times the features of step n to the two knots it lies between. */
  #record(n: number, first: number, weight: number, rows: number): void {
    const doubles = this.#doubles
    const { knot, share } = this.#hats(n, first)
    for (let k = 0; k < FEATURES; k++) {
      const left = this.#column(knot * FEATURES + k)
      const right = left + FEATURES * SHARD_ROWS
      const feature = this.#features.rows.values / 8 + k * SHARD_ROWS
      for (let r = 0; r < rows; r++) {
        const value = doubles[weight / 8 + r] * doubles[feature + r]
        doubles[left + r] += (1 - share) * value
        doubles[right + r] += share * value
      }
    }
  }

  /** The knot before step n, and n's share of the way to the next. */
  #hats(n: number, first: number): { knot: number; share: number } {
    const last = Math.max(1, this.#plan.steps - 1 - first)
    const place = ((n - first) * (KNOTS - 1)) / last
    const knot = Math.min(KNOTS - 2, Math.floor(place))
    return { knot, share: place - knot }
  }

  #hasTerminal(n: number): boolean {
    return n >= this.#firstTerminal
  }

  #units(): Units {
    const { origin, unit } = this.#plan
    return { origin: this.#doubles[origin / 8], unit: this.#doubles[unit / 8] }
  }

  /** The word that the coefficients of step n begin at. */
  #coefficients(n: number): number {
    return this.#plan.coefficients / 8 + n * FEATURES
  }

  /** The word that a column [SHARD_ROWS] begins at. */
  #column(index: number): number {
    return this.#columns + index * SHARD_ROWS
  }
}
