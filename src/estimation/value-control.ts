/**
 * The value ȳₙ that the equation is linearised around at tₙ. Along a path Ŷₙ is u(tₙ,Xₙ) plus the martingale of all errors of Ẑ
 * so far, and a driver curved in y turns their square into a bias. What the path estimates u at from tₙ on has the mean
 * u(tₙ,Xₙ) whatever came before: its least-squares fit by (1, Ŷₙ, g(Xₙ), g(Xₙ)²), over paths of their own, is the nearest to
 * u among these.
 */
import type { Arena } from '../memory/arena.ts'
import type { Region } from '../memory/snapshot.ts'
import type { Views } from '../memory/views.ts'
import { outliers } from '../statistics/outliers.ts'
import { addToFit, evaluateFit, FIT_FEATURES, FIT_SUMS, solveFit } from '../statistics/value-fit.ts'
import { SHARD_ROWS, type WorkerBuffers } from './buffers.ts'

/** Kept of every path at every step: Ŷ, g(X), the estimate so far, and Γ. */
const KEPT = 4
/** Shards of paths that the fit is made from. */
export const FIT_SHARDS = 32

/** Byte offsets; all float64. */
export interface ValueControlPlan {
  steps: number
  /** A word with the unit of y. */
  unit: number
  /** 1 once there is a fit, what y is measured from, and the coefficients [steps][FIT_FEATURES]. */
  fit: number
  /** [FIT_SHARDS][steps][FIT_SUMS]. */
  sums: number
  /** For each worker [steps][KEPT][SHARD_ROWS]. */
  kept: number[]
}

export function planValueControl(
  arena: Arena,
  steps: number,
  unit: number,
  workers: number,
): ValueControlPlan {
  return {
    steps,
    unit,
    fit: arena.doubles(fitWords(steps)),
    sums: arena.doubles(FIT_SHARDS * steps * FIT_SUMS),
    kept: Array.from({ length: workers }, () => arena.doubles(steps * KEPT * SHARD_ROWS)),
  }
}

/** What outlives a round of paths. */
export function valueRegions({ fit, steps }: ValueControlPlan): Region[] {
  return [{ at: fit, bytes: 8 * fitWords(steps) }]
}

/** Words of `ValueControlPlan.fit`. */
function fitWords(steps: number): number {
  return 2 + steps * FIT_FEATURES
}

export class ValueControl {
  readonly #plan: ValueControlPlan
  readonly #doubles: Float64Array
  readonly #kept: number

  constructor(plan: ValueControlPlan, { doubles }: Views, rank: number) {
    this.#plan = plan
    this.#doubles = doubles
    this.#kept = plan.kept[rank] / 8
  }

  /** Undoes the fit, for paths from a value near `origin`. */
  forget(origin: number): void {
    this.#doubles.set([0, origin], this.#plan.fit / 8)
  }

  /** ȳ in place of Ŷ in `around`, at the training's time step n, whose pass left g(X); keeps its features. */
  apply(n: number, { around, pass }: WorkerBuffers, rows: number): void {
    const doubles = this.#doubles
    const { origin, unit } = this.#scale()
    const isFitted = doubles[this.#plan.fit / 8] === 1
    const c = this.#coefficients(n)
    const kept = this.#kept + n * KEPT * SHARD_ROWS
    for (let r = 0; r < rows; r++) {
      const y = (doubles[around / 8 + r] - origin) / unit
      const g = (doubles[pass.terminal / 8 + r] - origin) / unit
      doubles[kept + r] = y
      doubles[kept + SHARD_ROWS + r] = g
      if (isFitted) doubles[around / 8 + r] = origin + unit * evaluateFit(doubles, c, y, g)
    }
  }

  /** Keeps the estimate so far and Γ at step n. */
  keep(n: number, { value, weight }: WorkerBuffers, rows: number): void {
    const kept = this.#kept + (n * KEPT + 2) * SHARD_ROWS
    this.#doubles.copyWithin(kept, value / 8, value / 8 + rows)
    this.#doubles.copyWithin(kept + SHARD_ROWS, weight / 8, weight / 8 + rows)
  }

  /** Sums over a whole shard of paths from step `first` on, their estimates in `value`; at each step without those far off. */
  add(shard: number, first: number, value: number): void {
    const doubles = this.#doubles
    const { origin, unit } = this.#scale()
    const rest = new Float64Array(SHARD_ROWS)
    for (let n = first + 1; n < this.#plan.steps; n++) {
      const [y, g, before, weight] = [0, 1, 2, 3].map((k) => this.#kept + (n * KEPT + k) * SHARD_ROWS)
      for (let r = 0; r < SHARD_ROWS; r++) {
        rest[r] = (doubles[value / 8 + r] - doubles[before + r]) / doubles[weight + r]
      }
      const lost = outliers(rest)
      const sums = this.#sums(shard, n)
      doubles.fill(0, sums, sums + FIT_SUMS)
      for (let r = 0; r < SHARD_ROWS; r++) {
        if (!lost[r]) addToFit(doubles, sums, doubles[y + r], doubles[g + r], (rest[r] - origin) / unit)
      }
    }
  }

  /** The fit at all steps behind `first`, summed in the order of the shards. */
  solve(first: number): void {
    const doubles = this.#doubles
    const { steps } = this.#plan
    for (let n = first + 1; n < steps; n++) {
      const total = new Float64Array(FIT_SUMS)
      for (let shard = 0; shard < FIT_SHARDS; shard++) {
        const sums = this.#sums(shard, n)
        for (let k = 0; k < FIT_SUMS; k++) total[k] += doubles[sums + k]
      }
      doubles.set(solveFit(total), this.#coefficients(n))
    }
    doubles[this.#plan.fit / 8] = 1
  }

  /** The word that the coefficients of step n begin at. */
  #coefficients(n: number): number {
    return this.#plan.fit / 8 + 2 + n * FIT_FEATURES
  }

  #scale(): { origin: number; unit: number } {
    const { fit, unit } = this.#plan
    return { origin: this.#doubles[fit / 8 + 1], unit: this.#doubles[unit / 8] }
  }

  #sums(shard: number, n: number): number {
    return this.#plan.sums / 8 + (shard * this.#plan.steps + n) * FIT_SUMS
  }
}
