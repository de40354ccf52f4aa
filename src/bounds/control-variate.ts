/** Ẑ along fresh paths, from the source that was chosen, and the driver with its tangent beyond a range. */

import type { WorkerBuffers } from '../estimation/buffers.ts'
import { TrainedField } from '../fields/trained-field.ts'
import { clearRows } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { type BoundsBuffers, type BoundsPlan, SOURCE, type Source } from './plan.ts'
import type { SmoothedTerminal } from './smoothed-terminal.ts'

export class ControlVariate {
  readonly #context: WorkerContext
  readonly #plan: BoundsPlan
  readonly #functions: ProblemFunctions
  readonly #field: TrainedField
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
    const { training, gradient } = plan.estimate
    this.#field = new TrainedField(training, gradient, functions.terminalGradient, kernels, views)
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
      clearRows(this.#context.views, z, rows, noiseDim)
    } else {
      this.#field.evaluate(Math.floor(n / this.#plan.stride), x, rows, this.#buffers.pass, z)
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
      doubles[clamped + r] = Math.max(low, Math.min(high, doubles[y + r]))
    }
    this.#functions.driverGradient(rows, t, { x, y: clamped, z, f: driver, dy: driverDy, dz: driverDz })
  }
}
