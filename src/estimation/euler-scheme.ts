/**
 * The published scheme, order 1, and the exact adjoint of the discretised equation:
 *
 *     Ŷ₊ = Ŷ − f Δt + Ẑ·ΔW,    Γ₊ = Γ (1 + f_z·ΔW)/(1 − f_yΔt),    u(0,x₀) ≈ Y₀ + Γ_T (g(X_T) − Ŷ_T).
 */
import type { WorkerBuffers } from './buffers.ts'
import { TimeScheme } from './time-scheme.ts'

export class EulerScheme extends TimeScheme {
  begin(t: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    doubles.fill(1, buffers.weight, buffers.weight + rows)
    doubles.copyWithin(buffers.value, buffers.y, buffers.y + rows)
    this.#linearise(t, buffers, rows)
  }

  draw(dt: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    this.kernels.rowDot(buffers.slope, buffers.driverDz, buffers.w, rows, this.noiseDim)
    for (let r = 0; r < rows; r++) {
      doubles[buffers.y + r] += doubles[buffers.zw + r] - dt * doubles[buffers.driver + r]
      doubles[buffers.weight + r] *=
        (1 + doubles[buffers.slope + r]) / (1 - dt * doubles[buffers.driverDy + r])
    }
  }

  step(_dt: number, t: number, _node: number, buffers: WorkerBuffers, rows: number): void {
    this.#linearise(t, buffers, rows)
  }

  pass(t: number, buffers: WorkerBuffers, rows: number): void {
    this.driverGradient(t, buffers.around, buffers, rows)
  }

  finish(_dt: number, _horizon: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    for (let r = 0; r < rows; r++) {
      const residual = doubles[buffers.terminal + r] - doubles[buffers.y + r]
      doubles[buffers.value + r] += doubles[buffers.weight + r] * residual
    }
  }

  /** Around Ŷ as it comes. */
  #linearise(t: number, buffers: WorkerBuffers, rows: number): void {
    this.views.doubles.copyWithin(buffers.around, buffers.y, buffers.y + rows)
    this.driverGradient(t, buffers.around, buffers, rows)
  }
}
