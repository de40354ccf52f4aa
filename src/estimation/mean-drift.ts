/** The drift that the noise of a block of paths has in the estimate, mean over paths and time. */
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt, type TimeGrid } from '../paths/grid.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { PathObserver } from './path-pass.ts'

export class MeanDrift {
  /** [noiseDim] */
  readonly mean: Float64Array
  readonly #floats: Float32Array
  readonly #grid: TimeGrid
  readonly #rows: number

  constructor({ floats }: Views, grid: TimeGrid, rows: number, noiseDim: number) {
    this.mean = new Float64Array(noiseDim)
    this.#floats = floats
    this.#grid = grid
    this.#rows = rows
  }

  /** At a node behind the first: the drift of the step before it. */
  readonly observe: PathObserver = (node, { drift }: WorkerBuffers) => {
    if (node === 0) return
    const { mean } = this
    const columns = mean.length
    const share = lengthAt(this.#grid, node - 1) / (this.#grid.horizon * this.#rows)
    for (let r = 0; r < this.#rows; r++) {
      for (let j = 0; j < mean.length; j++) mean[j] += share * this.#floats[rowAt(drift, r, columns) + j]
    }
  }
}
