/**
 * A driver that is not linear, along a block of paths: at each node it is replaced by its tangent at what the fit says of Y and Z,
 *
 *     f(t, X, y, z) ≈ f + a(y − Ŷ) + b·(z − Ẑ),      a = f_y, b = f_z there,
 *
 * where Ŷ is the fit at a date, and from there on moves as a solution does, dŶ = −f dt + Ẑ dW: within an interval the fit is held to
 * the noise alone, and û(t, X) may be far off. a discounts, b moves the paths, and what is left is paid on the way. Where f is convex
 * its tangents lie below it, so that what a rule is worth with them is a lower limit whatever was fitted; where it is concave an upper
 * one, likewise.
 */
import { type BoundTo, bind, ownRows } from '../../formulas/bind.ts'
import { rowAt } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledStopping, StoppingDriver } from '../../stopping/compiled.ts'
import { BLOCK_ROWS, type IntervalPlan, type RulePlan, type WorkerPlan } from './rule-plan.ts'

export class Linearised {
  /** Of the block: a, and what is paid on the way per time. */
  readonly rates = new Float64Array(BLOCK_ROWS)
  readonly sources = new Float64Array(BLOCK_ROWS)
  readonly #level = new Float64Array(BLOCK_ROWS)
  readonly #driver: BoundTo<StoppingDriver['tangent']>
  readonly #scale: BoundTo<StoppingDriver['scale']>
  readonly #views: Views
  readonly #problem: CompiledStopping
  readonly #plan: RulePlan
  readonly #isPushed: boolean

  /** @param isPushed whether b moves the paths; else b·Ẑ is paid on the way with the rest of f */
  constructor(views: Views, problem: CompiledStopping, plan: RulePlan, isPushed: boolean) {
    const driver = problem.stopping.driver!
    this.#driver = bind(driver.tangent, views)
    this.#scale = bind(driver.scale, views)
    this.#views = views
    this.#problem = problem
    this.#plan = plan
    this.#isPushed = isPushed
  }

  /** Ŷ where an interval begins, from its features there. */
  begin(interval: IntervalPlan, { features }: WorkerPlan): void {
    this.#level.fill(0)
    this.#addFitted(interval, features)
  }

  /** At time t, from ∇û by the coordinates in hands.noise; leaves b in hands.push. */
  take(t: number, hands: WorkerPlan): void {
    const { floats } = this.#views
    const { dim, noiseDim } = this.#problem
    const [x, p, z, b] = [hands.natural, hands.noise, hands.z, hands.push]
    // From the slope by log X to that by X.
    for (let r = 0; this.#plan.isLog && r < BLOCK_ROWS; r++)
      for (let i = 0; i < dim; i++) floats[rowAt(p, r, dim) + i] /= floats[rowAt(x, r, dim) + i]
    this.#scale(BLOCK_ROWS, t, { x: hands.natural, gradU: hands.noise, z: hands.z })
    const [y, f, a] = [this.#level, this.sources, this.rates]
    this.#driver(BLOCK_ROWS, t, {
      x: hands.natural,
      y: ownRows(y),
      z: hands.z,
      f: ownRows(f),
      dy: ownRows(a),
      dz: hands.push,
    })
    for (let r = 0; r < BLOCK_ROWS; r++) {
      f[r] -= a[r] * y[r]
      if (!this.#isPushed) continue
      const [push, zRow] = [rowAt(b, r, noiseDim), rowAt(z, r, noiseDim)]
      for (let j = 0; j < noiseDim; j++) f[r] -= floats[push + j] * floats[zRow + j]
    }
  }

  /** Ŷ after the step whose noise the features moved by, in hands.increments; the tangent is that of its beginning. */
  follow(interval: IntervalPlan, { increments }: WorkerPlan): void {
    const { dt } = this.#plan.grid
    const level = this.#level
    for (let r = 0; r < BLOCK_ROWS; r++) level[r] -= dt * (this.sources[r] + this.rates[r] * level[r])
    this.#addFitted(interval, increments)
  }

  #addFitted({ coefficients }: IntervalPlan, rows: number): void {
    const { floats, doubles } = this.#views
    const { width } = this.#plan
    for (let r = 0; r < BLOCK_ROWS; r++) {
      for (let k = 0; k < width - 1; k++)
        this.#level[r] += doubles[coefficients + k] * floats[rows + r * width + k]
    }
  }
}
