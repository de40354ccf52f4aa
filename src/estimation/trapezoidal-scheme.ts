/**
 * Order 2. Where dW = dW̃ + s dt with W̃ a Brownian motion and s near f_z, the equation linearised around any (ȳ, Ẑ) is
 *
 *     u(0,x₀) = E[ Γ_T g(X_T) + ∫ Γ (f − f_y ȳ − s·Ẑ) dt − ∫ Γ Ẑ·dW̃ ],    Γ = exp(∫ f_y dt),
 *
 * up to the second order of their errors and to (f_z − s)·(Z − Ẑ); the last integral has mean 0 and takes the noise away.
 * Integrals in time are taken by the trapezoidal rule, against Γ by its exponential (`exponential-step.ts`). s is constant over a step, f_z extrapolated to its middle from the nodes
 * before it, 3/2 f_z − 1/2 f_z of the step before where that is as long (Adams and Bashforth): its left end alone would leave an error of order 1.
 *
 * Ŷ is carried along, Ŷ₊ = Ŷ − ½Δt (f + f₊ − s·(Ẑ + Ẑ₊)) + Ẑ·ΔW̃; the left end alone predicts where f₊ is taken.
 */
import { copyRows } from '../memory/rows.ts'
import { exponentialStep, type StepEnd } from '../training/exponential-step.ts'
import type { WorkerBuffers } from './buffers.ts'
import { TimeScheme } from './time-scheme.ts'

export class TrapezoidalScheme extends TimeScheme {
  /** Filled anew for every row: made anew, they were half of all garbage. */
  readonly #left: StepEnd = { driver: Number.NaN, rate: Number.NaN, around: Number.NaN }
  readonly #right: StepEnd = { driver: Number.NaN, rate: Number.NaN, around: Number.NaN }

  /** Of the step before; null where there is none to extrapolate from. */
  #dtBefore: number | null = null

  begin(t: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    const { around, y, slope, slopeNext } = buffers
    doubles.fill(1, buffers.weight, buffers.weight + rows)
    doubles.fill(0, buffers.value, buffers.value + rows)
    doubles.fill(0, buffers.noise, buffers.noise + rows)
    doubles.fill(0, slope, slope + rows)
    doubles.fill(0, slopeNext, slopeNext + rows)
    doubles.copyWithin(around, y, y + rows)
    this.pass(t, buffers, rows)
  }

  /** There is no step before to extrapolate the drift from. */
  pass(t: number, buffers: WorkerBuffers, rows: number): void {
    const { around, driverDz, driverDzBefore } = buffers
    this.#dtBefore = null
    this.driverGradient(t, around, buffers, rows)
    for (let r = 0; r < rows; r++) this.#keep(around, buffers, r)
    copyRows(this.views, driverDzBefore, driverDz, rows, this.noiseDim)
  }

  draw(dt: number, buffers: WorkerBuffers, rows: number): void {
    const { w, z, drift, driverDz, driverDzBefore } = buffers
    const { kernels, noiseDim } = this
    if (!this.dependsOnZ) return
    const share = (0.5 * dt) / (this.#dtBefore ?? dt)
    kernels.blend(drift, driverDz, 0, 1 + share, rows, noiseDim)
    kernels.blend(drift, driverDzBefore, 1, -share, rows, noiseDim)
    this.#dtBefore = dt
    kernels.blend(w, drift, 1, dt, rows, noiseDim)
    kernels.rowDot(buffers.slope, drift, z, rows, noiseDim)
    buffers.driverDz = driverDzBefore
    buffers.driverDzBefore = driverDz
  }

  step(dt: number, t: number, node: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    const [y, zw, around] = [buffers.y, buffers.zw, buffers.around]
    const [driver, slope] = [buffers.driverBefore, buffers.slope]
    for (let r = 0; r < rows; r++) {
      doubles[around + r] = doubles[y + r] + doubles[zw + r] - dt * (doubles[driver + r] - doubles[slope + r])
    }
    this.control?.apply(node, buffers, rows)
    this.#integrate(dt, t, buffers.around, buffers, rows)
    this.control?.keep(node - 1, buffers, rows)
  }

  /** At T the value is g(X_T) itself. */
  finish(dt: number, horizon: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    this.#integrate(dt, horizon, buffers.terminal, buffers, rows)
    this.control?.keep(this.lastNode, buffers, rows)
    for (let r = 0; r < rows; r++) {
      doubles[buffers.value + r] += doubles[buffers.weight + r] * doubles[buffers.terminal + r]
    }
  }

  /** Γ, Ŷ and the path's estimate over the step that ends at t, where the equation is linearised around the value `at`. */
  #integrate(dt: number, t: number, at: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    const [y, zw, weight, value] = [buffers.y, buffers.zw, buffers.weight, buffers.value]
    const [driver, driverDy] = [buffers.driver, buffers.driverDy]
    const [driverBefore, rate, aroundBefore] = [buffers.driverBefore, buffers.rate, buffers.aroundBefore]
    const [slope, slopeNext] = [buffers.slope, buffers.slopeNext]
    const [increment, growing, noise] = [buffers.increment, buffers.growth, buffers.noise]
    this.driverGradient(t, at, buffers, rows)
    if (this.dependsOnZ) this.kernels.rowDot(buffers.slopeNext, buffers.drift, buffers.z, rows, this.noiseDim)
    const half = 0.5 * dt
    for (let r = 0; r < rows; r++) {
      const left = doubles[driverBefore + r] - doubles[slope + r]
      const right = doubles[driver + r] - doubles[slopeNext + r]
      this.#left.driver = left
      this.#left.rate = doubles[rate + r]
      this.#left.around = doubles[aroundBefore + r]
      this.#right.driver = right
      this.#right.rate = doubles[driverDy + r]
      this.#right.around = doubles[at + r]
      const sources = exponentialStep(dt, this.#left, this.#right)
      const before = doubles[weight + r]
      doubles[growing + r] = half * (doubles[rate + r] + doubles[driverDy + r])
      doubles[increment + r] = sources - doubles[zw + r]
      doubles[value + r] += before * doubles[increment + r]
      doubles[noise + r] += before * doubles[zw + r]
      doubles[weight + r] = before * Math.exp(doubles[growing + r])
      doubles[y + r] += doubles[zw + r] - half * (left + right)
      this.#keep(at, buffers, r)
    }
  }

  /** What the next step needs of this node. */
  #keep(at: number, buffers: WorkerBuffers, r: number): void {
    const { doubles } = this.views
    doubles[buffers.driverBefore + r] = doubles[buffers.driver + r]
    doubles[buffers.rate + r] = doubles[buffers.driverDy + r]
    doubles[buffers.aroundBefore + r] = doubles[at + r]
  }
}
