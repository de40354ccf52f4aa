/** The skeleton along a trajectory, in double precision: steps, and what their expansions to second order are made of. */
import { type BatchFunction, loadBatchFunction } from '../../formulas/load.ts'
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
  /** ρ: a step costs ½ρ|v|² more. Where a control is at its bound v would grow without end, and never come back. */
  inertia = 0
  readonly #sign: number
  readonly #step: BatchFunction
  readonly #slopes: BatchFunction
  readonly #curvature: BatchFunction
  readonly #terminal: BatchFunction
  readonly #terminalCurvature: BatchFunction
  readonly horizon: number
  readonly #identity: Float64Array
  readonly #directions: { px: Float64Array; pv: Float64Array }
  readonly #rows: { x: Float64Array; v: Float64Array }
  readonly #cost = new Float64Array(1)

  constructor(
    { dim, rawDim, horizon: whole, sign, x0 }: CompiledControl,
    sources: CompiledSkeleton,
    steps: number,
    horizon = whole,
  ) {
    this.dim = dim
    this.rawDim = rawDim
    this.steps = steps
    this.x0 = x0
    this.dt = horizon / steps
    this.horizon = horizon
    this.#sign = sign
    const load = (source: string) => loadBatchFunction(source)
    this.#step = load(sources.step)
    this.#slopes = load(sources.slopes)
    this.#curvature = load(sources.curvature)
    this.#terminal = load(sources.terminal)
    this.#terminalCurvature = load(sources.terminalCurvature)
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
    const at = [states, n * dim, dim, controls, n * rawDim, rawDim] as const
    this.#step(1, n * this.dt, this.dt, ...at, states, (n + 1) * dim, dim, this.#cost, 0, 1)
    let squares = 0
    for (let r = n * rawDim; r < (n + 1) * rawDim; r++) squares += controls[r] ** 2
    return this.#sign * this.#cost[0] + 0.5 * this.inertia * squares
  }

  /** sign · g and its slope [dim] at the end. */
  end(states: Float64Array): { value: number; slope: Float64Array; curvature: Float64Array } {
    const { dim, steps } = this
    const slope = new Float64Array(dim)
    const curvature = new Float64Array(dim * dim)
    const x = [states, steps * dim] as const
    this.#terminal(1, this.horizon, this.dt, ...x, dim, this.#cost, 0, 1, slope, 0, dim)
    const directions = this.#directions.px
    this.#terminalCurvature(dim, this.horizon, this.dt, ...x, 0, directions, 0, dim, curvature, 0, dim)
    const signed = (array: Float64Array) => array.map((entry) => this.#sign * entry)
    return { value: this.#sign * this.#cost[0], slope: signed(slope), curvature: signed(curvature) }
  }

  expansion(n: number, states: Float64Array, controls: Float64Array): Expansion {
    const { dim, rawDim } = this
    const { x, v } = this.#rows
    const at = [states, n * dim, 0, controls, n * rawDim, 0] as const
    const all = [this.#identity, 0, dim + 1, x, 0, dim, v, 0, rawDim] as const
    this.#slopes(dim + 1, n * this.dt, this.dt, ...at, ...all)
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
    const at = [states, n * dim, 0, controls, n * rawDim, 0, weights, 0, 0] as const
    const { px, pv } = this.#directions
    const all = [px, 0, dim, pv, 0, rawDim, x, 0, dim, v, 0, rawDim] as const
    this.#curvature(dim + rawDim, n * this.dt, this.dt, ...at, ...all)
    for (let r = 0; r < rawDim; r++) v[(dim + r) * rawDim + r] += this.inertia
    return { x, v }
  }
}
