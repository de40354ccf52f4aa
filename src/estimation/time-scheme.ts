/** How a path of the estimate is taken through one time step; `PathPass` moves X and Ẑ, a scheme everything else. */
import type { Kernels } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { EstimatePlan } from './plan.ts'
import type { ValueControl } from './value-control.ts'

export abstract class TimeScheme {
  readonly noiseDim: number
  readonly dependsOnZ: boolean
  readonly kernels: Kernels
  readonly views: Views
  readonly control: ValueControl | null
  /** The training grid's last before T. */
  readonly lastNode: number
  readonly #functions: ProblemFunctions

  constructor(
    plan: EstimatePlan,
    functions: ProblemFunctions,
    dependsOnZ: boolean,
    kernels: Kernels,
    views: Views,
    control: ValueControl | null,
  ) {
    this.noiseDim = plan.training.noiseDim
    this.dependsOnZ = dependsOnZ
    this.#functions = functions
    this.kernels = kernels
    this.views = views
    this.control = control
    this.lastNode = plan.training.grid.steps - 1
  }

  /** At the first node: x, z and y = Y₀ are in place. */
  abstract begin(t: number, buffers: WorkerBuffers, rows: number): void

  /** Takes what it needs of ΔW in `w`, with x, z and Ẑ·ΔW of the step's left end, and may give the noise a drift. */
  abstract draw(dt: number, buffers: WorkerBuffers, rows: number): void

  /** At a node behind the first, the training grid's `node`: x and z are those at t. */
  abstract step(dt: number, t: number, node: number, buffers: WorkerBuffers, rows: number): void

  /** At a node where the driver jumps, behind `step`: from here on it is what it is after the jump. */
  abstract pass(t: number, buffers: WorkerBuffers, rows: number): void

  /** The last step: g(X_T) is in `terminal`, σᵀ∇g in z. Leaves every path's estimate in `value`. */
  abstract finish(dt: number, horizon: number, buffers: WorkerBuffers, rows: number): void

  /** f, f_y and f_z at (t, x, y, z) into `driver`, `driverDy` and `driverDz`. */
  protected driverGradient(t: number, y: number, buffers: WorkerBuffers, rows: number): void {
    const { doubles } = this.views
    this.#functions.driverGradient(rows, t, {
      x: buffers.x,
      y,
      z: buffers.z,
      f: buffers.driver,
      dy: buffers.driverDy,
      dz: buffers.driverDz,
    })
    // Where f has no slope, as a root at 0, any will do for what it is linearised by.
    const fy = buffers.driverDy
    for (let r = fy; r < fy + rows; r++) if (!Number.isFinite(doubles[r])) doubles[r] = 0
  }
}
