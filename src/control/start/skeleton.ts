/** The skeleton along a trajectory, in double precision: steps, and what their expansions to second order are made of. */
import { bindRows, ownRows, type Rows } from '../../formulas/bind.ts'
import type { CompiledControl } from '../compiled.ts'
import type { CompiledSkeleton } from './compiled.ts'

/** Of one step: x₊ and sign·cost to second order; matrices row-major. Written over by the next. */
export interface Expansion {
  /** ∂x₊/∂x [dim × dim], ∂x₊/∂v [dim × rawDim]. */
  fx: Float64Array
  fv: Float64Array
  /** Of the cost: [dim], [rawDim]. */
  cx: Float64Array
  cv: Float64Array
}

/** Second derivatives in (x, v): [dim + rawDim] rows, the columns of x and those of v apart. Written over by the next. */
interface Curvature {
  x: Float64Array
  v: Float64Array
}

/** Share of the room next to a bound that is left where controls are kept from it. */
const ROOM = 0.005

/** A search takes millions of steps of a few numbers each: arrays are made once, for an array takes as long as a step. */
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
  readonly #places: ReturnType<typeof places>
  readonly #weights: Float64Array
  readonly #expansion: Expansion
  readonly #curvature: Curvature
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
    const slopes = { x: new Float64Array((dim + 1) * dim), v: new Float64Array((dim + 1) * rawDim) }
    this.#expansion = {
      fx: slopes.x.subarray(0, dim * dim),
      fv: slopes.v.subarray(0, dim * rawDim),
      cx: slopes.x.subarray(dim * dim),
      cv: slopes.v.subarray(dim * rawDim),
    }
    const all = dim + rawDim
    this.#curvature = { x: new Float64Array(all * dim), v: new Float64Array(all * rawDim) }
    this.#weights = new Float64Array(dim + 1).fill(sign)
    this.#places = places(this, sign, this.#weights, slopes, this.#curvature, this.#cost)
  }

  /** Bound of v on both sides: in a box, whose room is from −1 to 1, or a little less where more costs without end. */
  get most(): number {
    if (!this.#isBox) return Number.POSITIVE_INFINITY
    return this.inertia > 0 ? 1 - ROOM : 1
  }

  /** Writes xₙ₊₁ [dim] into `states` behind xₙ. @returns sign · cost of step n, and what ρ adds */
  advance(n: number, states: Float64Array, controls: Float64Array): number {
    const { dim, rawDim } = this
    const { step } = this.#places
    this.#at(step, n, states, controls)
    step.next.array = states
    step.next.at = (n + 1) * dim
    this.#functions.step(1, n * this.dt, step)
    let squares = 0
    for (let r = n * rawDim; r < (n + 1) * rawDim; r++) squares += this.#pull(controls[r]).value
    return this.#sign * this.#cost[0] + 0.5 * this.inertia * squares
  }

  /** sign · g at the end. */
  end(states: Float64Array): number {
    return this.endSlope(states, new Float64Array(this.dim))
  }

  /** sign · g at the end, and its slope [dim]. */
  protected endSlope(states: Float64Array, slope: Float64Array): number {
    const { dim, steps } = this
    const at = { dt: this.dt, x: ownRows(states, 0, steps * dim) }
    this.#functions.terminal(1, this.horizon, { ...at, cost: ownRows(this.#cost), dx: ownRows(slope) })
    for (let i = 0; i < dim; i++) slope[i] *= this.#sign
    return this.#sign * this.#cost[0]
  }

  /** Writes the slope [dim] and the curvature [dim × dim] of sign · g at the end. */
  endExpansion(states: Float64Array, slope: Float64Array, curvature: Float64Array): void {
    const { dim, steps } = this
    this.endSlope(states, slope)
    const at = { dt: this.dt, x: ownRows(states, 0, steps * dim) }
    const px = this.#places.curvature.px
    this.#functions.terminalCurvature(dim, this.horizon, { ...at, px, dx: ownRows(curvature, dim) })
    for (let k = 0; k < curvature.length; k++) curvature[k] *= this.#sign
  }

  expansion(n: number, states: Float64Array, controls: Float64Array): Expansion {
    const { dim, rawDim } = this
    const { slopes } = this.#places
    this.#at(slopes, n, states, controls)
    this.#functions.slopes(dim + 1, n * this.dt, slopes)
    const { cv } = this.#expansion
    for (let r = 0; r < rawDim; r++) cv[r] += this.inertia * this.#pull(controls[n * rawDim + r]).slope
    return this.#expansion
  }

  /** Second derivatives of λ·x₊ + sign·cost. */
  curvature(n: number, states: Float64Array, controls: Float64Array, slope: Float64Array): Curvature {
    const { dim, rawDim } = this
    const { curvature } = this.#places
    this.#weights.set(slope)
    this.#at(curvature, n, states, controls)
    this.#functions.curvature(dim + rawDim, n * this.dt, curvature)
    const { v } = this.#curvature
    for (let r = 0; r < rawDim; r++) {
      v[(dim + r) * rawDim + r] += this.inertia * this.#pull(controls[n * rawDim + r]).curvature
    }
    return this.#curvature
  }

  /** |v|² in what the networks write, v²/(1 − v²) in a box, and halves of its derivatives. */
  #pull(v: number): { value: number; slope: number; curvature: number } {
    if (!this.#isBox || this.inertia === 0) return { value: v * v, slope: v, curvature: 1 }
    const room = 1 - v * v
    return { value: (v * v) / room, slope: v / room ** 2, curvature: (1 + 3 * v * v) / room ** 3 }
  }

  /** The same point in every row. */
  #at({ x, v }: { x: Rows; v: Rows }, n: number, states: Float64Array, controls: Float64Array): void {
    x.array = states
    x.at = n * this.dim
    v.array = controls
    v.at = n * this.rawDim
  }
}

/** What the generated functions take and write; states and controls are put in for each call. */
function places(
  { dim, rawDim, dt }: Skeleton,
  sign: number,
  weights: Float64Array,
  slopes: Curvature,
  curvature: Curvature,
  cost: Float64Array,
) {
  const all = dim + rawDim
  const identity = Float64Array.from({ length: (dim + 1) ** 2 }, (_, k) => Number(k % (dim + 2) === 0))
  identity[(dim + 1) ** 2 - 1] = sign
  const px = Float64Array.from({ length: all * dim }, (_, k) => Number(Math.floor(k / dim) === k % dim))
  const pv = Float64Array.from({ length: all * rawDim }, (_, k) =>
    Number(Math.floor(k / rawDim) - dim === k % rawDim),
  )
  const nothing = new Float64Array(0)
  const point = () => ({ dt, x: ownRows(nothing, 0), v: ownRows(nothing, 0) })
  return {
    step: { ...point(), next: ownRows(nothing), cost: ownRows(cost) },
    slopes: {
      ...point(),
      l: ownRows(identity, dim + 1),
      dx: ownRows(slopes.x, dim),
      dv: ownRows(slopes.v, rawDim),
    },
    curvature: {
      ...point(),
      l: ownRows(weights, 0),
      px: ownRows(px, dim),
      pv: ownRows(pv, rawDim),
      dx: ownRows(curvature.x, dim),
      dv: ownRows(curvature.v, rawDim),
    },
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
