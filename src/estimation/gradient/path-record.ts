/** A block of the estimate's paths with all of its nodes, as an adjoint needs them that runs back in time. */

import type { FieldPlan } from '../../fields/plan.ts'
import type { Arena } from '../../memory/arena.ts'
import { copyRows, floatsOf, rowAt } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import type { WorkerBuffers } from '../buffers.ts'

/** Indices of arrays for every node; of steps for w and ΔW̃. */
export interface PathRecordPlan {
  rows: number
  dim: number
  noiseDim: number
  /** [nodes][rows×dim] and [nodes][rows×noiseDim]. */
  x: number
  z: number
  /** The noise that moved X, and its part without drift, [steps][rows×noiseDim]. */
  w: number
  dW: number
  /** f_z, [nodes][rows×noiseDim]; kept where the noise has a drift. */
  fz: number
  /** Γ, ȳ and the estimate so far, and ∫f_y dt over the step that led there, float64 [nodes][rows]. */
  weight: number
  around: number
  value: number
  growth: number
}

/** Floats of one path. */
export function recordFloats({ grid, dim, noiseDim }: FieldPlan): number {
  return (grid.steps + 1) * (floatsOf(1, dim) + floatsOf(4, noiseDim) + 8)
}

export function planRecord(arena: Arena, training: FieldPlan, rows: number): PathRecordPlan {
  const { dim, noiseDim, grid } = training
  const nodes = grid.steps + 1
  const noise = () => arena.rows(nodes * rows, noiseDim)
  const scalar = () => arena.doubles(nodes * rows)
  return {
    rows,
    dim,
    noiseDim,
    x: arena.rows(nodes * rows, dim),
    z: noise(),
    w: noise(),
    dW: noise(),
    fz: noise(),
    weight: scalar(),
    around: scalar(),
    value: scalar(),
    growth: scalar(),
  }
}

export class PathRecord {
  readonly #plan: PathRecordPlan
  readonly #views: Views
  /** Whether the noise has a drift, which the buffers know. */
  readonly isDrifting: boolean

  constructor(plan: PathRecordPlan, views: Views, isDrifting: boolean) {
    this.#plan = plan
    this.#views = views
    this.isDrifting = isDrifting
  }

  /** Takes a node of `PathPass`, and the step of length `dt` that led there; 0 at the first. */
  keep(node: number, dt: number, isLast: boolean, at: WorkerBuffers): void {
    const { floats, doubles } = this.#views
    const { rows, dim, noiseDim, weight, around, value, growth } = this.#plan
    copyRows(this.#views, this.x(node), at.x, rows, dim)
    copyRows(this.#views, this.z(node), at.z, rows, noiseDim)
    if (this.isDrifting) copyRows(this.#views, this.fz(node), at.driverDz, rows, noiseDim)
    const y = isLast ? at.terminal : at.around
    for (const [to, from] of [
      [weight, at.weight],
      [around, y],
      [value, at.value],
      [growth, at.growth],
    ]) {
      doubles.copyWithin(to + node * rows, from, from + rows)
    }
    if (dt === 0) return
    const [w, dW] = [this.w(node - 1), this.dW(node - 1)]
    copyRows(this.#views, w, at.w, rows, noiseDim)
    copyRows(this.#views, dW, at.w, rows, noiseDim)
    if (!this.isDrifting) return
    for (let k = 0; k < floatsOf(rows, noiseDim); k++) floats[dW + k] -= dt * floats[at.drift + k]
  }

  x(node: number): number {
    return rowAt(this.#plan.x, node * this.#plan.rows, this.#plan.dim)
  }

  z(node: number): number {
    return this.#noise(this.#plan.z, node)
  }

  w(step: number): number {
    return this.#noise(this.#plan.w, step)
  }

  dW(step: number): number {
    return this.#noise(this.#plan.dW, step)
  }

  fz(node: number): number {
    return this.#noise(this.#plan.fz, node)
  }

  /** float64 [rows] each. */
  weight(node: number): number {
    return this.#plan.weight + node * this.#plan.rows
  }

  around(node: number): number {
    return this.#plan.around + node * this.#plan.rows
  }

  value(node: number): number {
    return this.#plan.value + node * this.#plan.rows
  }

  /** ∫f_y dt over a step; of the trapezoidal scheme. */
  growth(step: number): number {
    return this.#plan.growth + (step + 1) * this.#plan.rows
  }

  #noise(base: number, node: number): number {
    return rowAt(base, node * this.#plan.rows, this.#plan.noiseDim)
  }
}
