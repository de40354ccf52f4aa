/** The mean cost of a trained policy over paths that training never saw, with the fitted martingale as control variate. */
import { rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import { BLOCK_ROWS } from '../program/plan.ts'
import { Rollout } from '../program/rollout.ts'
import { STREAM } from '../random/streams.ts'
import type { CompiledControl } from './compiled.ts'
import { MOMENTS, PATH, PATH_COLUMNS, type PolicyEstimatePlan, ROUND_PATHS } from './estimate-plan.ts'
import { runGrids } from './grid-check.ts'
import { Martingale } from './martingale.ts'

/** A sample's own standard error is not trusted before this many paths. */
const FEWEST_PATHS = 1024
/** A constraint counts as broken below this: the states are single precision. */
const CONSTRAINT_TOLERANCE = -1e-6

/** Estimates the value of the policy of `plan`; every worker of the team runs this. Results go to `plan.result`. */
export function estimatePolicy(
  context: WorkerContext,
  problem: CompiledControl,
  plan: PolicyEstimatePlan,
): void {
  new PolicyEstimator(context, problem, plan).run()
}

class PolicyEstimator {
  readonly #context: WorkerContext
  readonly #problem: CompiledControl
  readonly #plan: PolicyEstimatePlan
  readonly #rollout: Rollout<CompiledControl>
  readonly #martingale: Martingale

  constructor(context: WorkerContext, problem: CompiledControl, plan: PolicyEstimatePlan) {
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#rollout = new Rollout(context, problem, plan.policy)
    this.#martingale = new Martingale(context, problem, plan.policy, this.#rollout)
  }

  run(): void {
    const { team } = this.#context
    const { options } = this.#plan.policy
    let done = this.#context.views.doubles[this.#plan.result + MOMENTS.count]
    const { grids } = this.#plan
    if (done === 0 && grids !== null) runGrids(this.#context, this.#problem, grids, this.#martingale)
    while (done === 0 || !this.#shouldStop(done)) {
      const paths = Math.min(ROUND_PATHS, options.paths - done)
      team.forEach(Math.ceil(paths / BLOCK_ROWS), (block) => {
        const first = block * BLOCK_ROWS
        this.#block(done, first, Math.min(BLOCK_ROWS, paths - first))
      })
      done += paths
      if (team.rank === 0) {
        this.#accumulate(paths)
        team.report(done)
      }
    }
  }

  /** Where nobody writes, so that a copy of the state may be made. */
  #shouldStop(done: number): boolean {
    const { team, snapshots } = this.#context
    if (team.rank === 0) snapshots.serve()
    return team.shouldStop(done >= this.#plan.policy.options.paths || this.#isPrecise(done))
  }

  #block(firstPath: number, first: number, rows: number): void {
    const { views, team } = this.#context
    const { doubles } = views
    const { values, workers, policy } = this.#plan
    const own = workers[team.rank]
    this.#martingale.forward(STREAM.estimate, 0, firstPath + first, rows)
    doubles.fill(Number.POSITIVE_INFINITY, own.worst, own.worst + rows)
    for (let n = 0; n < policy.grid.steps; n++) this.#constraints(n, n, rows, false)
    this.#constraints(policy.grid.steps, policy.grid.steps - 1, rows, true)
    for (let r = 0; r < rows; r++) {
      const row = values + (first + r) * PATH_COLUMNS
      doubles[row + PATH.cost] = doubles[this.#rollout.buffers.cost + r]
      doubles[row + PATH.martingale] = doubles[this.#martingale.sums + r]
      doubles[row + PATH.worst] = doubles[own.worst + r]
    }
  }

  /** The least of the constraints at step n, with the control of step `m`; at T those of the state alone. */
  #constraints(n: number, m: number, rows: number, isTerminal: boolean): void {
    const { constraintCount: count, isStateConstraint } = this.#problem
    const call = this.#rollout.calls.constraints
    if (call === null) return
    const { views, team } = this.#context
    const { grid } = this.#plan.policy
    const own = this.#plan.workers[team.rank]
    const [x, v] = [this.#rollout.x(n), this.#rollout.v(m)]
    call(rows, timeAt(grid, n), { dt: grid.dt, x, v, values: own.constraints })
    for (let r = 0; r < rows; r++) {
      const at = own.worst + r
      for (let k = 0; k < count; k++) {
        if (isTerminal && !isStateConstraint[k]) continue
        views.doubles[at] = Math.min(views.doubles[at], views.floats[rowAt(own.constraints, r, count) + k])
      }
    }
  }

  /** Running means and sums of squares and products (Welford), in path order. */
  #accumulate(paths: number): void {
    const { doubles } = this.#context.views
    const { values, result } = this.#plan
    const word = (name: keyof typeof MOMENTS) => result + MOMENTS[name]
    for (let p = 0; p < paths; p++) {
      const row = values + p * PATH_COLUMNS
      const count = ++doubles[word('count')]
      const cost = doubles[row + PATH.cost] - doubles[word('cost')]
      const martingale = doubles[row + PATH.martingale] - doubles[word('martingale')]
      const share = (count - 1) / count
      doubles[word('cost')] += cost / count
      doubles[word('martingale')] += martingale / count
      doubles[word('costSquares')] += share * cost * cost
      doubles[word('martingaleSquares')] += share * martingale * martingale
      doubles[word('product')] += share * cost * martingale
      const worst = doubles[row + PATH.worst]
      if (worst < CONSTRAINT_TOLERANCE) doubles[word('violations')]++
      if (count === 1 || worst < doubles[word('worst')]) doubles[word('worst')] = worst
    }
  }

  #isPrecise(done: number): boolean {
    const { tolerance } = this.#plan.policy.options
    if (!(tolerance > 0) || done < FEWEST_PATHS) return false
    return policyValue(this.#context.views.doubles, this.#plan).standardError <= tolerance
  }
}

/** Mean cost of the paths so far, corrected by the martingale, where that is a number, with the coefficient that leaves the least variance. */
export function policyValue(
  doubles: Float64Array,
  plan: PolicyEstimatePlan,
): {
  value: number
  standardError: number
  plainError: number
  paths: number
  violations: number
  worst: number
} {
  const word = (name: keyof typeof MOMENTS) => doubles[plan.result + MOMENTS[name]]
  const paths = word('count')
  const squares = word('martingaleSquares')
  const weight = squares > 0 ? word('product') / squares : 0
  const isUsed = weight !== 0
  const left = Math.max(0, word('costSquares') - (isUsed ? weight * word('product') : 0))
  const errorOf = (sum: number) => Math.sqrt(sum / (paths - 1) / paths)
  return {
    value: word('cost') - (isUsed ? weight * word('martingale') : 0),
    standardError: errorOf(left),
    plainError: errorOf(word('costSquares')),
    paths,
    violations: word('violations'),
    worst: word('worst'),
  }
}
