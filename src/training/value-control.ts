/**
 * The value ȳₙ that the driver is linearised around along training's paths. Ŷₙ carries the errors of all networks before it, and a
 * driver steep in y and z together feeds them back until paths run away; ȳₙ is the fit of what the paths estimate u(tₙ,Xₙ) at, by
 * (1, Ŷₙ, g(Xₙ), g(Xₙ)²), over the iterations so far.
 */
import type { Arena } from '../memory/arena.ts'
import type { Region } from '../memory/snapshot.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt } from '../paths/grid.ts'
import {
  addToFit,
  evaluateFit,
  FIT_FEATURES,
  FIT_SUMS,
  solveFit,
  solveFitOfState,
} from '../statistics/value-fit.ts'
import { STATE, type TrainingPlan } from './plan.ts'

/** What is left of the sums after an iteration: paths count for about 20. */
const MEMORY = 0.95
/** Before the fit is made from this many paths, ȳ goes from Y₀ to g(X) with time. */
const FEWEST_PATHS = 512

/** Byte offsets, float64. */
export interface TrainingValuePlan {
  /** ȳ [steps][batch]. */
  around: number
  /** What values are measured from; for each step coefficients [FIT_FEATURES] and sums [FIT_SUMS]. */
  origin: number
  coefficients: number
  /** The same from the state alone, without Ŷ. */
  ofState: number
  sums: number
}

export function planTrainingValues(arena: Arena, steps: number, batch: number): TrainingValuePlan {
  return {
    around: arena.doubles(steps * batch),
    origin: arena.doubles(1),
    coefficients: arena.doubles(steps * FIT_FEATURES),
    ofState: arena.doubles(steps * FIT_FEATURES),
    sums: arena.doubles(steps * FIT_SUMS),
  }
}

/** What outlives an iteration. */
export function trainingValueRegions(plan: TrainingValuePlan | null, steps: number): Region[] {
  if (plan === null) return []
  return [
    { at: plan.origin, bytes: 8 },
    { at: plan.coefficients, bytes: 8 * steps * FIT_FEATURES },
    { at: plan.ofState, bytes: 8 * steps * FIT_FEATURES },
    { at: plan.sums, bytes: 8 * steps * FIT_SUMS },
  ]
}

export class TrainingValues {
  readonly #plan: TrainingPlan
  readonly #values: TrainingValuePlan
  readonly #doubles: Float64Array

  constructor(plan: TrainingPlan, values: TrainingValuePlan, { doubles }: Views) {
    this.#plan = plan
    this.#values = values
    this.#doubles = doubles
  }

  /** The first coefficients. For the first worker alone. */
  initialise(): void {
    const doubles = this.#doubles
    const { grid, state } = this.#plan
    const { origin, coefficients, ofState } = this.#values
    doubles[origin / 8] = doubles[state / 8 + STATE.y0]
    for (let n = 0; n < grid.steps; n++) {
      for (const at of [coefficients, ofState]) {
        doubles.set([0, 0, n / grid.steps, 0], at / 8 + n * FIT_FEATURES)
      }
    }
  }

  /** Writes ȳₙ of the rows; at the start it is Y₀. */
  apply(n: number, first: number, rows: number): void {
    const doubles = this.#doubles
    const { options, y, buffers } = this.#plan
    const own = y / 8 + n * options.batchSize
    const around = this.#values.around / 8 + n * options.batchSize
    if (n === 0) {
      doubles.copyWithin(around + first, own + first, own + first + rows)
      return
    }
    const { origin, unit } = this.#scale()
    const c = this.#values.coefficients / 8 + n * FIT_FEATURES
    const terminal = buffers[n].terminal / 8
    for (let r = first; r < first + rows; r++) {
      const value = (doubles[own + r] - origin) / unit
      const g = (doubles[terminal + r] - origin) / unit
      doubles[around + r] = origin + unit * evaluateFit(doubles, c, value, g)
    }
  }

  /** The fit from the state alone, at g(X) float64 [rows], for n > 0; written over g. */
  ofState(n: number, g: number, rows: number): void {
    const doubles = this.#doubles
    const { origin, unit } = this.#scale()
    const c = this.#values.ofState / 8 + n * FIT_FEATURES
    for (let r = g / 8; r < g / 8 + rows; r++) {
      doubles[r] = origin + unit * evaluateFit(doubles, c, 0, (doubles[r] - origin) / unit)
    }
  }

  /** Takes the batch's paths into the fit, in their order. For the first worker alone, behind the sweep. */
  update(): void {
    const doubles = this.#doubles
    const { grid, options, y, residual, driverDy, buffers, hasDrift } = this.#plan
    const { origin, unit } = this.#scale()
    const batch = options.batchSize
    // Γ_T/Γₙ (g − Ŷ_T): what the residual at T is at tₙ.
    const carried = doubles.slice(residual / 8, residual / 8 + batch)
    for (let n = grid.steps - 1; n > 0; n--) {
      const sums = this.#values.sums / 8 + n * FIT_SUMS
      for (let k = 0; k < FIT_SUMS; k++) doubles[sums + k] *= MEMORY
      for (let r = 0; r < batch; r++) {
        carried[r] *= Math.exp(lengthAt(grid, n) * doubles[driverDy / 8 + n * batch + r])
        const own = doubles[y / 8 + n * batch + r]
        const target = (own + carried[r] - origin) / unit
        const g = (doubles[buffers[n].terminal / 8 + r] - origin) / unit
        if (Number.isFinite(target)) addToFit(doubles, sums, (own - origin) / unit, g, target)
      }
      if (doubles[sums] < FEWEST_PATHS) continue
      const own = doubles.subarray(sums, sums + FIT_SUMS)
      const at = n * FIT_FEATURES
      doubles.set(solveFit(own), this.#values.coefficients / 8 + at)
      if (hasDrift) doubles.set(solveFitOfState(own) ?? [], this.#values.ofState / 8 + at)
    }
  }

  #scale(): { origin: number; unit: number } {
    const doubles = this.#doubles
    return {
      origin: doubles[this.#values.origin / 8],
      unit: doubles[this.#plan.state / 8 + STATE.yScale],
    }
  }
}
