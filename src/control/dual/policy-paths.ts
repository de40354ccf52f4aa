/** Paths of the trained policy, as vectors z = (x, a, s, w) of every step, float64. */
import { rowAt } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { Rollout } from '../../program/rollout.ts'
import { STREAM } from '../../random/streams.ts'
import type { CompiledControl } from '../compiled.ts'
import type { DualPlan } from './plan.ts'

export class PolicyPaths {
  readonly #context: WorkerContext
  readonly #problem: CompiledControl
  readonly #plan: DualPlan
  readonly #rollout: Rollout<CompiledControl>

  constructor(context: WorkerContext, problem: CompiledControl, plan: DualPlan) {
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#rollout = new Rollout(context, problem, plan.estimate.policy)
  }

  /**
   * Runs paths firstPath … firstPath+rows−1 of the bounds' stream. z is written at `to`, [steps+1][rows][all] doubles; at
   * T it is x alone. Costs are those of the page, minimised: `cost`.
   */
  run(iteration: number, firstPath: number, rows: number, to: number): void {
    const { sizes, steps, estimate } = this.#plan
    const { grid } = estimate.policy
    const { controlDim } = this.#problem
    const rollout = this.#rollout
    rollout.forward(STREAM.bounds, iteration, firstPath, rows)
    for (let n = 0; n <= steps; n++) {
      const at = to + n * rows * sizes.all
      this.#write(at, rollout.x(n), sizes.dim, rows)
      if (n === steps) continue
      const t = timeAt(grid, n)
      this.#admit(t, rollout.x(n), rollout.v(n), at + sizes.dim, rows)
      const end = rollout.xs(n)
      if (end !== null) {
        const raw = rollout.buffers.vs + (rollout.v(n) - rollout.buffers.v)
        this.#admit(t + grid.dt, end, raw, at + sizes.dim + controlDim, rows)
      }
      this.#write(at + sizes.all - sizes.noise, rollout.w(n), sizes.noise, rows)
    }
  }

  /** Of a path of the last run. */
  cost(row: number): number {
    return this.#problem.sign * this.#context.views.doubles[this.#rollout.buffers.cost + row]
  }

  /** The control that the raw output v stands for. */
  #admit(t: number, x: number, v: number, to: number, rows: number): void {
    const { sizes, workers, estimate } = this.#plan
    const { control } = workers[this.#context.team.rank]
    this.#rollout.calls.control(rows, t, { dt: estimate.policy.grid.dt, x, v, a: control })
    this.#write(to, control, sizes.control, rows)
  }

  /** Float32 rows of the kernels' width to double rows of z. */
  #write(to: number, from: number, cols: number, rows: number): void {
    const { doubles, floats } = this.#context.views
    const { all } = this.#plan.sizes
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < cols; j++) doubles[to + r * all + j] = floats[rowAt(from, r, cols) + j]
    }
  }
}
