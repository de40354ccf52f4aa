/**
 * A drift of the noise that leads a path which starts beside x₀ to where it would have ended from x₀, and the density of its law:
 * E[F from x₀ + δ] = E[L F], F of the path with noise ΔW + θΔt and L = exp(−Σ θ·ΔW − ½ Σ |θ|²Δt). For exact laws of single
 * components θ does not depend on the path.
 *
 * θ is a sum over components, and L a product but for a second order. Where all are displaced at once, with signs that are balanced,
 * a component's entry needs its own factor alone: those of the others have mean 0 over the signs, and are noise as large as its own.
 */

import { multiply } from '../../formulas/linear.ts'
import { rowAt } from '../../memory/rows.ts'
import { lengthAt, type TimeGrid, timeAt } from '../../paths/grid.ts'
import type { Steering } from '../../paths/simulator.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { ComponentLaw } from '../../problem/laws/law.ts'
import { lawOf } from '../../problem/laws/laws.ts'
import { invert } from '../../statistics/linear-system.ts'

/** Whether there is such a drift: noise in every component, and a law of each. */
export function canMerge(problem: CompiledProblem): boolean {
  const { dim, noiseDim, mixing, x0, dynamics } = problem
  const law = lawOf(dynamics).components
  if (law === null || dim !== noiseDim) return false
  return (
    x0.every((value) => law.scale(value) !== 0) &&
    law.diffusion.every((sigma) => sigma !== 0) &&
    (mixing === null || invert(mixing, dim) !== null)
  )
}

export class Merging implements Steering {
  /** ln L of each row. */
  readonly logWeight: Float64Array
  readonly #floats: Float32Array
  readonly #law: ComponentLaw
  readonly #unmix: Float64Array | null
  readonly #x0: Float64Array
  readonly #grid: TimeGrid
  readonly #left: number
  /** θ of each row, [rows][dim], up to its course in time; what each component has of it before noise is mixed. */
  readonly #theta: Float64Array
  readonly #own: Float64Array
  /** Σ of the noise by its course, [rows][dim], and the variances of that, [dim]. */
  readonly #met: Float64Array
  readonly #variance: Float64Array

  /** @param x0 where paths start but for their displacement, at the grid's node `first` */
  constructor(
    problem: CompiledProblem,
    x0: Float64Array,
    grid: TimeGrid,
    first: number,
    rows: number,
    floats: Float32Array,
  ) {
    this.#law = lawOf(problem.dynamics).components!
    this.#unmix = problem.mixing === null ? null : invert(problem.mixing, problem.dim)
    this.#x0 = x0
    this.#grid = grid
    this.#left = grid.horizon - timeAt(grid, first)
    this.#floats = floats
    this.#theta = new Float64Array(rows * x0.length)
    this.#own = new Float64Array(rows * x0.length)
    this.#met = new Float64Array(rows * x0.length)
    this.#variance = new Float64Array(x0.length)
    this.logWeight = new Float64Array(rows)
  }

  /** Before a block whose rows start at x₀ + δ, δ [rows][dim]. */
  begin(displaced: Float64Array, rows: number): void {
    const dim = this.#x0.length
    this.logWeight.fill(0)
    this.#met.fill(0)
    this.#variance.fill(0)
    for (let r = 0; r < rows; r++) {
      const row = displaced.subarray(r * dim, (r + 1) * dim)
      const back = row.map((delta, i) => this.#back(i, delta))
      this.#own.set(back, r * dim)
      this.#theta.set(this.#unmix === null ? back : multiply(this.#unmix, back, dim, dim, 1), r * dim)
    }
  }

  /** Adds the drift over the grid's step n to its noise w [rows×dim], which has none. */
  steer(w: number, rows: number, n: number): void {
    const dim = this.#x0.length
    const dt = lengthAt(this.#grid, n)
    const course = Float64Array.from({ length: dim }, (_, j) =>
      this.#course(j, timeAt(this.#grid, n) + 0.5 * dt),
    )
    for (let j = 0; j < dim; j++) this.#variance[j] += course[j] ** 2 * dt
    for (let r = 0; r < rows; r++) {
      let change = 0
      for (let j = 0; j < dim; j++) {
        const theta = this.#theta[r * dim + j] * course[j]
        const k = rowAt(w, r, dim) + j
        this.#met[r * dim + j] += course[j] * this.#floats[k]
        change += theta * (this.#floats[k] + 0.5 * theta * dt)
        this.#floats[k] += theta * dt
      }
      this.logWeight[r] -= change
    }
  }

  /** The factor of component i in row r's likelihood. */
  ownWeight(r: number, i: number): number {
    const dim = this.#x0.length
    const unmix = this.#unmix
    const from = unmix === null ? i : 0
    const to = unmix === null ? i + 1 : dim
    let [noise, variance] = [0, 0]
    for (let j = from; j < to; j++) {
      const share = unmix === null ? 1 : unmix[j * dim + i]
      noise += share * this.#met[r * dim + j]
      variance += share * share * this.#variance[j]
    }
    const own = this.#own[r * dim + i]
    return Math.exp(-own * noise - 0.5 * own * own * variance)
  }

  /** The drift of component i's own noise that makes up for a displacement. */
  #back(i: number, delta: number): number {
    const law = this.#law
    const rate = law.rate(i)
    const strength = rate === 0 ? this.#left : Math.expm1(2 * rate * this.#left) / (2 * rate)
    const distance = law.distance(this.#x0[i], delta)
    return (-distance * Math.exp(rate * this.#left)) / (law.diffusion[i] * strength)
  }

  /** How the drift goes with time: as a noise's share of X_T does. Components that are mixed have the same rate. */
  #course(i: number, t: number): number {
    return Math.exp(this.#law.rate(i) * (this.#grid.horizon - t))
  }
}
