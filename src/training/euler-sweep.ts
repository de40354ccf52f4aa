/**
 * The discretised BSDE along simulated paths, and its adjoint: the explicit Euler scheme of E, Han and Jentzen (2017),
 *
 *     Yₙ₊₁ = Yₙ − f(tₙ, Xₙ, Yₙ, Zₙ) Δt + Zₙ·ΔWₙ.
 *
 * A sweep works on the rows [first, first+rows) of a batch and touches no other, so any cut of the batch gives the same bits.
 */

import type { Kernels } from '../kernels/interface.ts'
import { clearRows, rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt, timeAfter } from '../paths/grid.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { TrainingPlan } from './plan.ts'
import type { StateAdjoint } from './state-adjoint.ts'
import type { TrainingValues } from './value-control.ts'

/** Of the logarithm of a path's sensitivity, so that it stays a number. */
const LARGEST = 600

export class EulerSweep {
  readonly #plan: TrainingPlan
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #dependsOnZ: boolean
  readonly #values: TrainingValues | null
  readonly #adjoint: StateAdjoint | null

  /** @param adjoint where ∂Xₙ₊₁/∂Xₙ does not cancel against σ */
  constructor(
    plan: TrainingPlan,
    functions: ProblemFunctions,
    driverInputs: string[],
    kernels: Kernels,
    views: Views,
    values: TrainingValues | null = null,
    adjoint: StateAdjoint | null = null,
  ) {
    this.#adjoint = adjoint
    this.#values = values
    this.#dependsOnZ = driverInputs.includes('z')
    this.#plan = plan
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
  }

  /**
   * From Y₀ (already in y[0]) to the residual g(X_T) − Y_T and its sensitivity ∂Y_T/∂Y₀ = Π(1 − Δt ∂f/∂y), or Π exp(−Δt ∂f/∂y) where the
   * driver is linearised around fitted values: then the residual over the sensitivity, what the path estimates Y₀ at less Y₀, is
   * taken backward (`TrainingValues.gather`). Leaves ∂f/∂y of every step, and ∂f/∂z in dZ.
   */
  forward(first: number, rows: number): void {
    const plan = this.#plan
    const { doubles } = this.#views
    const { grid, options } = plan
    const batch = options.batchSize
    const sensitivity = plan.sensitivity + first
    doubles.fill(1, sensitivity, sensitivity + rows)
    for (let n = 0; n < grid.steps; n++) {
      this.#values?.apply(n, first, rows)
      this.#driver(n, first, rows)
      const z = this.#noiseSlice(plan.z, n, first)
      const dW = this.#noiseSlice(plan.dW, n, first)
      this.#kernels.rowDot(plan.zdW + first, z, dW, rows, plan.noiseDim)
      const y = plan.y + n * batch + first
      const f = plan.driver + first
      const fy = plan.driverDy + n * batch + first
      const zdW = plan.zdW + first
      for (let r = 0; r < rows; r++) doubles[sensitivity + r] *= this.#decay(n, doubles[fy + r])
      if (this.#values) {
        this.#values.carry(n, first, rows)
        continue
      }
      const dt = lengthAt(grid, n)
      for (let r = 0; r < rows; r++) {
        doubles[y + batch + r] = doubles[y + r] - doubles[f + r] * dt + doubles[zdW + r]
      }
    }
    const residual = plan.residual + first
    const xT = this.#stateSlice(grid.steps, first)
    this.#functions.terminal(rows, grid.horizon, { x: xT, g: residual })
    if (this.#values) {
      this.#values.gather(first, rows)
      for (let r = 0; r < rows; r++) doubles[residual + r] *= doubles[sensitivity + r]
      return
    }
    const yT = plan.y + grid.steps * batch + first
    for (let r = 0; r < rows; r++) doubles[residual + r] -= doubles[yT + r]
  }

  /**
   * ∂L/∂Zₙ = λₙ₊₁ (ΔWₙ − Δt ∂f/∂z) with λₙ = λₙ₊₁ (1 − Δt ∂f/∂y) (its exponential around fitted values), from λ_N = ∂L/∂Y_T in `adjoint`, where
   * λ₀ = ∂L/∂Y₀ is left. Overwrites ∂f/∂z in dZ.
   */
  backward(first: number, rows: number): void {
    const plan = this.#plan
    const { doubles } = this.#views
    const { grid, options, noiseDim } = plan
    const batch = options.batchSize
    const lambda = plan.adjoint + first
    const weight = plan.adjointDriver + first
    for (let n = grid.steps - 1; n >= 0; n--) {
      const dt = lengthAt(grid, n)
      for (let r = 0; r < rows; r++) doubles[weight + r] = -dt * doubles[lambda + r]
      const dW = this.#noiseSlice(plan.dW, n, first)
      const dZ = this.#noiseSlice(plan.dZ, n, first)
      this.#kernels.rowCombine(dZ, dW, lambda, dZ, weight, rows, noiseDim)
      const fy = plan.driverDy + n * batch + first
      for (let r = 0; r < rows; r++) doubles[lambda + r] *= this.#decay(n, doubles[fy + r])
    }
  }

  /**
   * The same gradient along paths: since E[δ ΔWₙ] = Δt E[∂δ/∂ΔWₙ] (integration by parts), ∂L/∂Zₙ is 2Δt (Zₙ − ζₙ) on average,
   *
   *     ζ_N = σᵀ∇g(X_T),    ζₙ = Γₙ₊₁/Γₙ ζₙ₊₁ + σᵀ∂f/∂x Δt,    Γₙ₊₁/Γₙ = exp(f_yΔt + f_z·ΔWₙ − ½|f_z|²Δt),
   *
   * with a fraction of the noise of δ·ΔWₙ, for Brownian and geometric paths, where ∂Xₙ₊₁/∂Xₙ cancels against σ; for others
   * by `StateAdjoint`. Overwrites ∂f/∂z in dZ; ∂L/∂Y₀ is left in `adjoint`.
   */
  backwardPathwise(first: number, rows: number): void {
    const plan = this.#plan
    const { grid, noiseDim, options } = plan
    const zeta = this.#noiseRows(plan.pathwise, first)
    if (this.#adjoint) this.#adjoint.begin(first, rows)
    else this.#terminalZ(zeta, first, rows)
    for (let n = grid.steps - 1; n >= plan.slopeStep; n--) {
      const dZ = this.#noiseSlice(plan.dZ, n, first)
      clearRows(this.#views, dZ, rows, noiseDim)
    }
    for (let n = plan.slopeStep - 1; n >= 0; n--) {
      const dZ = this.#noiseSlice(plan.dZ, n, first)
      const share = (2 * lengthAt(grid, n)) / options.batchSize
      this.#transport(n, zeta, first, rows)
      this.#kernels.blend(dZ, zeta, 0, -share, rows, noiseDim)
      this.#kernels.blend(dZ, this.#noiseSlice(plan.z, n, first), 1, share, rows, noiseDim)
    }
    const { doubles } = this.#views
    for (let r = first; r < first + rows; r++) doubles[plan.adjoint + r] *= doubles[plan.sensitivity + r]
  }

  /** σᵀ∇g(X) into zeta, at T or where a smoothed g tells of its slope. */
  #terminalZ(zeta: number, first: number, rows: number): void {
    const plan = this.#plan
    const xT = this.#stateSlice(plan.slopeStep, first)
    this.#functions.terminalGradient(rows, plan.slopeTime, { x: xT, g: plan.driver + first, z: zeta })
  }

  /** ζₙ from ζₙ₊₁, in place; ∂f/∂z of the step is in dZ. */
  #transport(n: number, zeta: number, first: number, rows: number): void {
    const plan = this.#plan
    const { doubles } = this.#views
    const { grid, noiseDim, options } = plan
    const kernels = this.#kernels
    const weight = plan.adjointDriver + first
    const fy = plan.driverDy + n * options.batchSize + first
    const dt = lengthAt(grid, n)
    for (let r = 0; r < rows; r++) doubles[weight + r] = doubles[fy + r] * dt
    if (this.#dependsOnZ) {
      const fz = this.#noiseSlice(plan.dZ, n, first)
      const [noise, square] = [plan.slopeNoise + first, plan.slopeSquare + first]
      kernels.rowDot(noise, fz, this.#noiseSlice(plan.dW, n, first), rows, noiseDim)
      kernels.rowDot(square, fz, fz, rows, noiseDim)
      for (let r = 0; r < rows; r++) {
        doubles[weight + r] += doubles[noise + r] - 0.5 * dt * doubles[square + r]
      }
      if (plan.hasDrift) this.#divideByDensity(n, weight, first, rows)
    }
    for (let r = 0; r < rows; r++) doubles[weight + r] = Math.exp(doubles[weight + r])
    const lengths = plan.slopeNoise + first
    doubles.fill(dt, lengths, lengths + rows)
    const around = this.#around + (n * options.batchSize + first)
    if (this.#adjoint) this.#adjoint.step(n, weight, around, lengths, zeta, first, rows)
    else this.#addSlope(n, zeta, weight, lengths, first, rows)
  }

  /** Takes the logarithm of the paths' own density, s·ΔW − ½|s|²Δt, off the weights' logarithm. */
  #divideByDensity(n: number, logarithm: number, first: number, rows: number): void {
    const plan = this.#plan
    const { doubles } = this.#views
    const s = this.#noiseSlice(plan.drift, n, first)
    const [noise, square] = [plan.driftNoise + first, plan.driftSquare + first]
    this.#kernels.rowDot(noise, s, this.#noiseSlice(plan.dW, n, first), rows, plan.noiseDim)
    this.#kernels.rowDot(square, s, s, rows, plan.noiseDim)
    const dt = lengthAt(plan.grid, n)
    for (let r = 0; r < rows; r++) {
      doubles[logarithm + r] -= doubles[noise + r] - 0.5 * dt * doubles[square + r]
    }
  }

  /** ζ ← weight·ζ + σᵀ∂f/∂x Δt. */
  #addSlope(n: number, zeta: number, weight: number, lengths: number, first: number, rows: number): void {
    const plan = this.#plan
    const { grid, noiseDim, options } = plan
    const slope = this.#noiseRows(plan.driverSlope, first)
    this.#functions.driverSlope?.(rows, timeAfter(grid, n), {
      x: this.#stateSlice(n, first),
      y: this.#around + (n * options.batchSize + first),
      z: this.#noiseSlice(plan.z, n, first),
      slope,
    })
    this.#kernels.rowCombine(zeta, zeta, weight, slope, lengths, rows, noiseDim)
  }

  /** f, ∂f/∂y and ∂f/∂z at tₙ, at ȳ where there is one. */
  #driver(n: number, first: number, rows: number): void {
    const plan = this.#plan
    const { doubles } = this.#views
    const batch = plan.options.batchSize
    this.#functions.driverGradient(rows, timeAfter(plan.grid, n), {
      x: this.#stateSlice(n, first),
      y: this.#around + (n * batch + first),
      z: this.#noiseSlice(plan.z, n, first),
      f: plan.driver + first,
      dy: plan.driverDy + (n * batch + first),
      dz: this.#noiseSlice(plan.dZ, n, first),
    })
    if (this.#values === null) return
    // Where f has no slope, as a root at 0, any will do for what it is linearised by.
    const fy = plan.driverDy + n * batch + first
    for (let r = fy; r < fy + rows; r++) if (!Number.isFinite(doubles[r])) doubles[r] = 0
  }

  /** ∂Yₙ₊₁/∂Yₙ. */
  #decay(n: number, slope: number): number {
    const { grid } = this.#plan
    const dt = lengthAt(grid, n)
    if (this.#values === null) return 1 - dt * slope
    const largest = LARGEST / grid.steps
    return Math.exp(Math.max(-largest, Math.min(largest, -dt * slope)))
  }

  /** Where the driver is taken in y, float64 [steps][batch]. */
  get #around(): number {
    return this.#plan.values?.around ?? this.#plan.y
  }

  #stateSlice(n: number, first: number): number {
    const { x, options, dim } = this.#plan
    return rowAt(x, n * options.batchSize + first, dim)
  }

  #noiseRows(base: number, first: number): number {
    return rowAt(base, first, this.#plan.noiseDim)
  }

  #noiseSlice(base: number, n: number, first: number): number {
    const { options, noiseDim } = this.#plan
    return rowAt(base, n * options.batchSize + first, noiseDim)
  }
}
