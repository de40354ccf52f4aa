/**
 * What steps let through of the first order of Ẑ's errors. The drift s of the noise is constant over a step, so that (f_z − s)·(Z − Ẑ) is not 0 at the
 * step's ends, and only on long grids the end of one step makes up for the start of the next. Least squares make of Ẑ the mean of Z over a step:
 * Z − Ẑ is half of what ΓẐ moves by in it, with the sign turned, plus what nobody knows. So
 *
 *     Σ ½ m·(Γ₊Ẑ₊ − ΓẐ),    m = ½Δt₋ (f_z − s₋) + ½Δt (f_z − s),
 *
 * is known to the path, whose mean is of order 2 in the step. Coarser grids have the same Ẑ, and may err by as much: with 6 steps of a driver (yz)²/2
 * three grids agreed on a value that was 0.4 % off by it.
 */
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt, type TimeGrid } from '../paths/grid.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { PathObserver } from './path-pass.ts'

export class StepLeak {
  /** Of a block of paths, [rows], complete at T. */
  readonly sums: Float64Array
  readonly #views: Views
  readonly #grid: TimeGrid
  readonly #noiseDim: number
  /** m and ΓẐ of the node before, [rows][noiseDim]. */
  readonly #mismatch: Float64Array
  readonly #weighted: Float64Array

  constructor(views: Views, grid: TimeGrid, rows: number, noiseDim: number) {
    this.sums = new Float64Array(rows)
    this.#views = views
    this.#grid = grid
    this.#noiseDim = noiseDim
    this.#mismatch = new Float64Array(rows * noiseDim)
    this.#weighted = new Float64Array(rows * noiseDim)
  }

  /** @param first node of the paths @param rows of the block */
  observer(first: number, rows: number): PathObserver {
    this.sums.fill(0)
    return (node, buffers) => {
      for (let r = 0; r < rows; r++) {
        if (node > first) this.sums[r] += this.#moved(buffers, r)
        if (node < this.#grid.steps) this.#keep(node, node > first, buffers, r)
      }
    }
  }

  /** m of the node before times half of what ΓẐ moved by since. */
  #moved({ z, weight }: WorkerBuffers, r: number): number {
    const { floats, doubles } = this.#views
    const [at, own] = [rowAt(z, r, this.#noiseDim), r * this.#noiseDim]
    const gamma = doubles[weight + r]
    let sum = 0
    for (let j = 0; j < this.#noiseDim; j++) {
      sum += this.#mismatch[own + j] * (gamma * floats[at + j] - this.#weighted[own + j])
    }
    return 0.5 * sum
  }

  #keep(node: number, isFollowing: boolean, buffers: WorkerBuffers, r: number): void {
    const { floats, doubles } = this.#views
    const { z, weight, drift, driverDz, driverDzBefore } = buffers
    const dt = lengthAt(this.#grid, node)
    const before = isFollowing ? lengthAt(this.#grid, node - 1) : dt
    const gamma = doubles[weight + r]
    const [at, own] = [rowAt(0, r, this.#noiseDim), r * this.#noiseDim]
    for (let j = 0; j < this.#noiseDim; j++) {
      const slope = floats[driverDz + at + j]
      const extrapolated = ((0.5 * dt) / before) * (slope - floats[driverDzBefore + at + j])
      const behind = isFollowing ? before * (slope - floats[drift + at + j]) : 0
      this.#mismatch[own + j] = 0.5 * (behind - dt * extrapolated)
      this.#weighted[own + j] = gamma * floats[z + at + j]
    }
  }
}
