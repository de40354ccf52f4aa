/**
 * One side from the linearised equation, and with it the dual where that runs on the same paths.
 *
 * On the step [tₙ, tₙ₊₁) take the tangent of f(tₙ, Xₙ, ·, ·) at (Ŷₙ, Ẑₙ): slopes αₙ, βₙ and intercept cₙ. For convex f it
 * lies below f, for concave f above, whatever Ŷ and Ẑ are, so by comparison the linear BSDE with these coefficients
 *
 *     L₀ = E^β[ Γ_N g(X_T) + Σₙ Γₙ (cₙ ∫₀^Δt e^{αₙs}ds − Ẑₙ·ΔWₙ) ],   Γₙ₊₁ = Γₙ e^{αₙΔt},   dW → dW + βₙdt,
 *
 * is a lower (upper) bound of the equation whose driver is f(tₙ, Xₙ, ·, ·) on the step. No weight can become negative.
 * Beside a segment dual the martingale is left out: there the anchor, on the same increments, takes its place.
 */

import { SHARD_ROWS, type WorkerBuffers } from '../estimation/buffers.ts'
import { copyRows, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, timeAfter } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import { drawStart } from '../paths/start.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { ControlVariate } from './control-variate.ts'
import { type SideName, sweepDual } from './pathwise-sweep.ts'
import { type BoundsBuffers, type BoundsPlan, COLUMN, COLUMNS, type Source } from './plan.ts'

export class LinearPass {
  readonly #context: WorkerContext
  readonly #plan: BoundsPlan
  readonly #functions: ProblemFunctions
  readonly #variate: ControlVariate
  readonly #buffers: WorkerBuffers
  readonly #own: BoundsBuffers
  readonly #hasMartingale: boolean

  constructor(
    context: WorkerContext,
    plan: BoundsPlan,
    functions: ProblemFunctions,
    variate: ControlVariate,
  ) {
    this.#context = context
    this.#plan = plan
    this.#functions = functions
    this.#variate = variate
    this.#buffers = plan.estimate.workers[context.team.rank]
    this.#own = plan.workers[context.team.rank]
    this.#hasMartingale = plan.structure.dual.kind !== 'segment'
  }

  /**
   * Paths firstPath … firstPath+rows−1 into the rows of the plan's values from `row` on.
   *
   * @param simulator on the plan's grid, or on one of its finer ones
   * @param draws that ΔW of a step is the sum of
   */
  run(
    simulator: Simulator,
    y0: number,
    source: Source,
    iteration: number,
    firstPath: number,
    row: number,
    rows: number,
    draws = 1,
  ): void {
    const { training } = this.#plan.estimate
    const { floats, doubles } = this.#context.views
    const { kernels } = this.#context
    const buffers = { ...this.#buffers }
    const { grid } = simulator
    const parts = grid.steps / this.#plan.grid.steps
    const { seed, noiseDim } = training
    drawStart(floats, buffers.x, rows, training.start, seed, STREAM.bounds, iteration, firstPath)
    const linear = new Float64Array(rows)
    const gamma = new Float64Array(rows).fill(1)
    doubles.fill(y0, buffers.y, buffers.y + rows)
    for (let n = 0; n < grid.steps; n++) {
      this.#variate.z(Math.floor(n / parts), buffers.x, buffers.z, rows, source)
      this.#variate.driver(timeAfter(grid, n), buffers.x, buffers.y, buffers.z, rows)
      this.#draw(simulator, n, draws, iteration, firstPath, rows)
      kernels.rowDot(buffers.zw, buffers.z, buffers.w, rows, noiseDim)
      kernels.rowDot(buffers.slope, buffers.driverDz, buffers.z, rows, noiseDim)
      this.#addStep(lengthAt(grid, n), n, linear, gamma, rows)
      if (this.#plan.keepsStates) this.#keepState(n, buffers.x, rows)
      kernels.blend(buffers.w, buffers.driverDz, 1, lengthAt(grid, n), rows, noiseDim)
      simulator.advance(buffers.xNext, buffers.x, buffers.w, rows, n)
      ;[buffers.x, buffers.xNext] = [buffers.xNext, buffers.x]
    }
    this.#finish(grid.horizon, buffers.x, linear, gamma, row, rows)
    this.#dual(simulator, row, rows)
  }

  /** ΔWₙ in `w`. */
  #draw(
    simulator: Simulator,
    n: number,
    draws: number,
    iteration: number,
    firstPath: number,
    rows: number,
  ): void {
    const { w, wPart } = this.#buffers
    const deviation = Math.sqrt(lengthAt(simulator.grid, n) / draws)
    simulator.increments(w, rows, n * draws, deviation, STREAM.bounds, iteration, firstPath)
    for (let k = 1; k < draws; k++) {
      simulator.increments(wPart, rows, n * draws + k, deviation, STREAM.bounds, iteration, firstPath)
      this.#context.kernels.add(w, wPart, rows, this.#plan.estimate.training.noiseDim)
    }
  }

  #addStep(dt: number, n: number, linear: Float64Array, gamma: Float64Array, rows: number): void {
    const { doubles } = this.#context.views
    const { y, driver, driverDy, zw, slope, z } = this.#buffers
    const { clamped, increments, squares, tangents } = this.#own
    const isSplit = this.#plan.structure.curvature === 'mixed'
    this.#context.kernels.rowDot(this.#own.slope, z, z, rows, this.#plan.estimate.training.noiseDim)
    for (let r = 0; r < rows; r++) {
      const alpha = doubles[driverDy + r]
      const f = doubles[driver + r]
      const zf = doubles[slope + r]
      const martingale = doubles[zw + r]
      const at = doubles[clamped + r]
      const intercept = f - alpha * at - zf
      linear[r] += gamma[r] * intercept * dt * meanGrowth(alpha * dt)
      if (this.#hasMartingale) linear[r] -= gamma[r] * martingale
      gamma[r] *= Math.exp(alpha * dt)
      const atY = f + alpha * (doubles[y + r] - at)
      doubles[y + r] += martingale + dt * (zf - atY)
      doubles[increments + n * SHARD_ROWS + r] = martingale
      doubles[squares + n * SHARD_ROWS + r] = doubles[this.#own.slope + r]
      if (isSplit) doubles.set([at, f - zf, alpha], tangents + 3 * (n * SHARD_ROWS + r))
    }
  }

  #keepState(n: number, x: number, rows: number): void {
    const { floats } = this.#context.views
    const { dim } = this.#plan.estimate.training
    copyRows({ floats }, rowAt(this.#own.states, n * SHARD_ROWS, dim), x, rows, dim)
  }

  /** Leaves g in `terminal`. */
  #finish(
    horizon: number,
    x: number,
    linear: Float64Array,
    gamma: Float64Array,
    row: number,
    rows: number,
  ): void {
    const { doubles } = this.#context.views
    const { terminal, y } = this.#buffers
    const { structure, values } = this.#plan
    const { dual, curvature } = structure
    this.#functions.terminal(rows, horizon, { x, g: terminal })
    for (let r = 0; r < rows; r++) {
      const at = values + (row + r) * COLUMNS
      const g = doubles[terminal + r]
      doubles[at + COLUMN.linear] = linear[r] + gamma[r] * g
      if (dual.kind !== 'exponential') continue
      const sign = curvature === 'convex' ? 1 : -1
      doubles[at + COLUMN.dual] = Math.exp(sign * dual.kappa * (g - doubles[y + r]))
    }
  }

  /** Where the driver is split, the linearised side is too. */
  #dual(simulator: Simulator, row: number, rows: number): void {
    const { dual, curvature } = this.#plan.structure
    if (dual.kind !== 'pathwise') return
    if (curvature !== 'convex') {
      const column = curvature === 'mixed' ? COLUMN.linear : COLUMN.dual
      this.#sweep(simulator, 'lower', column, row, rows)
    }
    if (curvature !== 'concave') this.#sweep(simulator, 'upper', COLUMN.dual, row, rows)
  }

  #sweep(simulator: Simulator, side: SideName, column: number, row: number, rows: number): void {
    const theta = sweepDual(this.#context, this.#plan, this.#variate, simulator.grid, side, rows)
    const { doubles } = this.#context.views
    for (let r = 0; r < rows; r++) {
      doubles[this.#plan.values + (row + r) * COLUMNS + column] = theta[r]
    }
  }
}

/** (eᵛ − 1)/v. */
function meanGrowth(v: number): number {
  return Math.abs(v) < 1e-8 ? 1 + 0.5 * v : Math.expm1(v) / v
}
