/**
 * Whether the driver's slope moves by much while one step lasts, on all paths in the same step. An error in the step has an order only
 * where f_y Δt hardly moves over it, or where paths meet a kink each at a time of its own. Where they meet it together, as a solution
 * without noise does, or one that −√y brings to 0, what a grid leaves depends on where in a step that is, and grids say nothing of it.
 */
import type { Views } from '../memory/views.ts'
import { isBreak, lengthAt, type TimeGrid } from '../paths/grid.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { PathObserver } from './path-pass.ts'

/** Beyond this a step is too long to have an order. */
const MOST = 0.5

/** The largest over all steps of |E Γ Δ(f_y)| Δt, of a block of paths. */
export class SlopeBend {
  most = 0
  readonly #doubles: Float64Array
  readonly #grid: TimeGrid
  readonly #rows: number
  readonly #slopes: Float64Array
  readonly #weights: Float64Array

  constructor({ doubles }: Views, grid: TimeGrid, rows: number) {
    this.#doubles = doubles
    this.#grid = grid
    this.#rows = rows
    this.#slopes = new Float64Array(rows)
    this.#weights = new Float64Array(rows)
  }

  readonly observe: PathObserver = (node, { rate, weight }: WorkerBuffers) => {
    const doubles = this.#doubles
    const rows = this.#rows
    const grid = this.#grid
    // Behind a break the slope is another function.
    const isFollowing = node > 0 && !isBreak(grid, node)
    let sum = 0
    for (let r = 0; r < rows; r++) {
      const slope = doubles[rate + r]
      sum += this.#weights[r] * (slope - this.#slopes[r])
      this.#slopes[r] = slope
      this.#weights[r] = doubles[weight + r]
    }
    if (isFollowing) this.most = Math.max(this.most, (Math.abs(sum) / rows) * lengthAt(grid, node - 1))
  }
}

export function hasNoOrder(bend: number): boolean {
  return bend > MOST
}
