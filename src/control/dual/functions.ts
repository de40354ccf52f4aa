/** The generated functions of the dual bound, on vectors z = (x, a, s, w) that lie whole in float64 arrays. */
import { bindRows, ownRows, type Rows } from '../../formulas/bind.ts'
import type { QuadraticDual } from './compiled.ts'
import type { DualSizes } from './plan.ts'

/** Which Hessian: that of the cost, or of the quadratic that bends less. */
export type Bend = 'hessian' | 'curvature'

export class DualFunctions {
  readonly #sizes: DualSizes
  readonly #dt: number
  readonly #horizon: number
  readonly #functions: ReturnType<typeof bound>
  /** Stands for s and what is returned for it, where a step has none. */
  readonly #none: Float64Array
  readonly #cost = new Float64Array(1)
  readonly #identity: Float64Array

  constructor(dual: QuadraticDual, sizes: DualSizes, dt: number, horizon: number) {
    this.#sizes = sizes
    this.#dt = dt
    this.#horizon = horizon
    this.#functions = bound(dual, sizes.controls > sizes.control)
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
    this.#functions.step(1, t, {
      dt: this.#dt,
      ...this.#point(z, at, 0),
      next: ownRows(next, 0, nextAt),
      cost: ownRows(this.#cost),
      ...this.#slope(slope, slopeAt, 0),
    })
    return this.#cost[0]
  }

  /** F [dim × all]. */
  jacobian(t: number, out: Float64Array): void {
    const { dim, all } = this.#sizes
    const l = ownRows(this.#identity, all)
    this.#functions.jacobian(dim, t, { dt: this.#dt, l, ...this.#slope(out, 0, all) })
  }

  /** The Hessian at z, [all × all]. */
  bend(kind: Bend, t: number, z: Float64Array, at: number, out: Float64Array): void {
    const { all } = this.#sizes
    const [dx, da, ds, dw] = this.#parts(this.#identity, 0, all)
    this.#functions[kind](all, t, {
      dt: this.#dt,
      ...this.#point(z, at, 0),
      ...{ dx, da, ds, dw },
      ...this.#slope(out, 0, all),
    })
  }

  /** g at x; ∂g [dim] into `slope`. */
  terminal(x: Float64Array, at: number, slope: Float64Array, slopeAt: number): number {
    const [cost, slopeX] = [ownRows(this.#cost), ownRows(slope, 0, slopeAt)]
    this.#functions.terminal(1, this.#horizon, { dt: this.#dt, x: ownRows(x, 0, at), cost, slopeX })
    return this.#cost[0]
  }

  /** Its Hessian at x, [dim × dim]. */
  terminalBend(kind: Bend, x: Float64Array, at: number, out: Float64Array): void {
    const { dim, all } = this.#sizes
    const { terminalHessian, terminalCurvature } = this.#functions
    const bend = kind === 'hessian' ? terminalHessian : terminalCurvature
    const [dx, slopeX] = [ownRows(this.#identity, all), ownRows(out, dim)]
    bend(dim, this.#horizon, { dt: this.#dt, x: ownRows(x, 0, at), dx, slopeX })
  }

  #point(z: Float64Array, at: number, stride: number) {
    const [x, a, s, w] = this.#parts(z, at, stride)
    return { x, a, s, w }
  }

  #slope(z: Float64Array, at: number, stride: number) {
    const [slopeX, slopeA, slopeS, slopeW] = this.#parts(z, at, stride)
    return { slopeX, slopeA, slopeS, slopeW }
  }

  /** x, a, s and w of a vector z. */
  #parts(z: Float64Array, at: number, stride: number): Rows[] {
    const { dim, control, controls, noise, all } = this.#sizes
    const s = controls > control ? ownRows(z, stride, at + dim + control) : ownRows(this.#none, 0)
    return [ownRows(z, stride, at), ownRows(z, stride, at + dim), s, ownRows(z, stride, at + all - noise)]
  }
}

function bound(
  { heun, euler, terminal, terminalHessian, terminalCurvature }: QuadraticDual,
  isHeun: boolean,
) {
  const { step, jacobian, hessian, curvature } = isHeun ? heun! : euler
  return {
    step: bindRows(step),
    jacobian: bindRows(jacobian),
    hessian: bindRows(hessian),
    curvature: bindRows(curvature),
    terminal: bindRows(terminal),
    terminalHessian: bindRows(terminalHessian),
    terminalCurvature: bindRows(terminalCurvature),
  }
}
