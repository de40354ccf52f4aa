/** Ẑ along fresh paths, from the source that was chosen, and the driver with its tangent beyond a range. */

import type { WorkerBuffers } from '../estimation/buffers.ts'
import { padded } from '../kernels/interface.ts'
import { GradientNetwork } from '../networks/gradient-network.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { gradientStep, STATE } from '../training/plan.ts'
import { type BoundsBuffers, type BoundsPlan, SOURCE, type Source } from './plan.ts'
import type { SmoothedTerminal } from './smoothed-terminal.ts'

export class ControlVariate {
  readonly #context: WorkerContext
  readonly #plan: BoundsPlan
  readonly #functions: ProblemFunctions
  readonly #gradient: GradientNetwork
  readonly #buffers: WorkerBuffers
  readonly #own: BoundsBuffers
  readonly #smoothed: SmoothedTerminal | null

  constructor(
    context: WorkerContext,
    plan: BoundsPlan,
    functions: ProblemFunctions,
    smoothed: SmoothedTerminal | null,
  ) {
    const { views, kernels, team } = context
    this.#context = context
    this.#plan = plan
    this.#functions = functions
    this.#gradient = new GradientNetwork(plan.estimate.gradient, functions.terminalGradient, kernels, views)
    this.#buffers = plan.estimate.workers[team.rank]
    this.#own = plan.workers[team.rank]
    this.#smoothed = smoothed
  }

  /** z[rows×noiseDim] = Ẑₙ(x). */
  z(n: number, x: number, z: number, rows: number, source: Source): void {
    if (source === SOURCE.smoothed) {
      this.#smoothed!.z(n, x, z, rows)
    } else if (source === SOURCE.none) {
      const { noiseDim } = this.#plan.estimate.training
      this.#context.views.floats.fill(0, z / 4, z / 4 + rows * padded(noiseDim))
    } else {
      this.#trained(n, x, z, rows)
    }
  }

  #trained(fine: number, x: number, z: number, rows: number): void {
    const n = Math.floor(fine / this.#plan.stride)
    const { training } = this.#plan.estimate
    const { floats, doubles } = this.#context.views
    const width = padded(training.noiseDim)
    if (n < training.firstNetwork) {
      const { theta } = training.blocks[n]
      const scale = doubles[training.state / 8 + STATE.z0Scale]
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < training.noiseDim; j++)
          floats[z / 4 + r * width + j] = scale * floats[theta / 4 + j]
      }
    } else {
      const unit = doubles[training.state / 8 + STATE.zScale]
      const t = timeAt(training.grid, n)
      this.#gradient.forward(gradientStep(training, n), t, x, rows, unit, this.#buffers.pass, z, false)
    }
  }

  /**
   * f, f_y, f_z at (t, x, ȳ, z) with ȳ the point of the range nearest to y (float64 [rows], left in `clamped`): the
   * driver that goes on with its tangent beyond the range is f + f_y·(y − ȳ).
   */
  driver(t: number, x: number, y: number, z: number, rows: number): void {
    const { doubles } = this.#context.views
    const { driver, driverDy, driverDz } = this.#buffers
    const { clamped } = this.#own
    const [low, high] = this.#plan.structure.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let r = 0; r < rows; r++) {
      doubles[clamped / 8 + r] = Math.max(low, Math.min(high, doubles[y / 8 + r]))
    }
    this.#functions.driverGradient(rows, t, { x, y: clamped, z, f: driver, dy: driverDy, dz: driverDz })
  }
}
