/**
 * A lower bound of what any adapted control costs: the mean, over fresh paths, of the least cost with hindsight less a
 * penalty of mean zero (Rogers 2007; Brown, Smith, Sun 2010). The penalty comes from a linear–quadratic model along the trained
 * policy; a pilot round on paths of its own chooses between it and none. Whatever the policy and the model are worth, the
 * bound holds: they make it wide, not wrong.
 */
import { padded } from '../../kernels/interface.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { STREAM } from '../../random/streams.ts'
import type { CompiledControl } from '../compiled.ts'
import { policyValue } from '../estimate.ts'
import { CHUNK_ROWS } from '../plan.ts'
import { Rollout } from '../rollout.ts'
import { dualOf } from './compiled.ts'
import { DualFunctions } from './functions.ts'
import { InnerProblem } from './inner.ts'
import { averageCosts, solveModel, writeSamples } from './model.ts'
import { DUAL, type DualPlan, FAILURE, PIECE_PATHS, ROUND_PATHS } from './plan.ts'

/** Iterations of the stream. */
const ITERATION = { main: 0, pilot: 1, samples: 2 } as const
const PILOT_PATHS = 64

/** Every worker of the team runs this, after the estimate. Results go to `plan.result`. */
export function boundPolicy(context: WorkerContext, problem: CompiledControl, plan: DualPlan): void {
  new DualBounder(context, problem, plan).run()
}

class DualBounder {
  readonly #context: WorkerContext
  readonly #problem: CompiledControl
  readonly #plan: DualPlan
  readonly #functions: DualFunctions
  readonly #inner: InnerProblem

  constructor(context: WorkerContext, problem: CompiledControl, plan: DualPlan) {
    const { grid } = plan.estimate.policy
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = new DualFunctions(dualOf(problem)!, plan.sizes, grid.dt, grid.horizon)
    this.#inner = new InnerProblem(context.views.doubles, problem, plan, this.#functions)
  }

  run(): void {
    const { team, views } = this.#context
    const { doubles } = views
    const result = this.#plan.result / 8
    team.forEach(1, () => this.#sample())
    averageCosts(this.#context, this.#problem, this.#plan, this.#functions)
    team.forEach(1, () => {
      const hasPenalty = solveModel(doubles, this.#plan)
      doubles[result + DUAL.weight] = hasPenalty ? 1 : 0
      doubles[result + DUAL.failure] = this.#inner.prepare() ? FAILURE.none : FAILURE.unbounded
    })
    if (doubles[result + DUAL.failure] !== FAILURE.none) return
    this.#choose()
    const weight = doubles[result + DUAL.weight]
    let done = 0
    while (!team.shouldStop(done >= this.#plan.paths || this.#isPrecise(done))) {
      const paths = Math.min(ROUND_PATHS, this.#plan.paths - done)
      this.#round(weight, ITERATION.main, done, paths)
      done += paths
      if (team.rank === 0) {
        this.#accumulate(paths)
        team.report(done)
      }
    }
  }

  /** One chunk of the policy's paths, as (x, a, s, w). */
  #sample(): void {
    const { views, team } = this.#context
    const { sizes, steps, estimate } = this.#plan
    const { policy } = estimate
    const { rawDim } = policy
    const { controlDim } = this.#problem
    const { control } = this.#plan.workers[team.rank]
    const rollout = new Rollout(this.#context, this.#problem, policy)
    rollout.forward(STREAM.bounds, ITERATION.samples, 0, CHUNK_ROWS)
    const { doubles, floats } = views
    const write = (n: number, at: number, from: number, cols: number) =>
      writeSamples(doubles, floats, this.#plan, n, [{ at, from, cols, width: padded(cols) }])
    for (let n = 0; n <= steps; n++) {
      write(n, 0, rollout.x(n).at, sizes.dim)
      if (n === steps) continue
      const t = timeAt(policy.grid, n)
      const admit = (time: number, x: number, v: number, at: number) => {
        const inputs = [
          { at: x, cols: sizes.dim },
          { at: v, cols: rawDim },
        ]
        rollout.calls.control!.run(CHUNK_ROWS, time, policy.grid.dt, inputs, [
          { at: control, cols: controlDim },
        ])
        write(n, at, control, controlDim)
      }
      admit(t, rollout.x(n).at, rollout.v(n).at, sizes.dim)
      const end = rollout.xs(n)
      if (end !== null) {
        const vs = rollout.buffers.vs + 4 * n * CHUNK_ROWS * padded(rawDim)
        admit(t + policy.grid.dt, end.at, vs, sizes.dim + controlDim)
      }
      write(n, sizes.all - sizes.noise, rollout.w(n).at, sizes.noise)
    }
  }

  /** With the penalty or without, whichever gives the higher limit on paths of the pilot. */
  #choose(): void {
    const { team, views } = this.#context
    const { doubles } = views
    const result = this.#plan.result / 8
    const limits = [0, 1].map((weight) => {
      this.#round(weight, ITERATION.pilot, 0, PILOT_PATHS)
      const limit = team.rank === 0 ? this.#pilotLimit() : 0
      team.barrier()
      return limit
    })
    if (team.rank === 0) {
      const isBetter = limits[1] >= limits[0] || Number.isNaN(limits[0])
      doubles[result + DUAL.weight] *= isBetter ? 1 : 0
    }
    team.barrier()
  }

  #pilotLimit(): number {
    this.#accumulate(PILOT_PATHS)
    const result = this.#plan.result / 8
    const { doubles } = this.#context.views
    const limit = doubles[result + DUAL.mean] - 2 * this.#standardError()
    doubles.fill(0, result, result + DUAL.squares + 1)
    return limit
  }

  #round(weight: number, iteration: number, firstPath: number, paths: number): void {
    const { team } = this.#context
    team.forEach(Math.ceil(paths / PIECE_PATHS), (piece) => {
      const first = piece * PIECE_PATHS
      const last = Math.min(paths, first + PIECE_PATHS)
      for (let p = first; p < last; p++) this.#path(weight, iteration, firstPath + p, p)
    })
  }

  #path(weight: number, iteration: number, path: number, row: number): void {
    const { views, kernels, team } = this.#context
    const { sizes, steps, workers, values, estimate } = this.#plan
    const { grid, options } = estimate.policy
    const { noise } = workers[team.rank]
    const deviation = this.#problem.isDiscrete ? 1 : Math.sqrt(grid.dt)
    for (let n = 0; n < steps; n++) {
      kernels.normals(noise, 1, sizes.noise, deviation, options.seed, STREAM.bounds, iteration, path, n)
      const { array, at } = this.#inner.noise(n)
      for (let j = 0; j < sizes.noise; j++) array[at + j] = views.floats[noise / 4 + j]
    }
    views.doubles[values / 8 + row] = this.#inner.lowerBound(weight)
  }

  /** Running mean and sum of squares (Welford), in path order. */
  #accumulate(paths: number): void {
    const { doubles } = this.#context.views
    const { values } = this.#plan
    const result = this.#plan.result / 8
    for (let p = 0; p < paths; p++) {
      const count = ++doubles[result + DUAL.count]
      const before = doubles[values / 8 + p] - doubles[result + DUAL.mean]
      doubles[result + DUAL.mean] += before / count
      doubles[result + DUAL.squares] += before * (doubles[values / 8 + p] - doubles[result + DUAL.mean])
    }
  }

  #standardError(): number {
    const { doubles } = this.#context.views
    const result = this.#plan.result / 8
    const count = doubles[result + DUAL.count]
    return Math.sqrt(doubles[result + DUAL.squares] / (count - 1) / count)
  }

  /** More paths than make it as precise as the policy's cost would be for nothing. */
  #isPrecise(done: number): boolean {
    if (done === 0 || this.#context.team.rank > 0) return false
    return (
      this.#standardError() <= policyValue(this.#context.views.doubles, this.#plan.estimate).standardError
    )
  }
}
