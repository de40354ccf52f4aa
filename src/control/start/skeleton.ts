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

/** Share of the room next to a bound that is left where controls are kept from it. */
const ROOM = 0.005

export class Skeleton {
  readonly dim: number
  readonly rawDim: number
  readonly steps: number
  readonly dt: number
  readonly x0: Float64Array
  /**
   * ρ: a step costs ½ρ|v|² more, in what networks write. At the corner of a simplex that would grow without end, and never come back; in a box
   * it keeps controls from their bounds, where they would not move with the state.
   */
  inertia = 0
  readonly #isBox: boolean
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
    this.#isBox = isBox
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

  /** Bound of v on both sides: in a box, whose room is from −1 to 1, or a little less where more costs without end. */
  get most(): number {
    if (!this.#isBox) return Number.POSITIVE_INFINITY
    return this.inertia > 0 ? 1 - ROOM : 1
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
    for (let r = n * rawDim; r < (n + 1) * rawDim; r++) squares += this.#pull(controls[r]).value
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
        .map((entry, r) => entry + this.inertia * this.#pull(controls[n * rawDim + r]).slope),
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
    for (let r = 0; r < rawDim; r++) {
      v[(dim + r) * rawDim + r] += this.inertia * this.#pull(controls[n * rawDim + r]).curvature
    }
    return { x, v }
  }

  /** |v|² in what the networks write, v²/(1 − v²) in a box, and halves of its derivatives. */
  #pull(v: number): { value: number; slope: number; curvature: number } {
    if (!this.#isBox || this.inertia === 0) return { value: v * v, slope: v, curvature: 1 }
    const room = 1 - v * v
    return { value: (v * v) / room, slope: v / room ** 2, curvature: (1 + 3 * v * v) / room ** 3 }
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
