/**
 * Fresh paths with the trained networks as control variate: Ŷ runs from Y₀ with driver and martingale taken from the
 * networks, and its residual at T, weighted, corrects Y₀:
 *
 *     u(0,x₀) ≈ Y₀ + E[ Γ_T (g(X_T) − Ŷ_T) ],    dΓ = Γ (f_y dt + f_z·dW),    Γ₀ = 1.
 *
 * Γ is the adjoint of the BSDE linearised around (Ŷ, Ẑ): with it, an error of the networks enters the estimate only to second
 * order, while the plain mean of the residual carries it to first order where f depends on z or y.
 *
 * - Euler: Γₙ₊₁ = Γₙ (1 + f_z·ΔW)/(1 − f_yΔt), the exact adjoint of the discretised equation.
 * - Trapezoidal: Ŷ₊ = Ŷ − ½Δt (f + f₊) + Ẑ·ΔW + ½Δt f_z·(Ẑ₊ − Ẑ), f₊ at the predicted Ŷ − fΔt + Ẑ·ΔW; the last term is the
 *   mean of ∫(Z_s − Zₙ)·dW under Γ, without which freezing Ẑ over the step costs an order. The paths are drawn with drift f_z
 *   added to the noise (Girsanov), so that only Γ = exp(∫f_y) is left of the weight.
 */
import { type Kernels, padded } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import { GradientNetwork } from '../networks/gradient-network.ts'
import { timeAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import { placeAt } from '../paths/start.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { gradientStep, STATE } from '../training/plan.ts'
import type { EstimatePlan, WorkerBuffers } from './plan.ts'

/** Sees every time step of a block of paths: X, Ŷ, Ẑ and Γ lie in `x`, `y`, `z` and `weight`. */
export type PathObserver = (step: number, at: WorkerBuffers) => void

/** Writes X₀[rows×dim] and Ŷ₀ float64 [rows] of a block of paths. */
export type PathStart = (x: number, y: number) => void

export class PathPass {
  readonly #plan: EstimatePlan
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #buffers: WorkerBuffers
  readonly #gradient: GradientNetwork
  readonly #dependsOnZ: boolean

  constructor(
    plan: EstimatePlan,
    functions: ProblemFunctions,
    driverInputs: string[],
    kernels: Kernels,
    views: Views,
    rank: number,
  ) {
    this.#plan = plan
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
    this.#buffers = plan.workers[rank]
    this.#gradient = new GradientNetwork(plan.gradient, functions.terminalGradient, kernels, views)
    this.#dependsOnZ = driverInputs.includes('z')
  }

  /**
   * Runs paths firstPath … firstPath+rows−1 (at most SHARD_ROWS), from Y₀ = `start` at x₀ where that is a number, on the grid of
   * `simulator`, whose steps are `stride` of the training's. Leaves the residual in `terminal`, Γ_T in `weight` and the summed corrections in `correction`.
   */
  run(
    simulator: Simulator,
    stride: 1 | 2,
    start: number | PathStart,
    iteration: number,
    firstPath: number,
    rows: number,
    observe?: PathObserver,
  ): void {
    const buffers = { ...this.#buffers }
    const { grid } = simulator
    const first = (this.#plan.elsewhere?.firstStep ?? 0) / stride
    this.#start(buffers, start, rows)
    this.#controlVariate(first * stride, buffers.x, buffers.z, buffers, rows)
    observe?.(first, buffers)
    for (let n = first; n < grid.steps; n++) {
      this.#driverGradient(timeAt(grid, n), buffers, rows)
      this.#increments(simulator, stride, n, iteration, firstPath, rows, buffers)
      simulator.advance(buffers.xNext, buffers.x, buffers.w, rows, n)
      if (n + 1 < grid.steps) {
        this.#controlVariate((n + 1) * stride, buffers.xNext, buffers.zNext, buffers, rows)
      } else {
        this.#terminal(grid.horizon, buffers, rows)
      }
      if (this.#plan.options.scheme === 'euler') this.#eulerStep(grid.dt, buffers, rows)
      else this.#trapezoidalStep(grid.dt, timeAt(grid, n + 1), buffers, rows)
      ;[buffers.x, buffers.xNext] = [buffers.xNext, buffers.x]
      ;[buffers.z, buffers.zNext] = [buffers.zNext, buffers.z]
      observe?.(n + 1, buffers)
    }
    const { doubles } = this.#views
    for (let r = 0; r < rows; r++) doubles[buffers.terminal / 8 + r] -= doubles[buffers.y / 8 + r]
  }

  #start(buffers: WorkerBuffers, start: number | PathStart, rows: number): void {
    const { floats, doubles } = this.#views
    if (typeof start === 'number') {
      placeAt(floats, buffers.x, rows, this.#plan.x0)
      doubles.fill(start, buffers.y / 8, buffers.y / 8 + rows)
    } else {
      start(buffers.x, buffers.y)
    }
    doubles.fill(1, buffers.weight / 8, buffers.weight / 8 + rows)
    doubles.fill(0, buffers.correction / 8, buffers.correction / 8 + rows)
  }

  /** Ẑ at step `step` of the training grid. The vector Z₀ belongs to x0 alone: elsewhere the first network is nearest. */
  #controlVariate(step: number, x: number, z: number, buffers: WorkerBuffers, rows: number): void {
    const { training } = this.#plan
    const n = this.#plan.elsewhere ? Math.max(step, training.firstNetwork) : step
    const { floats, doubles } = this.#views
    if (n < training.firstNetwork) {
      const width = padded(training.noiseDim)
      const { theta } = training.blocks[n]
      const scale = doubles[training.state / 8 + STATE.z0Scale]
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < training.noiseDim; j++)
          floats[z / 4 + r * width + j] = scale * floats[theta / 4 + j]
      }
      return
    }
    const unit = doubles[training.state / 8 + STATE.zScale]
    this.#gradient.forward(
      gradientStep(training, n),
      timeAt(training.grid, n),
      x,
      rows,
      unit,
      buffers.pass,
      z,
      false,
    )
  }

  #driverGradient(t: number, buffers: WorkerBuffers, rows: number): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim } = this.#plan.training
    const width = padded(noiseDim)
    this.#functions.driverGradient(
      rows,
      t,
      floats,
      buffers.x / 4,
      padded(dim),
      doubles,
      buffers.y / 8,
      1,
      floats,
      buffers.z / 4,
      width,
      doubles,
      buffers.driver / 8,
      1,
      doubles,
      buffers.driverDy / 8,
      1,
      floats,
      buffers.driverDz / 4,
      width,
    )
  }

  /** ΔW over the step, with the drift f_z of the sampling measure where the scheme asks for it. */
  #increments(
    simulator: Simulator,
    stride: 1 | 2,
    n: number,
    iteration: number,
    firstPath: number,
    rows: number,
    buffers: WorkerBuffers,
  ): void {
    const { noiseDim, grid } = this.#plan.training
    const fine = Math.sqrt(grid.dt)
    const count = rows * padded(noiseDim)
    simulator.increments(buffers.w, rows, stride * n, fine, STREAM.estimate, iteration, firstPath)
    if (stride === 2) {
      simulator.increments(buffers.wPart, rows, 2 * n + 1, fine, STREAM.estimate, iteration, firstPath)
      this.#kernels.add(buffers.w, buffers.wPart, count)
    }
    if (this.#dependsOnZ && this.#plan.options.scheme === 'trapezoidal') {
      this.#kernels.blend(buffers.w, buffers.driverDz, 1, simulator.grid.dt, count)
    }
  }

  /** g(X_T), and Ẑ at T, which is σᵀ∇g and needs no network. */
  #terminal(horizon: number, buffers: WorkerBuffers, rows: number): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim } = this.#plan.training
    this.#functions.terminalGradient(
      rows,
      horizon,
      floats,
      buffers.xNext / 4,
      padded(dim),
      doubles,
      buffers.terminal / 8,
      1,
      floats,
      buffers.zNext / 4,
      padded(noiseDim),
    )
  }

  #eulerStep(dt: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.#views
    const { noiseDim } = this.#plan.training
    this.#kernels.rowDot(buffers.zw, buffers.z, buffers.w, rows, noiseDim)
    this.#kernels.rowDot(buffers.slope, buffers.driverDz, buffers.w, rows, noiseDim)
    for (let r = 0; r < rows; r++) {
      doubles[buffers.y / 8 + r] += doubles[buffers.zw / 8 + r] - dt * doubles[buffers.driver / 8 + r]
      doubles[buffers.weight / 8 + r] *=
        (1 + doubles[buffers.slope / 8 + r]) / (1 - dt * doubles[buffers.driverDy / 8 + r])
    }
  }

  #trapezoidalStep(dt: number, tNext: number, buffers: WorkerBuffers, rows: number): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim } = this.#plan.training
    const y = buffers.y / 8
    const driver = buffers.driver / 8
    const zw = buffers.zw / 8
    this.#kernels.rowDot(buffers.zw, buffers.z, buffers.w, rows, noiseDim)
    for (let r = 0; r < rows; r++) doubles[y + r] += doubles[zw + r] - dt * doubles[driver + r]
    this.#functions.driver(
      rows,
      tNext,
      floats,
      buffers.xNext / 4,
      padded(dim),
      doubles,
      y,
      1,
      floats,
      buffers.zNext / 4,
      padded(noiseDim),
      doubles,
      buffers.driverNext / 8,
      1,
    )
    const half = 0.5 * dt
    for (let r = 0; r < rows; r++) {
      doubles[y + r] += half * (doubles[driver + r] - doubles[buffers.driverNext / 8 + r])
      doubles[buffers.weight / 8 + r] *= Math.exp(dt * doubles[buffers.driverDy / 8 + r])
    }
    if (this.#dependsOnZ) this.#correct(half, buffers, rows)
  }

  /** ½Δt f_z·(Ẑ₊ − Ẑ). */
  #correct(half: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.#views
    const { noiseDim } = this.#plan.training
    this.#kernels.rowDot(buffers.slope, buffers.driverDz, buffers.z, rows, noiseDim)
    this.#kernels.rowDot(buffers.slopeNext, buffers.driverDz, buffers.zNext, rows, noiseDim)
    for (let r = 0; r < rows; r++) {
      const change = half * (doubles[buffers.slopeNext / 8 + r] - doubles[buffers.slope / 8 + r])
      doubles[buffers.y / 8 + r] += change
      doubles[buffers.correction / 8 + r] += change
    }
  }
}
