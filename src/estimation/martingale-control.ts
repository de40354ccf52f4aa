/**
 * The noise of a path, fitted. What a path estimates u(0,x₀) at differs from its mean by a martingale: Σ Γ (Z − Ẑ)·ΔW of the
 * networks' errors, and what Z moves by within the steps. Its least-squares fit by Σₙ Γₙ φ(tₙ) fₙ, with the features f of
 * `MartingaleFeatures` and coefficients φ piecewise linear in time, from paths of their own, is taken off every path.
 *
 * Where the driver is smooth and curved the first-order features correct Ẑ itself, so that it is linearised nearer to the truth: one
 * such fit is a step of Newton's method. Elsewhere they are taken off alone. Least squares shrink a noisy Ẑ, which would be felt at
 * a kink, where nothing measures the second order.
 */
import type { Kernels } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { Views } from '../memory/views.ts'
import { fitByRidge, type Products } from '../statistics/weighted-ridge.ts'
import { MOST_SHARE } from '../training/refit.ts'
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
/** Where paths deviate by no more than this share of the unit of values, they do by rounding, and nothing is there to be fitted. */
const ROUNDING = 2 ** -23
/** Γ² below this counts as this in the fit: where no weight is left, nothing is, and coefficients would be rounding over rounding. */
const LEAST_WEIGHT = 1e-8
/** Parts of the paths that are in turn kept from a fit. */
const FOLDS = 4

/** Of the paths' estimates, less what they started from. */
export interface MartingaleFit {
  /** Their mean, freed of noise. */
  mean: number
  /** Their deviation, and what it is on paths that the fit has not seen. */
  deviation: number
  left: number
  /** How many were left out. */
  lost: number
}

/** Indices, float64. */
export interface MartingaleControlPlan {
  steps: number
  noiseDim: number
  /** Paths of a shard. */
  shardRows: number
  /** Whether Ẑ itself is corrected. */
  isNewton: boolean
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
  kind: Pick<MartingaleControlPlan, 'steps' | 'noiseDim' | 'shardRows' | 'isNewton'>,
  unit: number,
  workers: number,
): MartingaleControlPlan {
  return {
    ...kind,
    origin: arena.doubles(1, 'rounds'),
    unit,
    coefficients: arena.doubles(kind.steps * FEATURES, 'rounds'),
    sums: arena.doubles(FIT_SHARDS * COLUMNS * COLUMNS),
    workers: Array.from({ length: workers }, () => ({
      rows: planFeatureRows(arena),
      columns: arena.doubles(COLUMNS * SHARD_ROWS),
    })),
  }
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
  /** Of the paths' features without Γ, for each column. */
  readonly #squares = new Float64Array(COLUMNS)
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
    const at = plan.coefficients
    this.coefficients = views.doubles.subarray(at, at + plan.steps * FEATURES)
    this.#plan = plan
    this.#firstTerminal = firstTerminal
    this.#doubles = views.doubles
    this.#columns = columns
    this.#features = new MartingaleFeatures(rows, plan.noiseDim, kernels, views)
  }

  /** Undoes all fits, for paths from a value near `origin`. */
  forget(origin: number): void {
    this.#doubles[this.#plan.origin] = origin
    this.coefficients.fill(0)
    if (!this.#plan.isNewton) return
    for (let k = 0; k < this.coefficients.length; k += FEATURES) this.coefficients[k] = 1
  }

  /** A block of paths starts from Ŷ₀ in `y`. */
  begin({ y }: WorkerBuffers, rows: number): void {
    if (!this.isRecording) return
    this.#squares.fill(0)
    this.#doubles.fill(0, this.#columns, this.#columns + CONSTANT * SHARD_ROWS)
    this.#doubles.fill(1, this.#column(CONSTANT), this.#column(CONSTANT) + rows)
    this.#doubles.copyWithin(this.#column(TARGET), y, y + rows)
  }

  /** Corrects Ẑ of the training's time step n. */
  correct(n: number, buffers: WorkerBuffers, rows: number): void {
    if (!this.#plan.isNewton) return
    this.#features.correct(this.#coefficients(n), this.#units(), this.#hasTerminal(n), buffers, rows)
  }

  /** Adds what is not in Ẑ to Ẑ·ΔW in `zw`, at the training's time step n, for ΔW without drift. */
  add(n: number, first: number, dt: number, buffers: WorkerBuffers, rows: number): void {
    const doubles = this.#doubles
    this.#features.write(dt, this.#units(), this.#hasTerminal(n), buffers, rows)
    if (this.isRecording) this.#record(n, first, buffers.weight, rows)
    const values = this.#features.rows.values
    const c = this.#coefficients(n)
    const zw = buffers.zw
    for (let k = this.#plan.isNewton ? FIRST_ORDER : 0; k < FEATURES; k++) {
      const coefficient = doubles[c + k]
      const feature = values + k * SHARD_ROWS
      for (let r = 0; r < rows; r++) doubles[zw + r] += coefficient * doubles[feature + r]
    }
  }

  /** Sums over a whole shard of recorded paths, their estimates in `value`, but for those that are `lost`. */
  sum(shard: number, value: number, lost: readonly boolean[]): void {
    const doubles = this.#doubles
    const { shardRows } = this.#plan
    const target = this.#column(TARGET)
    for (let r = 0; r < shardRows; r++) {
      doubles[target + r] = doubles[value + r] - doubles[target + r]
      if (lost[r]) this.#leaveOut(r)
    }
    const sums = this.#plan.sums + shard * COLUMNS * COLUMNS
    for (let i = 0; i < COLUMNS; i++) {
      const a = this.#column(i)
      for (let j = 0; j <= i; j++) {
        const b = this.#column(j)
        let sum = 0
        for (let r = 0; r < shardRows; r++) sum += doubles[a + r] * doubles[b + r]
        doubles[sums + i * COLUMNS + j] = doubles[sums + j * COLUMNS + i] = sum
      }
      doubles[sums + i * COLUMNS + i] += LEAST_WEIGHT * this.#squares[i]
    }
  }

  /** Fits the paths from step `first` on, and moves to the fit where it helps others; null where nothing can be solved for. */
  solve(first: number): MartingaleFit | null {
    const folds = Array.from({ length: FOLDS }, (_, fold) => this.#foldOf(fold))
    const at = (i: number, j: number) => folds.reduce((sum, products) => sum + products[i * COLUMNS + j], 0)
    const count = at(CONSTANT, CONSTANT)
    const fit = fitByRidge(
      folds.map((products) => [products]),
      [count],
      CONSTANT,
    )
    if (fit === null) return null
    const lost = FIT_SHARDS * this.#plan.shardRows - count
    const mean = at(CONSTANT, TARGET) / count
    const deviation = Math.sqrt(Math.max(0, at(TARGET, TARGET) / count - mean * mean))
    const left = Math.sqrt(fit.left[0])
    const isRounding = deviation <= ROUNDING * this.#units().unit
    if (isRounding || !(left < deviation) || this.#isOutOfScale(fit.coefficients))
      return { mean, deviation, left: deviation, lost }
    this.#move(first, fit.coefficients)
    return { mean: fit.coefficients[CONSTANT], deviation, left, lost }
  }

  /** Whether paths are explained by a σᵀ∇g that is next to nothing on all of them: on another it may be anything. */
  #isOutOfScale(solution: Float64Array): boolean {
    const isShare = (k: number) => k < CONSTANT && k % FEATURES > 0 && k % FEATURES < FIRST_ORDER
    return solution.some((value, k) => isShare(k) && Math.abs(value) > MOST_SHARE)
  }

  /** The fit was measured with the coefficients there are, and adds to them. A share of Ẑ scales all that is in Ẑ already. */
  #move(first: number, solution: Float64Array): void {
    const doubles = this.#doubles
    const { isNewton } = this.#plan
    for (let n = first; n < this.#plan.steps; n++) {
      const { knot, share } = this.#hats(n, first)
      const c = this.#coefficients(n)
      const left = knot * FEATURES
      const move = (k: number) => (1 - share) * solution[left + k] + share * solution[left + FEATURES + k]
      const scale = isNewton ? 1 + move(0) : 1
      for (let k = 0; k < FIRST_ORDER; k++) doubles[c + k] *= scale
      for (let k = isNewton ? 1 : 0; k < FEATURES; k++) doubles[c + k] += move(k)
    }
  }

  /** Adds Γ times the features of step n to the two knots it lies between. */
  #record(n: number, first: number, weight: number, rows: number): void {
    const doubles = this.#doubles
    const { knot, share } = this.#hats(n, first)
    for (let k = 0; k < FEATURES; k++) {
      const left = this.#column(knot * FEATURES + k)
      const right = left + FEATURES * SHARD_ROWS
      const feature = this.#features.rows.values + k * SHARD_ROWS
      let squares = 0
      for (let r = 0; r < rows; r++) {
        const value = doubles[weight + r] * doubles[feature + r]
        doubles[left + r] += (1 - share) * value
        doubles[right + r] += share * value
        squares += doubles[feature + r] ** 2
      }
      this.#squares[knot * FEATURES + k] += (1 - share) ** 2 * squares
      this.#squares[(knot + 1) * FEATURES + k] += share ** 2 * squares
    }
  }

  /** The knot before step n, and n's share of the way to the next. */
  #hats(n: number, first: number): { knot: number; share: number } {
    const last = Math.max(1, this.#plan.steps - 1 - first)
    const place = ((n - first) * (KNOTS - 1)) / last
    const knot = Math.min(KNOTS - 2, Math.floor(place))
    return { knot, share: place - knot }
  }

  #leaveOut(r: number): void {
    for (let i = 0; i < COLUMNS; i++) this.#doubles[this.#column(i) + r] = 0
  }

  /** Sums of every `FOLDS`-th shard. */
  #foldOf(fold: number): Products {
    const sum = new Float64Array(COLUMNS * COLUMNS)
    for (let shard = fold; shard < FIT_SHARDS; shard += FOLDS) {
      const at = this.#plan.sums + shard * COLUMNS * COLUMNS
      for (let k = 0; k < sum.length; k++) sum[k] += this.#doubles[at + k]
    }
    return sum
  }

  #hasTerminal(n: number): boolean {
    return n >= this.#firstTerminal
  }

  #units(): Units {
    const { origin, unit } = this.#plan
    return { origin: this.#doubles[origin], unit: this.#doubles[unit] }
  }

  /** The word that the coefficients of step n begin at. */
  #coefficients(n: number): number {
    return this.#plan.coefficients + n * FEATURES
  }

  /** The word that a column [SHARD_ROWS] begins at. */
  #column(index: number): number {
    return this.#columns + index * SHARD_ROWS
  }
}
