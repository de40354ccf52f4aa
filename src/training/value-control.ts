/**
 * The value ȳₙ that the driver is linearised around along training's paths. Ŷₙ, the value carried along a path by the driver at ȳ and by
 * Ẑ, has the errors of all networks before it, and a steep driver fed with them runs away; ȳₙ is the fit by Ŷₙ and the state of what the
 * paths estimate u(tₙ,Xₙ) at, over the iterations so far, within the range that u lies in. See `FirstValues` for where it begins.
 *
 * What a path estimates u(tₙ,Xₙ) at is taken backward from T, where damping dies out and is not blown up:
 *
 *     Rₙ = Γ Rₙ₊₁ + (Γ − 1)/f_y (f − f_yȳ) − Z·ΔW,    Γ = exp(f_yΔt),    R_N = g(X_T).
 */

import { STATE } from '../fields/state.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt } from '../paths/grid.ts'
import { addToFit, solveFit, solveFitOfState, sumsOf } from '../statistics/value-fit.ts'
import { growth } from './exponential-step.ts'
import type { TrainingPlan } from './plan.ts'
import { ValueFeatures } from './value-features.ts'
import type { TrainingValuePlan } from './value-plan.ts'

/** What is left of the sums after an iteration: paths count for about 20. */
const MEMORY = 0.95
/** Before the fit is made from this many paths, ȳ goes from Y₀ to g(X) with time. */
const FEWEST_PATHS = 512

export class TrainingValues {
  readonly #plan: TrainingPlan
  readonly #values: TrainingValuePlan
  readonly #views: Views
  readonly #features: ValueFeatures

  constructor(plan: TrainingPlan, values: TrainingValuePlan, views: Views) {
    this.#plan = plan
    this.#values = values
    this.#views = views
    const units = { origin: values.origin, unit: plan.state + STATE.yScale }
    this.#features = new ValueFeatures(values.features, plan.dim, views.doubles, units)
  }

  /** Coefficients and ranges where nothing better is known. For the first worker alone. */
  initialise(): void {
    const { doubles } = this.#views
    const { grid, state } = this.#plan
    const { origin, coefficients, ofState, range, features } = this.#values
    doubles[origin] = doubles[state + STATE.y0]
    for (let n = 0; n < grid.steps; n++) {
      for (const at of [coefficients, ofState]) doubles[at + n * features + 2] = n / grid.steps
      doubles.set([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], range + 2 * n)
    }
  }

  /** Writes ȳₙ of the rows, within the range; at the start it is Y₀. */
  apply(n: number, first: number, rows: number): void {
    const { doubles } = this.#views
    const { options, y } = this.#plan
    const around = this.#values.around + n * options.batchSize
    for (let r = first; r < first + rows; r++) {
      if (n === 0) doubles[around + r] = this.#features.within(this.#range(0), doubles[y + r])
      else {
        this.#write(n, r)
        doubles[around + r] = this.#features.evaluate(this.#coefficients(n), this.#range(n))
      }
    }
  }

  /** The fit from the state alone, from g(X) float64 [rows] and X [rows×dim], indices, for n > 0; written over g. */
  ofState(n: number, g: number, x: number, rows: number): void {
    const { doubles } = this.#views
    const features = this.#features
    const coefficients = this.#values.ofState + n * this.#values.features
    for (let r = 0; r < rows; r++) {
      features.write(features.origin, doubles[g + r], this.#standardised(n, x, r))
      doubles[g + r] = features.evaluate(coefficients, this.#range(n))
    }
  }

  /** Ŷₙ₊₁, and what the step adds to Rₙ, from f, f_y and Z·ΔW of the rows. */
  carry(n: number, first: number, rows: number): void {
    const { doubles } = this.#views
    const { grid, options, y, driver, driverDy, zdW } = this.#plan
    const { targets, around } = this.#values
    const batch = options.batchSize
    const dt = lengthAt(grid, n)
    for (let r = first; r < first + rows; r++) {
      const step = n * batch + r
      const f = doubles[driver + r]
      const rate = doubles[driverDy + step]
      const noise = doubles[zdW + r]
      const source = f - rate * doubles[around + step]
      doubles[y + step + batch] = doubles[y + step] - f * dt + noise
      doubles[targets + step] = dt * growth(dt * rate) * source - noise
    }
  }

  /** Takes Rₙ of the rows back from g(X_T) in `residual`, where R₀ − Y₀ is left. */
  gather(first: number, rows: number): void {
    const { doubles } = this.#views
    const { grid, options, residual, driverDy, y } = this.#plan
    const { targets } = this.#values
    for (let r = first; r < first + rows; r++) {
      let value = doubles[residual + r]
      for (let n = grid.steps - 1; n >= 0; n--) {
        const step = n * options.batchSize + r
        value = Math.exp(lengthAt(grid, n) * doubles[driverDy + step]) * value + doubles[targets + step]
        doubles[targets + step] = value
      }
      doubles[residual + r] = value - doubles[y + r]
    }
  }

  /** Takes the batch's paths into the fit, in their order. For the first worker alone, behind the sweep. */
  update(): void {
    const { doubles } = this.#views
    const { grid, options, hasDrift } = this.#plan
    const { targets, features: count, ofState } = this.#values
    const words = sumsOf(count)
    for (let n = grid.steps - 1; n > 0; n--) {
      const sums = this.#values.sums + n * words
      for (let k = 0; k < words; k++) doubles[sums + k] *= MEMORY
      for (let r = 0; r < options.batchSize; r++) {
        const target = this.#tame(n, doubles[targets + n * options.batchSize + r])
        this.#write(n, r)
        if (this.#features.areFinite() && Number.isFinite(target)) {
          addToFit(doubles, sums, this.#features.row, this.#features.scaled(target))
        }
      }
      if (doubles[sums] < FEWEST_PATHS) continue
      const prior = this.#values.prior + n * words
      const own = doubles.slice(sums, sums + words)
      for (let k = 0; k < words; k++) own[k] += doubles[prior + k]
      doubles.set(solveFit(own, count), this.#coefficients(n))
      if (hasDrift) doubles.set(solveFitOfState(own, count) ?? [], ofState + n * count)
    }
  }

  /** A path that ran away would be all that is fitted: it counts as one that ends a range beyond the range. */
  #tame(n: number, value: number): number {
    const { doubles } = this.#views
    const least = doubles[this.#range(n)]
    const greatest = doubles[this.#range(n) + 1]
    const margin = greatest - least + this.#features.unit
    return Math.max(least - margin, Math.min(greatest + margin, value))
  }

  #write(n: number, r: number): void {
    const { doubles } = this.#views
    const { options, y, buffers, x, dim } = this.#plan
    const states = rowAt(x, n * options.batchSize, dim)
    this.#features.write(
      doubles[y + n * options.batchSize + r],
      doubles[buffers[n].terminal + r],
      this.#standardised(n, states, r),
    )
  }

  /** The first component of row r of X[rows×dim], index. */
  #standardised(n: number, x: number, r: number): number {
    const { floats } = this.#views
    const { pilot, dim } = this.#plan
    const at = floatsOf(n, dim)
    return floats[pilot.scale + at] * floats[rowAt(x, r, dim)] + floats[pilot.shift + at]
  }

  /** The words that coefficients and range of step n begin at. */
  #coefficients(n: number): number {
    return this.#values.coefficients + n * this.#values.features
  }

  #range(n: number): number {
    return this.#values.range + 2 * n
  }
}
