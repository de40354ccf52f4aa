/**
 * The value ȳₙ that the equation is linearised around at tₙ. Along a path Ŷₙ is u(tₙ,Xₙ) plus the martingale of all errors of Ẑ
 * so far, and a driver curved in y turns their square into a bias. What the path estimates u at from tₙ on has the mean
 * u(tₙ,Xₙ) whatever came before: its least-squares fit by Ŷₙ and functions of the state, over paths of their own, is the nearest to
 * u among these. It begins as training's fit, of the state alone where paths start elsewhere than training's did.
 */

import type { Arena } from '../memory/arena.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { outliers } from '../statistics/outliers.ts'
import { addToFit, solveFit, sumsOf } from '../statistics/value-fit.ts'
import { ValueFeatures } from '../training/value-features.ts'
import type { TrainingValuePlan } from '../training/value-plan.ts'
import { SHARD_ROWS, type WorkerBuffers } from './buffers.ts'

/** Kept of every path at every step: Ŷ, g(X), x̂, what the step adds to the estimate, and the logarithm of Γ over it. */
const KEPT = 5
const [Y, G, X, INCREMENT, GROWTH] = [0, 1, 2, 3, 4]
/** Shards of paths that the fit is made from. */
export const FIT_SHARDS = 32

/** Indices; all float64. */
export interface ValueControlPlan {
  steps: number
  dim: number
  /** Paths of a shard. */
  shardRows: number
  /** Where the fit begins, and what both are measured in. */
  training: TrainingValuePlan
  unit: number
  /** The coefficients [steps][features]. */
  fit: number
  /** [FIT_SHARDS][steps][sums]. */
  sums: number
  /** For each worker [steps][KEPT][SHARD_ROWS]. */
  kept: number[]
}

export function planValueControl(
  arena: Arena,
  { steps, dim, shardRows }: Pick<ValueControlPlan, 'steps' | 'dim' | 'shardRows'>,
  training: TrainingValuePlan,
  unit: number,
  workers: number,
): ValueControlPlan {
  return {
    steps,
    dim,
    shardRows,
    training,
    unit,
    fit: arena.doubles(steps * training.features, 'rounds'),
    sums: arena.doubles(FIT_SHARDS * steps * sumsOf(training.features)),
    kept: Array.from({ length: workers }, () => arena.doubles(steps * KEPT * SHARD_ROWS)),
  }
}

export class ValueControl {
  readonly #plan: ValueControlPlan
  readonly #views: Views
  readonly #kept: number
  readonly #features: ValueFeatures

  constructor(plan: ValueControlPlan, views: Views, rank: number) {
    const { training, dim, unit } = plan
    this.#plan = plan
    this.#views = views
    this.#kept = plan.kept[rank]
    this.#features = new ValueFeatures(training.features, dim, views.doubles, {
      origin: training.origin,
      unit,
    })
  }

  /** Goes back to training's fit. */
  forget(isElsewhere: boolean): void {
    const { doubles } = this.#views
    const { training, steps, fit } = this.#plan
    const from = isElsewhere ? training.ofState : training.coefficients
    doubles.copyWithin(fit, from, from + steps * training.features)
  }

  /** ȳ in place of Ŷ in `around`, at the training's time step n, whose pass left g(X) and x̂; keeps its features. */
  apply(n: number, { around, pass }: WorkerBuffers, rows: number): void {
    const { doubles, floats } = this.#views
    const { dim } = this.#plan
    const kept = this.#column(n, Y)
    for (let r = 0; r < rows; r++) {
      doubles[kept + Y * SHARD_ROWS + r] = doubles[around + r]
      doubles[kept + G * SHARD_ROWS + r] = doubles[pass.terminal + r]
      doubles[kept + X * SHARD_ROWS + r] = floats[rowAt(pass.input, r, dim)]
      this.#write(n, r)
      doubles[around + r] = this.#features.evaluate(this.#coefficients(n), this.#range(n))
    }
  }

  /** Keeps what the step from n on adds to the estimate, in units of Γ at n, and ln Γ over the step. */
  keep(n: number, { increment, growth }: WorkerBuffers, rows: number): void {
    const { doubles } = this.#views
    doubles.copyWithin(this.#column(n, INCREMENT), increment, increment + rows)
    doubles.copyWithin(this.#column(n, GROWTH), growth, growth + rows)
  }

  /** Sums over a whole shard of paths from step `first` on, with g(X_T) in `terminal`; at each step without those far off. */
  add(shard: number, first: number, terminal: number): void {
    const { doubles } = this.#views
    const { shardRows } = this.#plan
    const words = sumsOf(this.#plan.training.features)
    const rest = doubles.slice(terminal, terminal + shardRows)
    for (let n = this.#plan.steps - 1; n > first; n--) {
      const [increment, growth] = [this.#column(n, INCREMENT), this.#column(n, GROWTH)]
      for (let r = 0; r < shardRows; r++) {
        rest[r] = Math.exp(doubles[growth + r]) * rest[r] + doubles[increment + r]
      }
      const lost = outliers(rest)
      const sums = this.#sums(shard, n)
      doubles.fill(0, sums, sums + words)
      for (let r = 0; r < shardRows; r++) {
        if (lost[r]) continue
        this.#write(n, r)
        addToFit(doubles, sums, this.#features.row, this.#features.scaled(rest[r]))
      }
    }
  }

  /** The fit at all steps behind `first`, summed in the order of the shards. */
  solve(first: number): void {
    const { doubles } = this.#views
    const { steps, training } = this.#plan
    const words = sumsOf(training.features)
    for (let n = first + 1; n < steps; n++) {
      const prior = training.prior + n * words
      const total = doubles.slice(prior, prior + words)
      for (let shard = 0; shard < FIT_SHARDS; shard++) {
        const sums = this.#sums(shard, n)
        for (let k = 0; k < words; k++) total[k] += doubles[sums + k]
      }
      doubles.set(solveFit(total, training.features), this.#coefficients(n))
    }
  }

  #write(n: number, r: number): void {
    const { doubles } = this.#views
    const at = this.#column(n, Y) + r
    this.#features.write(doubles[at], doubles[at + G * SHARD_ROWS], doubles[at + X * SHARD_ROWS])
  }

  /** The words that a kept column, the coefficients and the range of step n begin at. */
  #column(n: number, column: number): number {
    return this.#kept + (n * KEPT + column) * SHARD_ROWS
  }

  #coefficients(n: number): number {
    return this.#plan.fit + n * this.#plan.training.features
  }

  #range(n: number): number {
    return this.#plan.training.range + 2 * n
  }

  #sums(shard: number, n: number): number {
    return this.#plan.sums + (shard * this.#plan.steps + n) * sumsOf(this.#plan.training.features)
  }
}
