/** Paths that noise pushes one way: where X comes to with W so many deviations off, along the likeliest way there. */
import { pointwise } from '../../formulas/bind.ts'
import { add, dot, mul, sum, variable } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { normalVector, type Random } from '../sample.ts'

const STEPS = 32

/** What moves a scalar of X at a node the most. */
export interface Push {
  /** ΔW of each step [noiseDim], one deviation of W in all; 0 behind the node. */
  increments: Float64Array[]
  /** What the scalar moves by with the first of it: its deviation, to first order. */
  slope: number
  /** What it moves by with x₀, in that deviation [dim]. */
  start: Float64Array
}

export class Skeleton {
  /** X at each node without noise. */
  readonly still: readonly Float64Array[]
  readonly #expressions: ProblemExpressions
  readonly #dt: number
  readonly #step: ReturnType<typeof stepFunction>
  readonly #back: ReturnType<typeof backFunction>

  constructor(expressions: ProblemExpressions) {
    this.#expressions = expressions
    this.#dt = expressions.horizon / STEPS
    this.#step = stepFunction(expressions)
    this.#back = backFunction(expressions)
    const { noiseDim } = expressions
    this.still = this.#walk(Array.from({ length: STEPS }, () => new Float64Array(noiseDim)))
  }

  /** X_T without noise [dim]. */
  get end(): Float64Array {
    return this.still[STEPS]
  }

  /** X at each node where the noise is so many deviations of a push. */
  pushed({ increments }: Push, deviations: number): Float64Array[] {
    return this.#walk(increments.map((w) => w.map((part) => deviations * part)))
  }

  /** X at each node of a path whose noise is drawn. */
  drawn(random: Random): Float64Array[] {
    const { noiseDim } = this.#expressions
    const scale = Math.sqrt(this.#dt)
    return this.#walk(
      Array.from({ length: STEPS }, () => normalVector(random, noiseDim).map((value) => scale * value)),
    )
  }

  /** The node at so large a share of the horizon. */
  nodeAt(share: number): number {
    return Math.round(share * STEPS)
  }

  /** The time and the state of a node without noise. */
  pointAt(node: number): { t: number; x: Float64Array } {
    return { t: node * this.#dt, x: this.still[node] }
  }

  /**
   * By the adjoint along the path without noise.
   *
   * @param of a scalar, or a vector for the sum of its elements
   */
  pushOf(of: Expression, node = STEPS): Push {
    const scalar = of.shape.length === 0 ? of : sum(of)
    const { noiseDim, dim, variables } = this.#expressions
    const slopeAt = pointwise(generated({ x: [dim] }, { slope: gradient(scalar, variables.x) }))
    const { t, x } = this.pointAt(node)
    let v = slopeAt(t, { x }).slope
    const increments = Array.from({ length: STEPS }, () => new Float64Array(noiseDim))
    for (let n = node - 1; n >= 0; n--) {
      const { transported, along } = this.#back(n * this.#dt, { dt: this.#dt, x: this.still[n], v })
      increments[n] = along.map((part) => this.#dt * part)
      v = transported
    }
    const square = increments.reduce((total, w) => total + w.reduce((own, part) => own + part * part, 0), 0)
    const slope = Math.sqrt(square / this.#dt)
    const inDeviations = (part: number) => part / slope
    return { increments: increments.map((w) => w.map(inDeviations)), slope, start: v.map(inDeviations) }
  }

  #walk(increments: readonly Float64Array[]): Float64Array[] {
    const states = [this.#expressions.x0]
    increments.forEach((w, n) => {
      states.push(this.#step(n * this.#dt, { dt: this.#dt, x: states[n], w }).next)
    })
    return states
  }
}

/** Of Euler's scheme. */
function stepFunction({ dim, noiseDim, variables, drift, noise }: ProblemExpressions) {
  const moved = add(variables.x, mul(variable('dt'), drift))
  const code = { next: add(moved, noise.apply(variable('w', [noiseDim]))) }
  return pointwise<'x' | 'w', 'next', 'dt'>(generated({ x: [dim], w: [noiseDim] }, code, ['dt']))
}

/** v of the next node carried back over a step without noise, and along the step's noise. */
function backFunction({ dim, variables, drift, noise }: ProblemExpressions) {
  const v = variable('v', [dim])
  const transported = add(v, mul(variable('dt'), gradient(dot(drift, v), variables.x)))
  const code = { transported, along: noise.scale(v) }
  return pointwise<'x' | 'v', 'transported' | 'along', 'dt'>(generated({ x: [dim], v: [dim] }, code, ['dt']))
}
