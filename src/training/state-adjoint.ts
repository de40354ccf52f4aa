/**
 * The adjoint of ∇u along training's paths, in the state's own coordinates:
 *
 *     λ_N = ∇g(X_T),    λₙ = Γₙ₊₁/Γₙ (∂Xₙ₊₁/∂Xₙ)ᵀ λₙ₊₁ + ∂f/∂x Δt,    ζₙ = σ(tₙ,Xₙ)ᵀ λₙ.
 *
 * The equation of ∂u/∂x_k has the driver's share f_z·(∂_kσᵀ)∇u besides f_z·σᵀ∇u_k: a tangent whose noise has the drift f_z. The
 * weights give it that drift, so that w is held as it was drawn.
 */

import type { Kernels } from '../kernels/interface.ts'
import { copyRows, rowAt, zeroWhereUndefined } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { timeAfter } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { StateAdjointPlan } from './batch.ts'
import type { TrainingPlan } from './plan.ts'

/** A tangent of one step stretches no direction by more. */
const MOST_GROWTH = 10

export class StateAdjoint {
  readonly #plan: TrainingPlan
  readonly #buffers: StateAdjointPlan
  readonly #functions: ProblemFunctions
  readonly #simulator: Simulator
  readonly #kernels: Kernels
  readonly #views: Views

  constructor(
    plan: TrainingPlan,
    buffers: StateAdjointPlan,
    functions: ProblemFunctions,
    simulator: Simulator,
    kernels: Kernels,
    views: Views,
  ) {
    this.#plan = plan
    this.#buffers = buffers
    this.#functions = functions
    this.#simulator = simulator
    this.#kernels = kernels
    this.#views = views
  }

  /** λ of the rows at the node where slopes are taken. */
  begin(first: number, rows: number): void {
    const { slopeTime, slopeStep } = this.#plan
    const gradU = this.#rows(this.#buffers.lambda, first)
    this.#functions.terminalGradU(rows, slopeTime, { x: this.#states(slopeStep, first), gradU })
  }

  /**
   * λₙ from λₙ₊₁, and ζₙ [rows×noiseDim] of it.
   *
   * @param weight Γₙ₊₁/Γₙ, float64 [rows]
   * @param around the values that f is linearised around, float64 [rows]
   * @param dt the step's length in every row, float64 [rows]
   */
  step(
    n: number,
    weight: number,
    around: number,
    dt: number,
    zeta: number,
    first: number,
    rows: number,
  ): void {
    const { dim, dW } = this.#plan
    const [v, transported] = [this.#buffers.lambda, this.#buffers.transported].map((at) =>
      this.#rows(at, first),
    )
    const x = this.#states(n, first)
    const xNext = this.#states(n + 1, first)
    this.#simulator.transport(n, { v, x, xNext, w: this.#noises(dW, n, first), transported }, rows)
    this.#keepTame(v, transported, rows)
    const slope = this.#driverDx(n, around, first, rows)
    this.#kernels.rowCombine(v, transported, weight, slope, dt, rows, dim)
    this.#scale(n, v, zeta, first, rows)
  }

  /**
   * Near a point where σ has no derivative, as at the zero of a square root, single tangents are unbounded and would rule the batch:
   * such a row goes on as it was, with a small error of its step where its own noise would be a large one.
   */
  #keepTame(before: number, after: number, rows: number): void {
    const { floats } = this.#views
    const { dim } = this.#plan
    for (let r = 0; r < rows; r++) {
      const [from, to] = [rowAt(before, r, dim), rowAt(after, r, dim)]
      let [size, grown] = [0, 0]
      for (let i = 0; i < dim; i++) {
        size += Math.abs(floats[from + i])
        grown += Math.abs(floats[to + i])
      }
      if (!(grown <= MOST_GROWTH * size)) copyRows({ floats }, to, from, 1, dim)
    }
  }

  /** ∂f/∂x of the rows, 0 where it does not exist; stays 0 where f does not depend on x. */
  #driverDx(n: number, around: number, first: number, rows: number): number {
    const { dim, grid, z } = this.#plan
    const slope = this.#rows(this.#buffers.slope, first)
    this.#functions.driverDx?.(rows, timeAfter(grid, n), {
      x: this.#states(n, first),
      y: around,
      z: this.#noises(z, n, first),
      dx: slope,
    })
    zeroWhereUndefined(this.#views, slope, rows, dim)
    return slope
  }

  #scale(n: number, lambda: number, zeta: number, first: number, rows: number): void {
    const { grid } = this.#plan
    this.#functions.scaleGradient(rows, timeAfter(grid, n), { x: this.#states(n, first), v: lambda, z: zeta })
  }

  #rows(base: number, first: number): number {
    return rowAt(base, first, this.#plan.dim)
  }

  #states(n: number, first: number): number {
    return this.#rows(this.#plan.x, n * this.#plan.options.batchSize + first)
  }

  #noises(base: number, n: number, first: number): number {
    return rowAt(base, n * this.#plan.options.batchSize + first, this.#plan.noiseDim)
  }
}
