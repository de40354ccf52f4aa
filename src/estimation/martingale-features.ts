/**
 * What the noise of a path over one time step is fitted by. With e = Ẑ/|Ẑ| and m = |Ẑ|,
 *
 *     first order    Ẑ·ΔW,  (1, g, g²) σᵀ∇g·ΔW
 *     second order   (1, g) (|ΔW|² − dΔt),  (1, m, m², ȳ, mȳ) ((e·ΔW)² − Δt)
 *
 * with σᵀ∇g and g at (tₙ,Xₙ). Each has mean 0 given Xₙ. The first correct Ẑ; the second are what is left since Z moves while a
 * step lasts, ½(ΔWᵀHΔW − tr H Δt) with H = σᵀ∇Z, whose part along Ẑ and whose mean over all directions they take.
 */
import type { Kernels } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { Views } from '../memory/views.ts'
import { SHARD_ROWS, type WorkerBuffers } from './buffers.ts'

export const FIRST_ORDER = 4
export const FEATURES = FIRST_ORDER + 7

/** Indices, of one worker. */
export interface FeatureRows {
  /** float64 [FEATURES][SHARD_ROWS]. */
  values: number
  /** Of Ẑ and of σᵀ∇g in the corrected Ẑ; float64 [SHARD_ROWS] each. */
  scale: number
  share: number
}

export function planFeatureRows(arena: Arena): FeatureRows {
  return {
    values: arena.doubles(FEATURES * SHARD_ROWS),
    scale: arena.doubles(SHARD_ROWS),
    share: arena.doubles(SHARD_ROWS),
  }
}

/** What values are measured from and in. */
export interface Units {
  origin: number
  unit: number
}

export class MartingaleFeatures {
  readonly rows: FeatureRows
  readonly #kernels: Kernels
  readonly #doubles: Float64Array
  readonly #noiseDim: number

  constructor(rows: FeatureRows, noiseDim: number, kernels: Kernels, { doubles }: Views) {
    this.rows = rows
    this.#noiseDim = noiseDim
    this.#kernels = kernels
    this.#doubles = doubles
  }

  /** Ẑ ← c₀Ẑ + (c₁ + c₂g + c₃g²) σᵀ∇g, with coefficients in float64 words from `c` on. */
  correct(
    c: number,
    { origin, unit }: Units,
    hasTerminal: boolean,
    buffers: WorkerBuffers,
    rows: number,
  ): void {
    const doubles = this.#doubles
    const { z, pass } = buffers
    if (!hasTerminal) {
      this.#kernels.blend(z, z, doubles[c], 0, rows, this.#noiseDim)
      return
    }
    const { scale, share } = this.rows
    for (let r = 0; r < rows; r++) {
      const g = Math.asinh((doubles[pass.terminal + r] - origin) / unit)
      doubles[scale + r] = doubles[c]
      doubles[share + r] = doubles[c + 1] + g * (doubles[c + 2] + g * doubles[c + 3])
    }
    this.#kernels.rowCombine(z, pass.terminalZ, share, z, scale, rows, this.#noiseDim)
  }

  /** Writes the features of a step, whose Ẑ·ΔW is in `zw`. */
  write(
    dt: number,
    { origin, unit }: Units,
    hasTerminal: boolean,
    buffers: WorkerBuffers,
    rows: number,
  ): void {
    const doubles = this.#doubles
    const { values } = this.rows
    const at = (feature: number) => values + feature * SHARD_ROWS
    const { z, w, pass, zw, around } = buffers
    // Their own features' rows hold σᵀ∇g·ΔW, |ΔW|² and |Ẑ|² until they are combined.
    const [terminal, isotropic, along] = [at(1), at(FIRST_ORDER), at(FIRST_ORDER + 2)]
    if (hasTerminal) this.#kernels.rowDot(terminal, pass.terminalZ, w, rows, this.#noiseDim)
    this.#kernels.rowDot(isotropic, w, w, rows, this.#noiseDim)
    this.#kernels.rowDot(along, z, z, rows, this.#noiseDim)
    for (let r = 0; r < rows; r++) {
      const own = doubles[zw + r]
      const square = doubles[along + r]
      const g = hasTerminal ? Math.asinh((doubles[pass.terminal + r] - origin) / unit) : 0
      const gw = hasTerminal ? doubles[terminal + r] : 0
      const spread = doubles[isotropic + r] - this.#noiseDim * dt
      const bend = square > 0 ? (own * own) / square - dt : 0
      const m = Math.asinh(Math.sqrt(square) / unit)
      const y = Math.asinh((doubles[around + r] - origin) / unit)
      const row = values + r
      doubles[row] = own
      doubles[row + SHARD_ROWS] = gw
      doubles[row + 2 * SHARD_ROWS] = gw * g
      doubles[row + 3 * SHARD_ROWS] = gw * g * g
      doubles[row + 4 * SHARD_ROWS] = spread
      doubles[row + 5 * SHARD_ROWS] = spread * g
      doubles[row + 6 * SHARD_ROWS] = bend
      doubles[row + 7 * SHARD_ROWS] = bend * m
      doubles[row + 8 * SHARD_ROWS] = bend * m * m
      doubles[row + 9 * SHARD_ROWS] = bend * y
      doubles[row + 10 * SHARD_ROWS] = bend * y * m
    }
  }
}
