/**
 * A driver that is not linear, along a block of paths that are gone back: with ΔM as in `Limits`, and X moved by b, the driver's slope in z,
 *
 *     θ ← θ − ΔM,    θ ← θ + (f(t, X, θ, Ẑ) − b·Ẑ) dt,
 *
 * from what stopping pays. Its path's own noise is in θ, and by Jensen's inequality its mean lies on the other side than tangents have theirs: where f is
 * concave in y and affine in z the rule's is a lower limit whatever was fitted, where it is convex that of the best dates is an upper one
 * (Bender, Schweizer, Zhuo 2017, doi:10.1111/mafi.12100). A step is that of an exponential, f taken with its slope where the step begins: no
 * discount is too steep for it.
 */
import { type BoundTo, bind, ownRows } from '../../formulas/bind.ts'
import { floatsOf, rowAt } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { timeAt } from '../../paths/grid.ts'
import type { CompiledStopping, StoppingDriver } from '../../stopping/compiled.ts'
import type { StoppingPlan, TrailPlan } from './plan.ts'
import { BLOCK_ROWS, type WorkerPlan } from './rule-plan.ts'

export class Retrace {
  /** Of the block at the end: what the rule is worth, and what the best dates are. */
  readonly rule = new Float64Array(BLOCK_ROWS)
  readonly best = new Float64Array(BLOCK_ROWS)
  readonly #views: Views
  readonly #problem: CompiledStopping
  readonly #plan: StoppingPlan
  readonly #trail: TrailPlan
  readonly #driver: BoundTo<StoppingDriver['tangent']>
  /** [steps][rows]: ΔM and b·Ẑ. */
  readonly #increments: Float64Array
  readonly #pushes: Float64Array
  /** [dates + 1][rows] */
  readonly #payments: Float64Array
  readonly #f = new Float64Array(BLOCK_ROWS)
  readonly #slope = new Float64Array(BLOCK_ROWS)

  constructor(views: Views, problem: CompiledStopping, plan: StoppingPlan, trail: TrailPlan) {
    this.#views = views
    this.#problem = problem
    this.#plan = plan
    this.#trail = trail
    this.#driver = bind(problem.stopping.driver!.tangent, views)
    this.#increments = new Float64Array(plan.steps * BLOCK_ROWS)
    this.#pushes = new Float64Array(plan.steps * BLOCK_ROWS)
    this.#payments = new Float64Array(plan.nodes.length * BLOCK_ROWS)
  }

  begin(): void {
    this.#payments.fill(Number.NEGATIVE_INFINITY)
  }

  /** What row r is paid at date n; at T the greater of two. */
  pay(n: number, r: number, payment: number): void {
    const at = n * BLOCK_ROWS + r
    if (payment > this.#payments[at]) this.#payments[at] = payment
  }

  /** The step that the rows made from a node on. @param increments of M, [rows] */
  keep(node: number, { natural, z, push }: WorkerPlan, increments: Float64Array): void {
    const { floats } = this.#views
    const { noiseDim } = this.#problem
    const [x, zs] = this.#placesOf(node)
    floats.copyWithin(x, natural, natural + this.#sizes[0])
    floats.copyWithin(zs, z, z + this.#sizes[1])
    this.#increments.set(increments, node * BLOCK_ROWS)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const [b, own] = [rowAt(push, r, noiseDim), rowAt(z, r, noiseDim)]
      let sum = 0
      for (let j = 0; j < noiseDim; j++) sum += floats[b + j] * floats[own + j]
      this.#pushes[node * BLOCK_ROWS + r] = sum
    }
  }

  /** @param stopped the date that the rule stops each row at */
  goBack(stopped: Int32Array, hands: WorkerPlan): void {
    const { intervals } = this.#plan
    this.#decide(intervals.length, stopped)
    for (let n = intervals.length - 1; n >= 0; n--) {
      const { firstNode, steps } = intervals[n]
      for (let j = steps - 1; j >= 0; j--) {
        for (const theta of [this.rule, this.best]) this.#step(firstNode + j, theta, hands)
      }
      this.#decide(n, stopped)
    }
  }

  #decide(n: number, stopped: Int32Array): void {
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const payment = this.#payments[n * BLOCK_ROWS + r]
      if (stopped[r] === n) this.rule[r] = payment
      if (n === this.#plan.intervals.length || payment > this.best[r]) this.best[r] = payment
    }
  }

  #step(node: number, theta: Float64Array, { push }: WorkerPlan): void {
    const { grid } = this.#plan
    const [x, z] = this.#placesOf(node)
    const first = node * BLOCK_ROWS
    for (let r = 0; r < BLOCK_ROWS; r++) theta[r] -= this.#increments[first + r]
    const [f, slope] = [this.#f, this.#slope]
    this.#driver(BLOCK_ROWS, timeAt(grid, node), {
      x,
      y: ownRows(theta),
      z,
      f: ownRows(f),
      dy: ownRows(slope),
      // Nobody asks for it again.
      dz: push,
    })
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const a = slope[r] * grid.dt
      const mean = Math.abs(a) < 1e-8 ? 1 : Math.expm1(a) / a
      theta[r] += grid.dt * mean * (f[r] - this.#pushes[first + r])
    }
  }

  get #sizes(): [number, number] {
    const { dim, noiseDim } = this.#problem
    return [floatsOf(BLOCK_ROWS, dim), floatsOf(BLOCK_ROWS, noiseDim)]
  }

  #placesOf(node: number): [number, number] {
    const [x, z] = this.#sizes
    return [this.#trail.x + node * x, this.#trail.z + node * z]
  }
}
