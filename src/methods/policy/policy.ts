/** A trained rule for the control that anyone can run: asked at a point, simulated, saved. */

import type { RunDescription } from '../../checkpoint/description.ts'
import type { CompiledControl } from '../../control/compiled.ts'
import { type PolicyPlan, planPolicy } from '../../control/plan.ts'
import { UserError } from '../../errors/errors.ts'
import { chooseKernel, compileKernels, instantiateKernels } from '../../kernels/loader.ts'
import { Arena, allocate } from '../../memory/arena.ts'
import { rowAt } from '../../memory/rows.ts'
import { integersAt, viewsOf } from '../../memory/views.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { SIGNAL_WORDS } from '../../parallel/signals.ts'
import { Team } from '../../parallel/team.ts'
import { timeAt } from '../../paths/grid.ts'
import { writeMatrices } from '../../program/calls.ts'
import { BLOCK_ROWS } from '../../program/plan.ts'
import { Rollout } from '../../program/rollout.ts'
import { STREAM } from '../../random/streams.ts'
import { restorePolicy, type TrainedPolicy } from './trained-policy.ts'

/** Paths of a policy. Arrays are [path][time][component]; the last time has no control, and `cost` runs up to each time. */
export interface Trajectories {
  /** [steps + 1] */
  times: number[]
  /** [path][steps + 1][dim] */
  state: Float32Array
  /** [path][steps][controlDim] */
  control: Float32Array
  /** [path][steps + 1]: running cost until then; at the horizon with the terminal cost. */
  cost: Float64Array
  /** How many there are. */
  paths: number
}

declare module '../../solution/solution.ts' {
  interface MethodResult {
    /** The trained rule of a control problem; not part of the JSON form. */
    policy?: TrainedPolicy
  }
  interface Solution {
    /** The trained rule of a control problem; leaves the JSON form as it is. */
    policy?: Policy
  }
}

/** A trained rule: the control at any time and state, and paths under it. */
export class Policy {
  /** Problem, choices and parameters, as plain data. */
  readonly trained: TrainedPolicy
  /** What it was trained for, and by what choices. */
  readonly run: RunDescription
  readonly #context: Pick<WorkerContext, 'views' | 'kernels' | 'team'>
  readonly #plan: PolicyPlan
  readonly #rollout: Rollout<CompiledControl>
  readonly #control: number

  private constructor(
    trained: TrainedPolicy,
    run: RunDescription,
    context: Pick<WorkerContext, 'views' | 'kernels' | 'team'>,
    plan: PolicyPlan,
    control: number,
  ) {
    this.trained = trained
    this.run = run
    this.#context = context
    this.#plan = plan
    this.#control = control
    this.#rollout = new Rollout(context as WorkerContext, trained.problem, plan)
  }

  /** A policy ready to run, in memory of its own. */
  static async open(trained: TrainedPolicy, run: RunDescription): Promise<Policy> {
    const { problem, options } = trained
    const arena = new Arena()
    const words = arena.integers(SIGNAL_WORDS)
    const plan = planPolicy(arena, problem, { ...options, batchSize: 0 }, 1, false)
    const control = arena.rows(BLOCK_ROWS, problem.controlDim)
    const memory = allocate(arena.bytes, 2 ** 32, 'Lower --steps.')
    const views = viewsOf(memory)
    const kernel = chooseKernel()
    const kernels = instantiateKernels(kernel, await compileKernels(kernel), memory)
    restorePolicy(views.floats, plan, trained)
    writeMatrices(views.floats, problem, plan.matrices)
    const team = new Team(integersAt(memory, words, SIGNAL_WORDS), 0, 1)
    return new Policy(trained, run, { views, kernels, team }, plan, control)
  }

  /**
   * The control [controlDim] at time t and state x [dim]: that of the time step that t lies in.
   * @throws UserError for a time outside [0, horizon] or a state of another length
   */
  control(t: number, x: ArrayLike<number>): number[] {
    const { problem } = this.trained
    const { grid } = this.#plan
    if (!(t >= 0 && t <= problem.horizon)) {
      throw new UserError(`${problem.id}: t must lie between 0 and ${problem.horizon}, got ${t}.`)
    }
    if (x.length !== problem.dim) {
      throw new UserError(`${problem.id}: x must have ${problem.dim} components, got ${x.length}.`)
    }
    const n = Math.min(grid.steps - 1, Math.floor(t / grid.dt + 1e-9))
    const { floats } = this.#context.views
    const at = this.#rollout.x(n)
    for (let j = 0; j < problem.dim; j++) floats[at + j] = x[j]
    const { buffers } = this.#rollout
    this.#rollout.raw(n, at, 1, buffers.input, buffers.workspace, this.#rollout.v(n))
    this.#writeControl(n, t, 1)
    return Array.from(floats.subarray(this.#control, this.#control + problem.controlDim))
  }

  /**
   * Runs the policy on paths that training never saw.
   * @param seed of the noise; the same seed gives the same paths
   * @param x0 starting point [dim], or several, which paths take in turn; the problem's own unless given
   * @param noise what the random numbers are multiplied by: 0 without noise, 2 for twice as much
   */
  simulate(
    paths: number,
    seed = 1,
    x0: ArrayLike<number> | readonly ArrayLike<number>[] = this.trained.problem.x0,
    noise = 1,
  ): Trajectories {
    const { problem } = this.trained
    const starts = startsOf(x0)
    for (const { length } of starts) {
      if (length !== problem.dim) {
        throw new UserError(`${problem.id}: x0 must have ${problem.dim} components, got ${length}.`)
      }
    }
    const { steps } = this.#plan.grid
    const result: Trajectories = {
      times: Array.from({ length: steps + 1 }, (_, n) => timeAt(this.#plan.grid, n)),
      state: new Float32Array(paths * (steps + 1) * problem.dim),
      control: new Float32Array(paths * steps * problem.controlDim),
      cost: new Float64Array(paths * (steps + 1)),
      paths,
    }
    this.#plan.options.seed = seed
    this.#rollout.noiseLevel = noise
    const { floats } = this.#context.views
    for (let first = 0; first < paths; first += BLOCK_ROWS) {
      const rows = Math.min(BLOCK_ROWS, paths - first)
      const start = this.#rollout.x(0)
      for (let r = 0; r < rows; r++) {
        floats.set(starts[(first + r) % starts.length], rowAt(start, r, problem.dim))
      }
      const { doubles } = this.#context.views
      const own = this.#rollout.buffers.cost
      this.#rollout.forwardFrom(STREAM.sample, 0, first, rows, (n) => {
        for (let r = 0; r < rows; r++) result.cost[(first + r) * (steps + 1) + n] = doubles[own + r]
      })
      for (let n = 0; n <= steps; n++) this.#read(result, first, rows, n)
    }
    return result
  }

  /** Not part of a solution's JSON form: `save` keeps it. */
  toJSON(): undefined {
    return undefined
  }

  #read(result: Trajectories, first: number, rows: number, n: number): void {
    const { dim, controlDim } = this.trained.problem
    const { steps } = this.#plan.grid
    const { floats } = this.#context.views
    for (let r = 0; r < rows; r++) {
      const x = rowAt(this.#rollout.x(n), r, dim)
      result.state.set(floats.subarray(x, x + dim), ((first + r) * (steps + 1) + n) * dim)
    }
    if (n === steps) return
    this.#writeControl(n, timeAt(this.#plan.grid, n), rows)
    for (let r = 0; r < rows; r++) {
      const a = rowAt(this.#control, r, controlDim)
      result.control.set(floats.subarray(a, a + controlDim), ((first + r) * steps + n) * controlDim)
    }
  }

  #writeControl(n: number, t: number, rows: number): void {
    const { dt } = this.#plan.grid
    const [x, v] = [this.#rollout.x(n), this.#rollout.v(n)]
    this.#rollout.calls.control(rows, t, { dt, x, v, a: this.#control })
  }
}

function startsOf(x0: ArrayLike<number> | readonly ArrayLike<number>[]): readonly ArrayLike<number>[] {
  return typeof x0[0] === 'number' || x0.length === 0
    ? [x0 as ArrayLike<number>]
    : (x0 as readonly ArrayLike<number>[])
}
