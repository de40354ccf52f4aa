/** Rounds of fresh paths on a team of workers, until the standard error or the number of paths is reached. */

import type { WorkerContext } from '../parallel/context.ts'
import { clearScratch } from '../parallel/scratch.ts'
import { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions } from '../problem/runtime.ts'
import { Extremes } from '../statistics/hidden-tail.ts'
import { Anchor } from './anchor.ts'
import { ANCHOR_SHARDS } from './anchor-plan.ts'
import { BranchAdjoint } from './branch-adjoint.ts'
import { BranchAnchor } from './branch-anchor.ts'
import { Branching } from './branching.ts'
import { Controls } from './controls.ts'
import { CorrectionRounds } from './correction-rounds.ts'
import type { GradientPlan } from './gradient/plan.ts'
import { MeanDrift } from './mean-drift.ts'
import { type PathObserver, PathPass } from './path-pass.ts'
import {
  anchorOf,
  COLUMN,
  COLUMNS,
  type EstimatePlan,
  gridOf,
  hasGrid,
  observesByPath,
  RESULT,
  resultOf,
} from './plan.ts'
import { RemainderSlope } from './remainder-slope.ts'
import { SlopeBend } from './slope-bend.ts'
import { StartingValue } from './starting-value.ts'
import { StepLeak } from './step-leak.ts'
import { EstimateSums, roundAt } from './sums.ts'

/** Iterations of the estimate's stream: its own paths, those that settle Y₀, those of the value's fit and of the anchor's. */
const ESTIMATE_ITERATION = 0
const SETTLING_ITERATION = 1
const FIT_ITERATION = 3
const ANCHOR_ITERATION = 16
/** Where the paths of a grid leave their values. */
const STRIDE_COLUMN = { 1: COLUMN.value, 2: COLUMN.coarse, 4: COLUMN.coarsest } as const

/** The estimate's plan, and that of the gradient's, whose adjoint tells the errors of Z where paths branch. */
export interface EstimatePlans {
  estimate: EstimatePlan
  gradient: GradientPlan | null
}

/** Estimates u(0,x₀) from fresh paths; every worker of the team runs this. Results go to `plan.result`. */
export function estimate(context: WorkerContext, problem: CompiledProblem, plans: EstimatePlans): void {
  clearScratch(context, plans.estimate.scratch)
  if (plans.gradient) clearScratch(context, plans.gradient.scratch)
  new Estimator(context, problem, plans).run()
}

class Estimator {
  readonly #context: WorkerContext
  readonly #plan: EstimatePlan
  readonly #pass: PathPass
  readonly #controls: Controls
  readonly #anchor: Anchor | null
  readonly #start: StartingValue
  readonly #corrections: CorrectionRounds | null
  readonly #sums: EstimateSums
  /** Its words; see `RESULT`. */
  readonly #result: Float64Array
  readonly #extremes: Extremes
  readonly #leak: StepLeak | null
  readonly #fine: Simulator
  /** On every second, and every fourth point of the grid. */
  readonly #coarse: Simulator | null
  readonly #coarsest: Simulator | null

  constructor(context: WorkerContext, problem: CompiledProblem, { estimate: plan, gradient }: EstimatePlans) {
    const { views, kernels, team } = context
    const { training } = plan
    const { grid } = training
    const functions = bindFunctions(problem, context.views)
    const simulator = (stride: 1 | 2 | 4, coefficients: EstimatePlan['coarseCoefficients']) =>
      new Simulator(problem, functions, gridOf(plan, stride), context, coefficients, training.seed)
    this.#context = context
    this.#plan = plan
    this.#sums = new EstimateSums(views.doubles, plan)
    this.#result = resultOf(views.doubles, plan)
    this.#extremes = new Extremes(views.doubles, plan.extremes.paths)
    this.#start = new StartingValue(views, plan)
    this.#fine = simulator(1, training.coefficients)
    this.#leak = plan.hasLeak ? new StepLeak(views, grid, plan.rows, training.noiseDim) : null
    this.#coarse = hasGrid(plan, 2) ? simulator(2, plan.coarseCoefficients) : null
    this.#coarsest = hasGrid(plan, 4) ? simulator(4, plan.coarsestCoefficients) : null
    const { branches } = plan
    this.#controls = new Controls(plan, kernels, views, team.rank)
    const anchor = anchorOf(plan)
    const place = { x0: plan.x0, seed: training.seed, rows: plan.rows }
    this.#anchor = anchor && new Anchor(context, problem, functions, anchor, place)
    this.#pass = new PathPass(context, problem, plan, functions, this.#controls, this.#anchor)
    const adjoint =
      gradient && observesByPath(plan, problem)
        ? new BranchAdjoint(gradient, problem, functions, context, this.#fine)
        : null
    const slope =
      gradient && branches && branches.slopes !== null
        ? new RemainderSlope(gradient, branches.slopes, problem, functions, context, this.#fine)
        : null
    const branchAnchor =
      adjoint && anchor?.branch
        ? new BranchAnchor(context, problem, functions, anchor, anchor.branch, grid, training.seed)
        : null
    const parts = { pass: this.#pass, simulator: this.#fine, adjoint, anchor: branchAnchor, slope }
    this.#corrections =
      branches &&
      new CorrectionRounds(context, plan, new Branching(context, plan, branches, functions, parts))
    team.barrier()
  }

  run(): void {
    const { part } = this.#plan
    if (part === 'preparation') this.#prepare()
    else if (part !== undefined) {
      this.#anchor?.open()
      this.#roundFrom(part.first)
    } else this.#rounds()
  }

  #rounds(): void {
    const { team } = this.#context
    let done = this.#result[RESULT.count]
    if (done === 0) this.#prepare()
    else this.#anchor?.open()
    while (!this.#shouldStop(done)) {
      const { paths, grids } = this.#roundFrom(done)
      done += paths
      if (team.rank === 0) {
        this.#sums.add(paths, grids)
        team.report(done)
      }
    }
  }

  #roundFrom(first: number): ReturnType<typeof roundAt> {
    const round = roundAt(this.#plan, first)
    this.#round(ESTIMATE_ITERATION, first, round.paths, round.grids)
    return round
  }

  /** What the equation is linearised around, and what that leaves out. */
  #prepare(): void {
    this.#findValue()
    this.#fitControls()
    this.#anchorPaths(this.#findBend())
    const aims = { expected: this.#start.expectedError, limit: this.#sums.errorLimit(this.#start.value) }
    this.#corrections?.run(this.#start.value, aims)
  }

  #findValue(): void {
    const { team } = this.#context
    if (team.rank === 0) {
      this.#result.fill(0)
      this.#start.begin()
      this.#extremes.forget()
      this.#controls.forget(this.#start.value)
      this.#anchor?.forget()
    }
    team.barrier()
    this.#start.search(team, (paths) => this.#round(SETTLING_ITERATION, 0, paths, 1))
  }

  /** Each fit tells Y₀ better than the paths before it did. */
  #fitControls(): void {
    const { elsewhere, rows } = this.#plan
    const first = elsewhere?.firstStep ?? 0
    const follow = (firstPath: number) =>
      this.#pass.run(this.#fine, 1, this.#start.value, FIT_ITERATION, firstPath, rows)
    this.#controls.prepare(this.#context.team, first, this.#start.value, follow, ({ mean, left }) =>
      this.#start.settle(this.#start.value + mean, left),
    )
  }

  /** @returns the mean drift of the noise, [noiseDim]; known to the first worker */
  #findBend(): Float64Array {
    const { team, views } = this.#context
    const { rows, training } = this.#plan
    const drift = new MeanDrift(views, this.#fine.grid, rows, training.noiseDim)
    if (team.rank === 0) {
      const bend = new SlopeBend(views, this.#fine.grid, rows)
      const observe: PathObserver = (node, buffers) => {
        bend.observe(node, buffers)
        if (this.#anchor && this.#pass.dependsOnZ) drift.observe(node, buffers)
      }
      this.#pass.run(this.#fine, 1, this.#start.value, FIT_ITERATION, 0, rows, observe)
      this.#result[RESULT.slopeBend] = bend.most
    }
    team.barrier()
    return drift.mean
  }

  /** Takes g's own noise off the paths to come. */
  #anchorPaths(drift: Float64Array): void {
    const anchor = this.#anchor
    if (anchor === null) return
    const { team } = this.#context
    const { rows, options } = this.#plan
    anchor.settle(drift)
    team.forEach(ANCHOR_SHARDS, (shard) => {
      anchor.keep(
        shard,
        this.#pass.run(this.#fine, 1, this.#start.value, ANCHOR_ITERATION, shard * rows, rows),
      )
    })
    if (team.rank === 0) {
      const left = anchor.fit()
      if (left !== null) this.#start.expectedError = left / Math.sqrt(options.paths)
    }
    team.barrier()
    if (anchor.isUsed) anchor.findMean(this.#sums.endpointAim(this.#start.value, this.#start.expectedError))
  }

  /** Whether to end with `done` paths behind; where nobody writes, so that a copy may be made. Never before the first round. */
  #shouldStop(done: number): boolean {
    const { team, snapshots } = this.#context
    if (team.rank === 0) snapshots.serve()
    if (done === 0) return false
    return team.shouldStop(this.#sums.isEnough(done))
  }

  /** Paths on the finest of `grids` grids, those that there are. */
  #round(iteration: number, firstPath: number, paths: number, grids: 1 | 2 | 3): void {
    const { rows: most } = this.#plan
    this.#context.team.forEach(Math.ceil(paths / most), (shard) => {
      const first = shard * most
      const rows = Math.min(most, paths - first)
      const leak = grids > 2 ? this.#leak : null
      this.#shard(this.#fine, 1, iteration, firstPath, first, rows, leak)
      if (grids > 1 && this.#coarse) this.#shard(this.#coarse, 2, iteration, firstPath, first, rows)
      if (grids > 2 && this.#coarsest) this.#shard(this.#coarsest, 4, iteration, firstPath, first, rows)
    })
  }

  #shard(
    simulator: Simulator,
    stride: 1 | 2 | 4,
    iteration: number,
    firstPath: number,
    first: number,
    rows: number,
    leak: StepLeak | null = null,
  ): void {
    const { doubles } = this.#context.views
    const { values, workers, elsewhere, options } = this.#plan
    const { terminal, noise } = workers[this.#context.team.rank]
    const write = (column: number, from: number) => {
      for (let r = 0; r < rows; r++) doubles[values + (first + r) * COLUMNS + column] = doubles[from + r]
    }
    const observe = leak?.observer(elsewhere?.firstStep ?? 0, rows)
    const estimates = this.#pass.run(
      simulator,
      stride,
      this.#start.value,
      iteration,
      firstPath + first,
      rows,
      observe,
    )
    if (stride === 1) {
      for (let r = 0; r < rows; r++) doubles[noise + r] += doubles[estimates + r]
      write(COLUMN.plain, options.scheme === 'euler' ? terminal : noise)
      write(COLUMN.terminal, terminal)
    }
    if (iteration === ESTIMATE_ITERATION && this.#anchor?.isUsed) this.#anchor.free(estimates, rows)
    write(STRIDE_COLUMN[stride], estimates)
    leak?.sums.forEach((sum, r) => {
      if (r < rows) doubles[values + (first + r) * COLUMNS + COLUMN.leak] = sum
    })
  }
}
