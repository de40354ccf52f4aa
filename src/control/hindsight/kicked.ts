/**
 * The skeleton along one path of the noise: between two steps the state is kicked by σΔW, and the cost is that less a penalty. Kicks come
 * at the ends of steps, half of one at the first and at the last (Strang's splitting), so that each step's control knows what has come.
 */
import { bindRows, ownRows } from '../../formulas/bind.ts'
import type { CompiledControl } from '../compiled.ts'
import type { Expansions } from '../start/backward.ts'
import type { CompiledSkeleton } from '../start/compiled.ts'
import { type Expansion, Skeleton } from '../start/skeleton.ts'

/** V̂ along a trajectory: p·ξ + ½ξᵀPξ with ξ = x − x̄ₙ. */
export interface Model extends Expansions {
  /** x̄ [steps + 1][dim]. */
  states: Float64Array
  /** c of the penalty, a cost for √time; infinite where it is V̂'s throughout. */
  reach: number
}

export class KickedSkeleton extends Skeleton {
  readonly #from: Float64Array
  readonly #noise: ReturnType<typeof bindRows<'w', 'moved', 'dt'>>
  readonly #noiseDim: number
  /** [steps + 1][dim]: σΔW, and Pk of it. */
  readonly #kicks: Float64Array
  readonly #prices: Float64Array
  /** [steps + 1]: the penalty is level + ψ·(bend + Pk·x). */
  readonly #levels: Float64Array
  readonly #bends: Float64Array
  /** Pσ/c [steps + 1][noiseDim][dim], and x̄ + k, where ξ is 0 after the kick. */
  readonly #spreads: Float64Array
  readonly #centres: Float64Array

  constructor(problem: CompiledControl, sources: CompiledSkeleton, steps: number) {
    super({ ...problem, x0: problem.x0.slice() }, sources, steps)
    this.#from = problem.x0
    this.#noise = bindRows(sources.noise!)
    this.#noiseDim = problem.noiseDim
    this.#kicks = new Float64Array((steps + 1) * this.dim)
    this.#prices = new Float64Array((steps + 1) * this.dim)
    this.#levels = new Float64Array(steps + 1)
    this.#bends = new Float64Array(steps + 1)
    this.#spreads = new Float64Array((steps + 1) * this.#noiseDim * this.dim)
    this.#centres = new Float64Array((steps + 1) * this.dim)
  }

  /**
   * Takes the path of these increments, and a penalty over its kicks k that is of mean 0 for every control that knows no later ones:
   *
   *     k·p + ψ(ξ)·(kᵀPξ + ½(kᵀPk − E kᵀPk)),   ξ = x − x̄ before the kick,   ψ = 1/(1 + |σᵀPξ|²/c²)
   *
   * That is V̂(x + k) − E V̂(x + k) near x̄, and no more than c√Δt a kick elsewhere: from far away, where V̂ has no meaning, a way that
   * makes the most of it would be found to cost next to nothing.
   *
   * @param increments ΔW [steps + 1][noiseDim]; the first and the last of half a step
   */
  take(increments: Float64Array, { states, slopes, curvatures, reach }: Model): void {
    const { dim, steps } = this
    const m = this.#noiseDim
    const unit = new Float64Array(m)
    const column = new Float64Array(dim)
    for (let n = 0; n <= steps; n++) {
      const own = this.#kicks.subarray(n * dim, (n + 1) * dim)
      const price = this.#prices.subarray(n * dim, (n + 1) * dim)
      const at = (w: Float64Array, from: number, to: Float64Array) =>
        this.#noise(1, n * this.dt, { dt: this.dt, w: ownRows(w, m, from), moved: ownRows(to) })
      at(increments, n * m, own)
      const bend = (v: Float64Array, i: number) => {
        let sum = 0
        for (let j = 0; j < dim; j++) sum += curvatures[(n * dim + i) * dim + j] * v[j]
        return sum
      }
      let [level, bent] = [0, 0]
      for (let i = 0; i < dim; i++) {
        const centre = states[n * dim + i] + own[i]
        this.#centres[n * dim + i] = centre
        price[i] = bend(own, i)
        level += own[i] * slopes[n * dim + i]
        bent += price[i] * (0.5 * own[i] - centre)
      }
      const share = n === 0 || n === steps ? 0.5 : 1
      for (let k = 0; k < m; k++) {
        unit.fill(0)
        unit[k] = 1
        at(unit, 0, column)
        for (let i = 0; i < dim; i++) {
          const spread = bend(column, i)
          this.#spreads[(n * m + k) * dim + i] = spread / reach
          bent -= 0.5 * share * this.dt * column[i] * spread
        }
      }
      this.#levels[n] = level
      this.#bends[n] = bent
    }
    for (let i = 0; i < dim; i++) this.x0[i] = this.#from[i] + this.#kicks[i]
  }

  override advance(n: number, states: Float64Array, controls: Float64Array): number {
    const cost = super.advance(n, states, controls)
    const { dim } = this
    for (let i = 0; i < dim; i++) states[(n + 1) * dim + i] += this.#kicks[(n + 1) * dim + i]
    return cost - this.#penalty(n, states).value
  }

  override expansion(n: number, states: Float64Array, controls: Float64Array): Expansion {
    const expansion = super.expansion(n, states, controls)
    const { slope } = this.#penalty(n, states)
    for (let i = 0; i < this.dim; i++) expansion.cx[i] -= slope[i]
    return expansion
  }

  override curvature(
    n: number,
    states: Float64Array,
    controls: Float64Array,
    slope: Float64Array,
  ): ReturnType<Skeleton['curvature']> {
    const curvature = super.curvature(n, states, controls, slope)
    this.#takeCurvature(n, states, curvature.x)
    return curvature
  }

  override end(states: Float64Array): number {
    return super.end(states) - this.#penalty(this.steps, states).value
  }

  override endExpansion(states: Float64Array, slope: Float64Array, curvature: Float64Array): void {
    super.endExpansion(states, slope, curvature)
    const penalty = this.#penalty(this.steps, states)
    for (let i = 0; i < this.dim; i++) slope[i] -= penalty.slope[i]
    this.#takeCurvature(this.steps, states, curvature)
  }

  /** Of the kick before the state n, and its slope in the state [dim]. */
  #penalty(n: number, states: Float64Array): { value: number; slope: Float64Array } {
    const { dim } = this
    const { fade, drift, linear } = this.#faded(n, states)
    // ψ' = −ψ²·∇m.
    const slope = drift.map((entry, i) => fade * (this.#prices[n * dim + i] - linear * fade * entry))
    return { value: this.#levels[n] + fade * linear, slope }
  }

  /** Off a matrix whose first entries are [dim × dim]. */
  #takeCurvature(n: number, states: Float64Array, from: Float64Array): void {
    const { dim } = this
    const { fade, drift, linear } = this.#faded(n, states)
    if (fade === 1) return
    const square = fade * fade
    const at = (i: number, j: number) => {
      const crossed = this.#prices[n * dim + i] * drift[j] + drift[i] * this.#prices[n * dim + j]
      let spread = 0
      for (let k = 0; k < this.#noiseDim; k++) {
        const row = (n * this.#noiseDim + k) * dim
        spread += 2 * this.#spreads[row + i] * this.#spreads[row + j]
      }
      return square * (linear * (2 * fade * drift[i] * drift[j] - spread) - crossed)
    }
    for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) from[i * dim + j] -= at(i, j)
  }

  /** ψ, ∇|σᵀPξ|²/c² [dim] and what ψ multiplies. */
  #faded(n: number, states: Float64Array): { fade: number; drift: Float64Array; linear: number } {
    const { dim } = this
    const drift = new Float64Array(dim)
    let linear = this.#bends[n]
    for (let i = 0; i < dim; i++) linear += this.#prices[n * dim + i] * states[n * dim + i]
    let square = 0
    for (let k = 0; k < this.#noiseDim; k++) {
      const row = this.#spreads.subarray((n * this.#noiseDim + k) * dim, (n * this.#noiseDim + k + 1) * dim)
      let along = 0
      for (let i = 0; i < dim; i++) along += row[i] * (states[n * dim + i] - this.#centres[n * dim + i])
      square += along * along
      for (let i = 0; i < dim; i++) drift[i] += 2 * along * row[i]
    }
    return { fade: 1 / (1 + square), drift, linear }
  }
}
