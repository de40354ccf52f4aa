/** The skeleton along a trajectory, in double precision: steps, and what their expansions to second order are made of. */
import { bindRows, ownRows } from '../../formulas/bind.ts'
import type { CompiledControl } from '../compiled.ts'
import type { CompiledSkeleton } from './compiled.ts'

/** Of one step: x₊ and sign·cost to second order; matrices row-major. */
export interface Expansion {
  /** ∂x₊/∂x [dim × dim], ∂x₊/∂v [dim × rawDim]. */
  fx: Float64Array
  fv: Float64Array
  /** Of the cost: [dim], [rawDim]. */
  cx: Float64Array
  cv: Float64Array
}

export class Skeleton {
  readonly dim: number
  readonly rawDim: number
  readonly steps: number
  readonly dt: number
  readonly x0: Float64Array
  /** v of a control at its bound, in a box; see `compile.ts`. */
  readonly most: number
  /** ρ: a step costs ½ρ|v|² more. At the corner of a simplex v would grow without end, and never come back. */
  inertia = 0
  readonly #sign: number
  readonly #functions: ReturnType<typeof bound>
  readonly horizon: number
  readonly #identity: Float64Array
  readonly #directions: { px: Float64Array; pv: Float64Array }
  readonly #rows: { x: Float64Array; v: Float64Array }
  readonly #cost = new Float64Array(1)

  constructor(
    { dim, rawDim, horizon: whole, sign, x0, isBox }: CompiledControl,
    sources: CompiledSkeleton,
    steps: number,
    horizon = whole,
  ) {
    this.dim = dim
    this.rawDim = rawDim
    this.steps = steps
    this.x0 = x0
    this.most = isBox ? 1 : Number.POSITIVE_INFINITY
    this.dt = horizon / steps
    this.horizon = horizon
    this.#sign = sign
    this.#functions = bound(sources)
    const all = dim + rawDim
    this.#identity = Float64Array.from({ length: (dim + 1) ** 2 }, (_, k) => Number(k % (dim + 2) === 0))
    this.#identity[(dim + 1) ** 2 - 1] = sign
    this.#directions = {
      px: Float64Array.from({ length: all * dim }, (_, k) => Number(Math.floor(k / dim) === k % dim)),
      pv: Float64Array.from({ length: all * rawDim }, (_, k) =>
        Number(Math.floor(k / rawDim) - dim === k % rawDim),
      ),
    }
    this.#rows = { x: new Float64Array((all + 1) * dim), v: new Float64Array((all + 1) * rawDim) }
  }

  /** Writes xₙ₊₁ [dim] into `states` behind xₙ. @returns sign · cost of step n, and what ρ adds */
  advance(n: number, states: Float64Array, controls: Float64Array): number {
    const { dim, rawDim } = this
    this.#functions.step(1, n * this.dt, {
      dt: this.dt,
      x: ownRows(states, dim, n * dim),
      v: ownRows(controls, rawDim, n * rawDim),
      next: ownRows(states, dim, (n + 1) * dim),
      cost: ownRows(this.#cost),
    })
    let squares = 0
    for (let r = n * rawDim; r < (n + 1) * rawDim; r++) squares += controls[r] ** 2
    return this.#sign * this.#cost[0] + 0.5 * this.inertia * squares
  }

  /** sign · g and its slope [dim] at the end. */
  end(states: Float64Array): { value: number; slope: Float64Array; curvature: Float64Array } {
    const { dim, steps } = this
    const slope = new Float64Array(dim)
    const curvature = new Float64Array(dim * dim)
    const at = { dt: this.dt, x: ownRows(states, 0, steps * dim) }
    const { terminal, terminalCurvature } = this.#functions
    terminal(1, this.horizon, { ...at, cost: ownRows(this.#cost), dx: ownRows(slope) })
    const px = ownRows(this.#directions.px, dim)
    terminalCurvature(dim, this.horizon, { ...at, px, dx: ownRows(curvature, dim) })
    const signed = (array: Float64Array) => array.map((entry) => this.#sign * entry)
    return { value: this.#sign * this.#cost[0], slope: signed(slope), curvature: signed(curvature) }
  }

  expansion(n: number, states: Float64Array, controls: Float64Array): Expansion {
    const { dim, rawDim } = this
    const { x, v } = this.#rows
    const l = ownRows(this.#identity, dim + 1)
    const slopes = { dx: ownRows(x, dim), dv: ownRows(v, rawDim) }
    this.#functions.slopes(dim + 1, n * this.dt, { ...this.#at(n, states, controls), l, ...slopes })
    return {
      fx: x.slice(0, dim * dim),
      fv: v.slice(0, dim * rawDim),
      cx: x.slice(dim * dim, dim * (dim + 1)),
      cv: v
        .slice(dim * rawDim, (dim + 1) * rawDim)
        .map((entry, r) => entry + this.inertia * controls[n * rawDim + r]),
    }
  }

  /** Second derivatives of λ·x₊ + sign·cost in (x, v): [dim + rawDim] rows, the columns of x and those of v apart. */
  curvature(
    n: number,
    states: Float64Array,
    controls: Float64Array,
    slope: Float64Array,
  ): { x: Float64Array; v: Float64Array } {
    const { dim, rawDim } = this
    const weights = Float64Array.from({ length: dim + 1 }, (_, i) => (i < dim ? slope[i] : this.#sign))
    const { x, v } = this.#rows
    const { px, pv } = this.#directions
    this.#functions.curvature(dim + rawDim, n * this.dt, {
      ...this.#at(n, states, controls),
      l: ownRows(weights, 0),
      px: ownRows(px, dim),
      pv: ownRows(pv, rawDim),
      dx: ownRows(x, dim),
      dv: ownRows(v, rawDim),
    })
    for (let r = 0; r < rawDim; r++) v[(dim + r) * rawDim + r] += this.inertia
    return { x, v }
  }

  /** The same point in every row. */
  #at(n: number, states: Float64Array, controls: Float64Array) {
    const [x, v] = [ownRows(states, 0, n * this.dim), ownRows(controls, 0, n * this.rawDim)]
    return { dt: this.dt, x, v }
  }
}

function bound({ step, slopes, curvature, terminal, terminalCurvature }: CompiledSkeleton) {
  return {
    step: bindRows(step),
    slopes: bindRows(slopes),
    curvature: bindRows(curvature),
    terminal: bindRows(terminal),
    terminalCurvature: bindRows(terminalCurvature),
  }
}
