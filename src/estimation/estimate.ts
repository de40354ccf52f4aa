/** Rounds of fresh paths on a team of workers, until the standard error or the number of paths is reached. */
import type { WorkerContext } from '../parallel/context.ts'
import { uniformGrid } from '../paths/grid.ts'
import { Simulator, writeCoefficients } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { loadFunctions } from '../problem/runtime.ts'
import { HISTORY, HISTORY_COLUMNS, STATE } from '../training/plan.ts'
import { PathPass } from './path-pass.ts'
import { COLUMN, COLUMNS, type EstimatePlan, RESULT, ROUND_PATHS, SHARD_ROWS } from './plan.ts'

/** Paths of the round that settles Y₀ come from another iteration of the stream than those of the estimate. */
const SETTLING_ITERATION = 1
const ESTIMATE_ITERATION = 0
/** Where Y₀ begins at the value of another point, its first correction is no small one. */
const SETTLING_ROUNDS_ELSEWHERE = 3
/** A sample's own standard error is not trusted before this many paths. */
const FEWEST_PATHS = 1024

/** Estimates u(0,x₀) from fresh paths; every worker of the team runs this. Results go to `plan.result`. */
export function estimate(context: WorkerContext, problem: CompiledProblem, plan: EstimatePlan): void {
  new Estimator(context, problem, plan).run()
}

class Estimator {
  readonly #context: WorkerContext
  readonly #plan: EstimatePlan
  readonly #pass: PathPass
  readonly #fine: Simulator
  readonly #coarse: Simulator | null

  constructor(context: WorkerContext, problem: CompiledProblem, plan: EstimatePlan) {
    const { views, kernels, team } = context
    const { training } = plan
    const { grid } = training
    const functions = loadFunctions(problem)
    const simulator = (steps: number, coefficients: EstimatePlan['coarseCoefficients']) => {
      const stepped = uniformGrid(grid.horizon, steps)
      if (team.rank === 0) writeCoefficients(views.floats, coefficients, problem, stepped.dt)
      return new Simulator(problem, functions.step, stepped, context, coefficients, training.seed)
    }
    this.#context = context
    this.#plan = plan
    this.#fine = simulator(grid.steps, training.coefficients)
    const firstStep = plan.elsewhere?.firstStep ?? 0
    this.#coarse =
      grid.steps % 2 === 0 && firstStep % 2 === 0 ? simulator(grid.steps / 2, plan.coarseCoefficients) : null
    this.#pass = new PathPass(plan, functions, problem.functions.driver.dependsOn, kernels, views, team.rank)
    team.barrier()
  }

  run(): void {
    const { team, views } = this.#context
    const { options, result } = this.#plan
    const isFirst = team.rank === 0
    let done = views.doubles[result / 8 + RESULT.count]
    if (done === 0) this.#findValue()
    while (!this.#shouldStop(done)) {
      const paths = Math.min(ROUND_PATHS, options.paths - done)
      this.#round(ESTIMATE_ITERATION, done, paths, this.#coarse !== null)
      done += paths
      if (isFirst) {
        this.#accumulate(paths)
        team.report(done)
      }
    }
  }

  /** Y₀ for the linearisation. */
  #findValue(): void {
    const { team, views } = this.#context
    const { options, result } = this.#plan
    const paths = Math.min(FEWEST_PATHS, options.paths)
    if (team.rank === 0) views.doubles[result / 8 + RESULT.y0] = this.#trainedValue()
    team.barrier()
    for (let round = 0; round < (this.#plan.elsewhere ? SETTLING_ROUNDS_ELSEWHERE : 1); round++) {
      this.#round(SETTLING_ITERATION, 0, paths, false)
      if (team.rank === 0) this.#settle(paths)
      team.barrier()
    }
  }

  /** Whether to end with `done` paths behind; where nobody writes, so that a copy may be made. Never before the first round. */
  #shouldStop(done: number): boolean {
    const { team, snapshots } = this.#context
    if (team.rank === 0) snapshots.serve()
    if (done === 0) return false
    return team.shouldStop(done >= this.#plan.options.paths || this.#isPrecise(done))
  }

  /** Mean of the last tenth of the training's estimates. */
  #trainedValue(): number {
    const { doubles } = this.#context.views
    const { history, state, options } = this.#plan.training
    const iterations = doubles[state / 8 + STATE.iteration]
    if (options.initialValue === 'parameter' || iterations === 0) return doubles[state / 8 + STATE.y0]
    const last = Math.max(1, Math.floor(iterations / 10))
    let sum = 0
    for (let k = iterations - last; k < iterations; k++) {
      sum += doubles[history / 8 + k * HISTORY_COLUMNS + HISTORY.estimate]
    }
    return sum / last
  }

  #round(iteration: number, firstPath: number, paths: number, withCoarse: boolean): void {
    this.#context.team.forEach(Math.ceil(paths / SHARD_ROWS), (shard) => {
      const first = shard * SHARD_ROWS
      const rows = Math.min(SHARD_ROWS, paths - first)
      this.#shard(this.#fine, 1, iteration, firstPath, first, rows)
      if (withCoarse && this.#coarse) this.#shard(this.#coarse, 2, iteration, firstPath, first, rows)
    })
  }

  #shard(
    simulator: Simulator,
    stride: 1 | 2,
    iteration: number,
    firstPath: number,
    first: number,
    rows: number,
  ): void {
    const { views, team } = this.#context
    const { doubles } = views
    const { values, result, workers } = this.#plan
    const { terminal, weight, correction } = workers[team.rank]
    const y0 = doubles[result / 8 + RESULT.y0]
    this.#pass.run(simulator, stride, y0, iteration, firstPath + first, rows)
    for (let r = 0; r < rows; r++) {
      const residual = doubles[terminal / 8 + r]
      const row = values / 8 + (first + r) * COLUMNS
      const weighted = y0 + doubles[weight / 8 + r] * residual
      if (stride === 2) {
        doubles[row + COLUMN.coarse] = weighted
      } else {
        doubles[row + COLUMN.value] = weighted
        doubles[row + COLUMN.plain] = y0 + residual + doubles[correction / 8 + r]
      }
    }
  }

  /** Moves Y₀ to the settling round's mean, so that the linearisation is around the right value. */
  #settle(paths: number): void {
    const { doubles } = this.#context.views
    const { values, result, training } = this.#plan
    let mean = 0
    for (let p = 0; p < paths; p++) mean += doubles[values / 8 + p * COLUMNS + COLUMN.value] / paths
    const isFree = this.#plan.elsewhere !== undefined || training.options.initialValue === 'residual'
    if (isFree && Number.isFinite(mean)) doubles[result / 8 + RESULT.y0] = mean
    for (let word = 0; word < RESULT.y0; word++) doubles[result / 8 + word] = 0
  }

  /** Adds a round to the running means and sums of squares (Welford), in path order. */
  #accumulate(paths: number): void {
    const { doubles } = this.#context.views
    const result = this.#plan.result / 8
    for (let p = 0; p < paths; p++) {
      const row = this.#plan.values / 8 + p * COLUMNS
      const value = doubles[row + COLUMN.value]
      const count = ++doubles[result + RESULT.count]
      welford(doubles, result + RESULT.value, value, count)
      welford(doubles, result + RESULT.gap, value - doubles[row + COLUMN.coarse], count)
      welford(doubles, result + RESULT.plain, doubles[row + COLUMN.plain], count)
    }
  }

  #isPrecise(done: number): boolean {
    const { tolerance } = this.#plan.options
    if (!(tolerance > 0) || done < FEWEST_PATHS) return false
    const { doubles } = this.#context.views
    const result = this.#plan.result / 8
    const count = doubles[result + RESULT.count]
    return Math.sqrt(doubles[result + RESULT.variance] / (count - 1) / count) <= tolerance
  }
}

/** Running mean at `at`, sum of squared deviations behind it. */
function welford(doubles: Float64Array, at: number, value: number, count: number): void {
  const before = value - doubles[at]
  doubles[at] += before / count
  doubles[at + 1] += before * (value - doubles[at])
}
