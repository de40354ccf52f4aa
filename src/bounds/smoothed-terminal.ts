/**
 * A Ẑ without networks, for drivers of two linear pieces: what Z is where the first piece holds everywhere,
 *
 *     Ẑₙ(x) = e^{α(T−tₙ)} E[σᵀ∇g(X_T)],   X from x at tₙ under dW + β dt,
 *
 * by the mean over a few endpoints that are drawn once for each step and then kept: Ẑₙ is a fixed function of x, as the dual
 * needs. With Brownian or geometric noise X_T is x + ξ or x∘ξ, so that a point costs one call of g's gradient for each ξ.
 * The derivative of the endpoint by the start turns σ(x)ᵀ∇ at the start into σᵀ∇g at the endpoint.
 */

import { ownRows } from '../formulas/bind.ts'
import { rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import { Motion } from '../paths/motion.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Slopes } from '../problem/driver-structure.ts'
import type { Translation } from '../problem/laws/law.ts'
import { lawOf } from '../problem/laws/laws.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { type BoundsPlan, SMOOTHED_ITERATION } from './plan.ts'

export class SmoothedTerminal {
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #plan: BoundsPlan
  readonly #functions: ProblemFunctions
  readonly #slopes: Slopes
  readonly #translation: Translation
  readonly #states: Float32Array
  readonly #z: Float32Array
  readonly #g: Float64Array

  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    plan: BoundsPlan,
    functions: ProblemFunctions,
    slopes: Slopes,
  ) {
    const { endpoints } = plan
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = functions
    this.#slopes = slopes
    this.#translation = lawOf(problem.dynamics).components!.translation!
    this.#states = new Float32Array(endpoints * problem.dim)
    this.#z = new Float32Array(endpoints * problem.noiseDim)
    this.#g = new Float64Array(endpoints)
  }

  /** Draws ξ of every step, on the whole team. */
  prepare(): void {
    this.#context.team.forEach(this.#plan.grid.steps, (n) => this.#draw(n))
  }

  /** z[rows×noiseDim] at x[rows×dim]. */
  z(n: number, x: number, z: number, rows: number): void {
    const { floats } = this.#context.views
    const { dim, noiseDim, horizon } = this.#problem
    const { endpoints, grid, endpointsAt } = this.#plan
    const from = rowAt(endpointsAt, n * endpoints, dim)
    const discount = Math.exp(this.#slopes.alpha * (horizon - timeAt(grid, n))) / endpoints
    const sums = new Float64Array(noiseDim)
    for (let r = 0; r < rows; r++) {
      const row = rowAt(x, r, dim)
      for (let k = 0; k < endpoints; k++) {
        const [to, xi] = [k * dim, rowAt(from, k, dim)]
        for (let i = 0; i < dim; i++)
          this.#states[to + i] = this.#translation.of(floats[row + i], floats[xi + i])
      }
      this.#functions.terminalGradient(endpoints, horizon, {
        x: ownRows(this.#states, dim),
        g: ownRows(this.#g),
        z: ownRows(this.#z, noiseDim),
      })
      sums.fill(0)
      for (let k = 0; k < endpoints; k++) {
        for (let j = 0; j < noiseDim; j++) sums[j] += this.#z[k * noiseDim + j]
      }
      for (let j = 0; j < noiseDim; j++) floats[rowAt(z, r, noiseDim) + j] = discount * sums[j]
    }
  }

  /** In pairs of ±ΔW. */
  #draw(n: number): void {
    const { kernels, views, team } = this.#context
    const { dim, noiseDim, horizon } = this.#problem
    const { endpoints, endpointsAt, estimate, grid } = this.#plan
    const { seed } = estimate.training
    const tau = horizon - timeAt(grid, n)
    const motion = new Motion(this.#problem, null, grid.steps)
    const start = new Float64Array(dim).fill(this.#translation.origin)
    const end = new Float64Array(dim)
    const w = new Float64Array(noiseDim)
    const { w: scratch } = estimate.workers[team.rank]
    for (let k = 0; k < endpoints; k++) {
      const sign = k % 2 === 0 ? 1 : -1
      kernels.normals(
        scratch,
        1,
        noiseDim,
        Math.sqrt(tau),
        seed,
        STREAM.bounds,
        SMOOTHED_ITERATION,
        k >> 1,
        n, // biome-ignore format: short
      )
      for (let j = 0; j < noiseDim; j++) {
        w[j] = sign * views.floats[scratch + j] + this.#slopes.beta[j] * tau
      }
      motion.move(end, 0, start, 0, w, 0, 1, tau)
      views.floats.set(end, rowAt(endpointsAt, n * endpoints + k, dim))
    }
  }
}
