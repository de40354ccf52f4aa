/** Few long steps of X along noise that is given: where X comes to with it, and what moves that. */
import { pointwise } from '../../formulas/bind.ts'
import { add, dot, mul, variable } from '../../formulas/build.ts'
import { names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { normalVector, type Random } from '../sample.ts'
import type { NoisePath } from './noise-path.ts'

const STEPS = 32
/** Of X: with more, ways are looked at as if they were straight, for many paths are dear. */
const MOST_BENT = 100

export class Skeleton {
  /** X at each node without noise. */
  readonly still: readonly Float64Array[]
  readonly dt: number
  /** Whether its paths are too dear to be walked by the thousand. */
  readonly isLarge: boolean
  /** Whether what noise does depends on where X is. */
  readonly isCurved: boolean
  readonly #expressions: ProblemExpressions
  readonly #step: ReturnType<typeof stepFunction>
  readonly #back: ReturnType<typeof backFunction>['back']

  constructor(expressions: ProblemExpressions) {
    this.#expressions = expressions
    this.dt = expressions.horizon / STEPS
    this.#step = stepFunction(expressions)
    const { back, isCurved } = backFunction(expressions)
    this.#back = back
    this.isCurved = isCurved
    this.isLarge = expressions.dim > MOST_BENT
    this.still = this.walk(this.quiet())
  }

  /** X_T without noise [dim]. */
  get end(): Float64Array {
    return this.still[STEPS]
  }

  /** No noise. */
  quiet(): Float64Array[] {
    return Array.from({ length: STEPS }, () => new Float64Array(this.#expressions.noiseDim))
  }

  /** X at each node along noise. */
  walk(noise: NoisePath): Float64Array[] {
    const states = [this.#expressions.x0]
    noise.forEach((w, n) => {
      states.push(this.#step(n * this.dt, { dt: this.dt, x: states[n], w }).next)
    })
    return states
  }

  drawnNoise(random: Random): Float64Array[] {
    const scale = Math.sqrt(this.dt)
    const { noiseDim } = this.#expressions
    return this.quiet().map(() => normalVector(random, noiseDim).map((value) => scale * value))
  }

  /** The node at so large a share of the horizon. */
  nodeAt(share: number): number {
    return Math.round(share * STEPS)
  }

  /** The time and the state of a node without noise. */
  pointAt(node: number): { t: number; x: Float64Array } {
    return { t: node * this.dt, x: this.still[node] }
  }

  /**
   * What a scalar's slope at a node [dim] says of the noise before and of x₀, by the adjoint along a path.
   *
   * @param noise that led along the path
   */
  adjoint(slope: Float64Array, node: number, states: readonly Float64Array[], noise: NoisePath) {
    let v = slope
    const along = this.quiet()
    for (let n = node - 1; n >= 0; n--) {
      const at = this.#back(n * this.dt, { dt: this.dt, x: states[n], v, w: noise[n] })
      along[n] = at.along
      v = at.transported
    }
    return { along, start: v }
  }
}

/** Of Euler's scheme. */
function stepFunction({ dim, noiseDim, variables, drift, noise }: ProblemExpressions) {
  const moved = add(variables.x, mul(variable('dt'), drift))
  const code = { next: add(moved, noise.apply(variable('w', [noiseDim]))) }
  return pointwise<'x' | 'w', 'next', 'dt'>(generated({ x: [dim], w: [noiseDim] }, code, ['dt']))
}

/** v of the next node carried back over a step along noise, and what it says of that. */
function backFunction({ dim, noiseDim, variables: { x }, drift, noise }: ProblemExpressions) {
  const v = variable('v', [dim])
  const along = noise.scale(v)
  const ofDrift = gradient(dot(drift, v), x)
  const ofNoise = gradient(dot(noise.apply(variable('w', [noiseDim])), v), x)
  const code = { transported: add(add(v, mul(variable('dt'), ofDrift)), ofNoise), along }
  const source = generated({ x: [dim], v: [dim], w: [noiseDim] }, code, ['dt'])
  const isCurved = [ofDrift, along].some((formula) => names(formula).includes('x'))
  return { back: pointwise<'x' | 'v' | 'w', 'transported' | 'along', 'dt'>(source), isCurved }
}
