/**
 * A lower bound of what any adapted control costs: the mean, over fresh paths, of the least cost with hindsight less a
 * penalty of mean zero (Rogers 2007; Brown, Smith, Sun 2010). The penalty comes from a linear–quadratic model along the trained
 * policy; a pilot round on paths of its own chooses between it and none. Whatever the policy and the model are worth, the
 * bound holds: they make it wide, not wrong.
 */
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledControl } from '../compiled.ts'
import { dualOf } from './compiled.ts'
import { boundByDensity } from './density.ts'
import { DualFunctions } from './functions.ts'
import { InnerProblem } from './inner.ts'
import { averageCosts, type Rule, solveModel } from './model.ts'
import { COLUMN, COLUMNS, DUAL, type DualPlan, FAILURE, ITERATION, SAMPLES } from './plan.ts'
import { PolicyPaths } from './policy-paths.ts'
import { standardErrors } from './result.ts'
import { accumulate, forPieces, runRounds } from './rounds.ts'

const PILOT_PATHS = 64
/** The likeliest last, which is then not made again. */
const RULES: (Rule | null)[] = [null, 'policy', 'best']

/** Every worker of the team runs this, after the estimate. Results go to `plan.result`. */
export function boundPolicy(context: WorkerContext, problem: CompiledControl, plan: DualPlan): void {
  if (problem.dual?.kind === 'density') boundByDensity(context, problem, plan)
  else new DualBounder(context, problem, plan).run()
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
    this.#functions = new DualFunctions(dualOf(problem, 'quadratic')!, plan.sizes, grid.dt, grid.horizon)
    this.#inner = new InnerProblem(context.views.doubles, problem, plan, this.#functions)
    this.#paths = new PolicyPaths(context, problem, plan)
  }

  run(): void {
    const { team, views } = this.#context
    const { doubles } = views
    const result = this.#plan.result
    team.forEach(1, () => this.#paths.run(ITERATION.samples, 0, SAMPLES, this.#plan.samples))
    averageCosts(this.#context, this.#problem, this.#plan, this.#functions)
    team.forEach(1, () => {
      doubles[result + DUAL.failure] = this.#inner.prepare() ? FAILURE.none : FAILURE.unbounded
    })
    if (doubles[result + DUAL.failure] !== FAILURE.none) return
    if (this.#isModelExact()) this.#penalise('best')
    else this.#choose()
    const weight = doubles[result + DUAL.weight]
    runRounds(this.#context, this.#plan, (firstPath, row, rows) =>
      this.#piece(weight, ITERATION.main, firstPath, row, rows),
    )
  }

  /** Where the model is the problem itself, nothing is better than its own penalty. */
  #isModelExact(): boolean {
    const dual = dualOf(this.#problem, 'quadratic')!
    const step = this.#plan.estimate.policy.options.scheme === 'heun' ? dual.heun! : dual.euler
    const isConstant = step.isHessianConstant && dual.isTerminalHessianConstant
    return isConstant && dual.isQuadratic && dual.set.kind === 'free'
  }

  /** No penalty, or that of the model's best rule or the policy's: whichever gives the highest limit on the pilot's paths. */
  #choose(): void {
    const { team, views } = this.#context
    const { doubles } = views
    const result = this.#plan.result
    const limits = RULES.map((rule) => {
      const weight = this.#penalise(rule)
      if (rule !== null && weight === 0) return Number.NEGATIVE_INFINITY
      forPieces(team, PILOT_PATHS, (row, rows) => this.#piece(weight, ITERATION.pilot, row, row, rows))
      team.forEach(1, () => this.#takePilotLimit())
      return doubles[result + DUAL.level]
    })
    const best = limits.reduce(
      (top, limit, k) => (limit > limits[top] || Number.isNaN(limits[top]) ? k : top),
      0,
    )
    if (best < RULES.length - 1) this.#penalise(RULES[best])
  }

  /** Writes the penalty of a rule, by one worker; its weight, which is returned, is 0 where it has none. */
  #penalise(rule: Rule | null): number {
    const { team, views } = this.#context
    const { doubles } = views
    const word = this.#plan.result + DUAL.weight
    team.forEach(1, () => {
      doubles[word] = rule !== null && solveModel(doubles, this.#plan, rule) ? 1 : 0
    })
    const weight = doubles[word]
    // Everybody has read it before anybody writes the next.
    team.barrier()
    this.#inner.renew()
    return weight
  }

  #takePilotLimit(): void {
    const { doubles } = this.#context.views
    const result = this.#plan.result
    doubles.fill(0, result, result + DUAL.hindsightSquares + 1)
    accumulate(doubles, this.#plan, PILOT_PATHS)
    const limit = doubles[result + DUAL.hindsight] - 2 * standardErrors(doubles, this.#plan).hindsight
    doubles.fill(0, result, result + DUAL.hindsightSquares + 1)
    doubles[result + DUAL.level] = limit
  }

  /** Hindsight along the noise of the policy's own paths: no path of the policy costs less. */
  #piece(weight: number, iteration: number, firstPath: number, row: number, rows: number): void {
    const { doubles } = this.#context.views
    const { sizes, steps, workers, values } = this.#plan
    const { all, noise } = sizes
    const { paths } = workers[this.#context.team.rank]
    this.#paths.run(iteration, firstPath, rows, paths)
    for (let r = 0; r < rows; r++) {
      const z = paths + r * all
      for (let n = 0; n < steps; n++) {
        const { array, at } = this.#inner.noise(n)
        const w = z + n * rows * all + all - noise
        for (let j = 0; j < noise; j++) array[at + j] = doubles[w + j]
      }
      const to = values + (row + r) * COLUMNS
      doubles[to + COLUMN.hindsight] = this.#inner.lowerBound(weight)
      doubles[to + COLUMN.policy] = this.#paths.cost(r) - this.#inner.penaltyAt(doubles, z, rows * all)
    }
  }
}
