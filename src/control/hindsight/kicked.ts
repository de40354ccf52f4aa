/**
 * The skeleton along one path of the noise: between two steps the state is kicked by σΔW, and the cost is that less a penalty which is linear
 * in the states. Kicks come at the ends of steps, half of one at the first and at the last (Strang's splitting), so that each step's control
 * knows what has come.
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
}

export class KickedSkeleton extends Skeleton {
  readonly #from: Float64Array
  readonly #noise: ReturnType<typeof bindRows<'w', 'moved', 'dt'>>
  readonly #noiseDim: number
  /** [steps + 1][dim]: σΔW, and the slope of the penalty. */
  readonly #kicks: Float64Array
  readonly #prices: Float64Array
  #level = 0

  constructor(problem: CompiledControl, sources: CompiledSkeleton, steps: number) {
    super({ ...problem, x0: problem.x0.slice() }, sources, steps)
    this.#from = problem.x0
    this.#noise = bindRows(sources.noise!)
    this.#noiseDim = problem.noiseDim
    this.#kicks = new Float64Array((steps + 1) * this.dim)
    this.#prices = new Float64Array((steps + 1) * this.dim)
  }

  /**
   * Takes the path of these increments, and the penalty Σ V̂ₙ(xₙ) − E V̂ₙ(xₙ) over the kicks, of mean 0 for every control that knows no later ones.
   *
   * @param increments ΔW [steps + 1][noiseDim]; the first and the last of half a step
   */
  take(increments: Float64Array, { states, slopes, curvatures }: Model): void {
    const { dim, steps } = this
    const m = this.#noiseDim
    const unit = new Float64Array(m)
    const column = new Float64Array(dim)
    this.#level = 0
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
      // V̂(x) − V̂(x − k) = k·p + kᵀP(x − x̄) − ½kᵀPk, of mean ½ tr(σᵀPσ)Δt.
      for (let i = 0; i < dim; i++) {
        price[i] = bend(own, i)
        this.#level += own[i] * slopes[n * dim + i] - price[i] * (states[n * dim + i] + 0.5 * own[i])
      }
      const share = n === 0 || n === steps ? 0.5 : 1
      for (let k = 0; k < m; k++) {
        unit.fill(0)
        unit[k] = 1
        at(unit, 0, column)
        for (let i = 0; i < dim; i++) this.#level -= 0.5 * share * this.dt * column[i] * bend(column, i)
      }
    }
    for (let i = 0; i < dim; i++) this.x0[i] = this.#from[i] + this.#kicks[i]
  }

  override advance(n: number, states: Float64Array, controls: Float64Array): number {
    const cost = super.advance(n, states, controls)
    const { dim } = this
    for (let i = 0; i < dim; i++) states[(n + 1) * dim + i] += this.#kicks[(n + 1) * dim + i]
    return cost - this.#priceAt(n, states) - (n === 0 ? this.#level : 0)
  }

  override expansion(n: number, states: Float64Array, controls: Float64Array): Expansion {
    const expansion = super.expansion(n, states, controls)
    for (let i = 0; i < this.dim; i++) expansion.cx[i] -= this.#prices[n * this.dim + i]
    return expansion
  }

  override end(states: Float64Array): number {
    return super.end(states) - this.#priceAt(this.steps, states)
  }

  override endExpansion(states: Float64Array, slope: Float64Array, curvature: Float64Array): void {
    super.endExpansion(states, slope, curvature)
    const { dim, steps } = this
    for (let i = 0; i < dim; i++) slope[i] -= this.#prices[steps * dim + i]
  }

  #priceAt(n: number, states: Float64Array): number {
    let sum = 0
    for (let i = n * this.dim; i < (n + 1) * this.dim; i++) sum += this.#prices[i] * states[i]
    return sum
  }
}
