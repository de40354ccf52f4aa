/**
 * A lower bound of what any adapted control costs: the mean, over fresh paths, of the least cost with hindsight less a
 * penalty of mean zero (Rogers 2007; Brown, Smith, Sun 2010). The penalty comes from a linear–quadratic model along the trained
 * policy; a pilot round on paths of its own chooses between it and none. Whatever the policy and the model are worth, the
 * bound holds: they make it wide, not wrong.
 */
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledControl } from '../compiled.ts'
import { policyValue } from '../estimate.ts'
import { dualOf } from './compiled.ts'
import { DualFunctions } from './functions.ts'
import { InnerProblem } from './inner.ts'
import { averageCosts, solveModel } from './model.ts'
import { COLUMN, COLUMNS, DUAL, type DualPlan, FAILURE, PIECE_PATHS, ROUND_PATHS, SAMPLES } from './plan.ts'
import { PolicyPaths } from './policy-paths.ts'
import { standardErrors } from './result.ts'

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
  readonly #paths: PolicyPaths

  constructor(context: WorkerContext, problem: CompiledControl, plan: DualPlan) {
    const { grid } = plan.estimate.policy
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = new DualFunctions(dualOf(problem)!, plan.sizes, grid.dt, grid.horizon)
    this.#inner = new InnerProblem(context.views.doubles, problem, plan, this.#functions)
    this.#paths = new PolicyPaths(context, problem, plan)
  }

  run(): void {
    const { team, views } = this.#context
    const { doubles } = views
    const result = this.#plan.result / 8
    team.forEach(1, () => this.#paths.run(ITERATION.samples, 0, SAMPLES, this.#plan.samples))
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
    const limit = doubles[result + DUAL.hindsight] - 2 * standardErrors(doubles, this.#plan).hindsight
    doubles.fill(0, result, result + DUAL.hindsightSquares + 1)
    return limit
  }

  #round(weight: number, iteration: number, firstPath: number, paths: number): void {
    this.#context.team.forEach(Math.ceil(paths / PIECE_PATHS), (piece) => {
      const first = piece * PIECE_PATHS
      this.#piece(weight, iteration, firstPath + first, first, Math.min(PIECE_PATHS, paths - first))
    })
  }

  /** Hindsight along the noise of the policy's own paths: no path of the policy costs less. */
  #piece(weight: number, iteration: number, firstPath: number, row: number, rows: number): void {
    const { doubles } = this.#context.views
    const { sizes, steps, workers, values } = this.#plan
    const { all, noise } = sizes
    const { paths } = workers[this.#context.team.rank]
    this.#paths.run(iteration, firstPath, rows, paths)
    for (let r = 0; r < rows; r++) {
      const z = paths / 8 + r * all
      for (let n = 0; n < steps; n++) {
        const { array, at } = this.#inner.noise(n)
        const w = z + n * rows * all + all - noise
        for (let j = 0; j < noise; j++) array[at + j] = doubles[w + j]
      }
      const to = values / 8 + (row + r) * COLUMNS
      doubles[to + COLUMN.hindsight] = this.#inner.lowerBound(weight)
      doubles[to + COLUMN.policy] = this.#paths.cost(r) - this.#inner.penaltyAt(doubles, z, rows * all)
    }
  }

  /** Running means and sums of squares (Welford), in path order. */
  #accumulate(paths: number): void {
    const { doubles } = this.#context.views
    const result = this.#plan.result / 8
    for (let p = 0; p < paths; p++) {
      const row = this.#plan.values / 8 + p * COLUMNS
      const count = ++doubles[result + DUAL.count]
      for (const [column, word] of [
        [COLUMN.policy, DUAL.policy],
        [COLUMN.hindsight, DUAL.hindsight],
      ]) {
        const value = doubles[row + column]
        const before = value - doubles[result + word]
        doubles[result + word] += before / count
        doubles[result + word + 1] += before * (value - doubles[result + word])
      }
    }
  }

  /** To be more precise than the estimate of the policy's cost would be for nothing. */
  #isPrecise(done: number): boolean {
    const { team, views } = this.#context
    if (done === 0 || team.rank > 0) return false
    const { policy, hindsight } = standardErrors(views.doubles, this.#plan)
    return Math.max(policy, hindsight) <= policyValue(views.doubles, this.#plan.estimate).standardError
  }
}
