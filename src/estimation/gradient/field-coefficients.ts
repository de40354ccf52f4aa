/**
 * The control variate of the paths as one field, c₀Ẑ + (c₁ + c₂γ + c₃γ²) σᵀ∇g with γ = asinh((g − origin)/unit): what the martingale's
 * fit took off beside Ẑ counts as part of it.
 */

import type { Kernels } from '../../kernels/interface.ts'
import { copyRows } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import type { WorkerBuffers } from '../buffers.ts'
import { FEATURES } from '../martingale-features.ts'
import type { EstimatePlan } from '../plan.ts'

export class FieldCoefficients {
  readonly #plan: EstimatePlan
  readonly #kernels: Kernels
  readonly #views: Views

  constructor(plan: EstimatePlan, kernels: Kernels, views: Views) {
    this.#plan = plan
    this.#kernels = kernels
    this.#views = views
  }

  /** c_k at the training's step n, of Ẑ as trained. */
  ofTrained(n: number, k: number): number {
    return this.#plan.martingaleControl?.isNewton ? this.#fitted(n, k) : this.#beside(n, k)
  }

  units(): { origin: number; unit: number } {
    const { martingaleControl } = this.#plan
    if (martingaleControl === null) return { origin: 0, unit: 1 }
    const { origin, unit } = martingaleControl
    return { origin: this.#views.doubles[origin], unit: this.#views.doubles[unit] }
  }

  /** The field [rows×noiseDim] at a node whose Ẑ, corrected already where that is done, lies in `at`. */
  write(n: number, field: number, at: WorkerBuffers, share: number, scale: number, rows: number): void {
    const { doubles } = this.#views
    const { training, martingaleControl } = this.#plan
    const { z, pass } = at
    if (martingaleControl === null || martingaleControl.isNewton || n >= training.grid.steps) {
      copyRows(this.#views, field, z, rows, training.noiseDim)
      return
    }
    const c = [0, 1, 2, 3].map((k) => this.#beside(n, k))
    const hasTerminal = n >= (this.#plan.elsewhere ? 0 : training.firstNetwork)
    if (!hasTerminal) {
      this.#kernels.blend(field, z, 0, c[0], rows, training.noiseDim)
      return
    }
    const { origin, unit } = this.units()
    for (let r = 0; r < rows; r++) {
      const bent = Math.asinh((doubles[pass.terminal + r] - origin) / unit)
      doubles[scale + r] = c[0]
      doubles[share + r] = c[1] + bent * (c[2] + bent * c[3])
    }
    this.#kernels.rowCombine(field, pass.terminalZ, share, z, scale, rows, training.noiseDim)
  }

  #beside(n: number, k: number): number {
    return (k === 0 ? 1 : 0) + this.#fitted(n, k)
  }

  #fitted(n: number, k: number): number {
    const { martingaleControl } = this.#plan
    if (martingaleControl === null) return 0
    return this.#views.doubles[martingaleControl.coefficients + n * FEATURES + k]
  }
}
