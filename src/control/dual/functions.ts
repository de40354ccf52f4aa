/** The generated functions of the dual bound, on vectors z = (x, a, s, w) that lie whole in float64 arrays. */
import { type BatchFunction, type FloatArray, loadBatchFunction } from '../../formulas/load.ts'
import type { QuadraticDual } from './compiled.ts'
import type { DualSizes } from './plan.ts'

/** Which Hessian: that of the cost, or of the quadratic that bends less. */
export type Bend = 'hessian' | 'curvature'

export class DualFunctions {
  readonly #sizes: DualSizes
  readonly #dt: number
  readonly #horizon: number
  readonly #step: BatchFunction
  readonly #jacobian: BatchFunction
  readonly #bends: Record<Bend, BatchFunction>
  readonly #terminal: BatchFunction
  readonly #terminalBends: Record<Bend, BatchFunction>
  /** Stands for s and what is returned for it, where a step has none. */
  readonly #none: Float64Array
  readonly #cost = new Float64Array(1)
  readonly #identity: Float64Array

  constructor(dual: QuadraticDual, sizes: DualSizes, dt: number, horizon: number) {
    const step = sizes.controls > sizes.control ? dual.heun! : dual.euler
    this.#sizes = sizes
    this.#dt = dt
    this.#horizon = horizon
    this.#step = loadBatchFunction(step.step)
    this.#jacobian = loadBatchFunction(step.jacobian)
    this.#bends = {
      hessian: loadBatchFunction(step.hessian),
      curvature: loadBatchFunction(step.curvature),
    }
    this.#terminal = loadBatchFunction(dual.terminal)
    this.#terminalBends = {
      hessian: loadBatchFunction(dual.terminalHessian),
      curvature: loadBatchFunction(dual.terminalCurvature),
    }
    this.#none = new Float64Array(sizes.control)
    this.#identity = new Float64Array(sizes.all * sizes.all)
    for (let k = 0; k < sizes.all; k++) this.#identity[k * (sizes.all + 1)] = 1
  }

  /** x₊ [dim] into `next`, ∂cost/∂z [all] into `slope`; returns the cost. z, next, slope are read and written at their places. */
  step(
    t: number,
    z: Float64Array,
    at: number,
    next: Float64Array,
    nextAt: number,
    slope: Float64Array,
    slopeAt: number,
  ): number {
    const { dim } = this.#sizes
    // biome-ignore format: one group of arguments an array
    this.#step(1, t, this.#dt, ...this.#parts(z, at, 0), next, nextAt, dim, this.#cost, 0, 1, ...this.#parts(slope, slopeAt, 0))
    return this.#cost[0]
  }

  /** F [dim × all]. */
  jacobian(t: number, out: Float64Array): void {
    const { dim, all } = this.#sizes
    this.#jacobian(dim, t, this.#dt, this.#identity, 0, all, ...this.#parts(out, 0, all))
  }

  /** The Hessian at z, [all × all]. */
  bend(kind: Bend, t: number, z: Float64Array, at: number, out: Float64Array): void {
    const { all } = this.#sizes
    // biome-ignore format: one group of arguments an array
    this.#bends[kind](
      all, t, this.#dt, ...this.#parts(z, at, 0), ...this.#parts(this.#identity, 0, all), ...this.#parts(out, 0, all),
    )
  }

  /** g at x; ∂g [dim] into `slope`. */
  terminal(x: Float64Array, at: number, slope: Float64Array, slopeAt: number): number {
    const { dim } = this.#sizes
    this.#terminal(1, this.#horizon, this.#dt, x, at, dim, this.#cost, 0, 1, slope, slopeAt, dim)
    return this.#cost[0]
  }

  /** Its Hessian at x, [dim × dim]. */
  terminalBend(kind: Bend, x: Float64Array, at: number, out: Float64Array): void {
    const { dim, all } = this.#sizes
    this.#terminalBends[kind](dim, this.#horizon, this.#dt, x, at, 0, this.#identity, 0, all, out, 0, dim)
  }

  /** Arguments for x, a, s and w of a vector z. */
  #parts(z: Float64Array, at: number, stride: number): (number | FloatArray)[] {
    const { dim, control, controls, noise, all } = this.#sizes
    const s = controls > control ? [z, at + dim + control, stride] : [this.#none, 0, 0]
    return [z, at, stride, z, at + dim, stride, ...s, z, at + all - noise, stride]
  }
}
