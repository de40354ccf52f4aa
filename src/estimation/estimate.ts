/** Rounds of fresh paths on a team of workers, until the standard error or the number of paths is reached. */

import { HISTORY, HISTORY_COLUMNS, STATE } from '../fields/state.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { clearScratch } from '../parallel/scratch.ts'
import { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions } from '../problem/runtime.ts'
import { Extremes } from '../statistics/hidden-tail.ts'
import { outliers } from '../statistics/outliers.ts'
import { welford } from '../statistics/welford.ts'
import { Anchor } from './anchor.ts'
import { ANCHOR_SHARDS } from './anchor-plan.ts'
import { BranchAdjoint } from './branch-adjoint.ts'
import { BranchAnchor } from './branch-anchor.ts'
import { GROUPS } from './branch-plan.ts'
import { Branching } from './branching.ts'
import { Controls } from './controls.ts'
import { CorrectionCourse, type Next, type NoiseRatios } from './correction-course.ts'
import { correctCurvature } from './curvature-correction.ts'
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
import { readEstimate, usualAim } from './result.ts'
import { SlopeBend } from './slope-bend.ts'
import { StepLeak } from './step-leak.ts'
import { EstimateSums, roundAt } from './sums.ts'
import { ValueSearch } from './value-search.ts'

/** Iterations of the estimate's stream: its own paths, those that settle Y₀, those of the value's fit and of the anchor's. */
const ESTIMATE_ITERATION = 0
const SETTLING_ITERATION = 1
const FIT_ITERATION = 3
const ANCHOR_ITERATION = 16
/** Steps of the search for Y₀; it has ended where one is this many standard errors of its paths or less. */
const MOST_SETTLING_ROUNDS = 8
const SETTLED = 4
/** Shares of an error that is asked for which the correction's may have; the second where paths themselves leave little, and branches cost little. */
const [CORRECTION_SHARE, ANCHORED_SHARE] = [0.5, 0.2]
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
  readonly #branching: Branching | null
  readonly #sums: EstimateSums
  /** Its words; see `RESULT`. */
  readonly #result: Float64Array
  readonly #extremes: Extremes
  readonly #corrections: Extremes
  /** Standard error that all paths will have, by those that settle Y₀; known to the first worker. */
  #expectedError = 0
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
    this.#corrections = new Extremes(views.doubles, plan.extremes.corrections)
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
    this.#branching = branches && new Branching(context, plan, branches, functions, parts)
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
    if (this.#branching) this.#correct(this.#branching)
  }

  #findValue(): void {
    const { team } = this.#context
    const { options, settlingPaths } = this.#plan
    const paths = Math.min(settlingPaths, options.paths)
    if (team.rank === 0) {
      this.#result.fill(0)
      this.#result[RESULT.y0] = this.#trainedValue()
      this.#extremes.forget()
      this.#corrections.forget()
      this.#controls.forget(this.#y0())
      this.#anchor?.forget()
    }
    team.barrier()
    const search = new ValueSearch()
    let isSettled = false
    for (let round = 1; !team.shouldStop(isSettled || round > MOST_SETTLING_ROUNDS); round++) {
      this.#round(SETTLING_ITERATION, 0, paths, 1)
      if (team.rank === 0) isSettled = this.#settleByPaths(paths, search)
    }
  }

  /** Each fit tells Y₀ better than the paths before it did. */
  #fitControls(): void {
    const { elsewhere, rows } = this.#plan
    const first = elsewhere?.firstStep ?? 0
    const follow = (firstPath: number) =>
      this.#pass.run(this.#fine, 1, this.#y0(), FIT_ITERATION, firstPath, rows)
    this.#controls.prepare(this.#context.team, first, this.#y0(), follow, ({ mean, left }) =>
      this.#settle(this.#y0() + mean, left),
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
      this.#pass.run(this.#fine, 1, this.#y0(), FIT_ITERATION, 0, rows, observe)
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
      anchor.keep(shard, this.#pass.run(this.#fine, 1, this.#y0(), ANCHOR_ITERATION, shard * rows, rows))
    })
    if (team.rank === 0) {
      const left = anchor.fit()
      if (left !== null) this.#expectedError = left / Math.sqrt(options.paths)
    }
    team.barrier()
    if (anchor.isUsed) anchor.findMean(this.#sums.endpointAim(this.#y0(), this.#expectedError))
  }

  /** Rounds of branching paths, until their noise is half of what is asked for, or plainly will not be. */
  #correct(branching: Branching): void {
    const { team } = this.#context
    const course = new CorrectionCourse(this.#plan.hasLayer, branching.isAnchored)
    let next: Next = 'afresh'
    let round = 0
    do {
      if (team.rank === 0) {
        if (next === 'afresh') this.#forgetCorrections(branching)
        this.#result[RESULT.repeats] = course.repeats
        this.#result[RESULT.window] = course.window
      }
      team.barrier()
      const branch = {
        repeats: this.#result[RESULT.repeats],
        window: this.#result[RESULT.window],
      }
      team.forEach(GROUPS, (group) =>
        correctCurvature(branching, branching.run(group, round, this.#y0(), branch)),
      )
      if (team.rank === 0) {
        this.#addCorrections(branching)
        next = course.next(this.#noiseRatios())
      }
      round++
    } while (!team.shouldStop(next === 'enough'))
  }

  #forgetCorrections({ slope }: Branching): void {
    for (const moment of [RESULT.remainder, RESULT.remainderMove, RESULT.rateSquare, RESULT.weight]) {
      this.#result.fill(0, moment, moment + 2)
    }
    this.#result[RESULT.remainderCount] = 0
    slope?.forget()
    this.#corrections.forget()
  }

  #addCorrections({ plan: { values, nearer, rates, isSmooth, groupPaths } }: Branching): void {
    const { doubles } = this.#context.views
    for (let p = 0; p < GROUPS * groupPaths; p++) {
      const count = ++this.#result[RESULT.remainderCount]
      welford(this.#result, RESULT.remainder, doubles[values + p], count)
      this.#corrections.add(doubles[values + p])
      if (rates !== null) {
        welford(this.#result, RESULT.rateSquare, doubles[rates + p], count)
        welford(this.#result, RESULT.weight, doubles[rates + GROUPS * groupPaths + p], count)
      }
      if (isSmooth) continue
      const move = doubles[values + p] - doubles[nearer + p]
      welford(this.#result, RESULT.remainderMove, move, count)
    }
  }

  /** Where no error is asked for, the correction's is no larger than the estimate's will be. */
  #noiseRatios(): NoiseRatios {
    const { doubles } = this.#context.views
    const noise = readEstimate(doubles, this.#plan).remainder?.standardError ?? 0
    const share = this.#branching?.isAnchored ? ANCHORED_SHARE : CORRECTION_SHARE
    const limit = this.#sums.errorLimit(this.#y0())
    return {
      asked: noise / (limit > 0 ? share * limit : this.#expectedError),
      usual: noise / (share * usualAim(doubles, this.#plan, this.#y0())),
      paths: noise / (CORRECTION_SHARE * this.#expectedError),
    }
  }

  #y0(): number {
    return this.#result[RESULT.y0]
  }

  /** Whether to end with `done` paths behind; where nobody writes, so that a copy may be made. Never before the first round. */
  #shouldStop(done: number): boolean {
    const { team, snapshots } = this.#context
    if (team.rank === 0) snapshots.serve()
    if (done === 0) return false
    return team.shouldStop(this.#sums.isEnough(done))
  }

  /** Mean of the last tenth of the training's estimates. */
  #trainedValue(): number {
    const { doubles } = this.#context.views
    const { history, state, initialValue } = this.#plan.training
    const iterations = doubles[state + STATE.iteration]
    if (initialValue === 'parameter' || iterations === 0) return doubles[state + STATE.y0]
    const last = Math.max(1, Math.floor(iterations / 10))
    let sum = 0
    for (let k = iterations - last; k < iterations; k++) {
      sum += doubles[history + k * HISTORY_COLUMNS + HISTORY.estimate]
    }
    return sum / last
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
      this.#y0(),
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

  /**
   * Moves Y₀, and tells the standard error that all paths will have, from the settling round without paths that ran away.
   *
   * @returns whether Y₀ moved by no more than its noise
   */
  #settleByPaths(paths: number, search: ValueSearch): boolean {
    const { doubles } = this.#context.views
    const at = (path: number) => doubles[this.#plan.values + path * COLUMNS + COLUMN.value]
    const values = Float64Array.from({ length: paths }, (_, path) => at(path))
    const lost = outliers(values)
    const moments = Float64Array.of(0, 0)
    const kept = values.filter((_, path) => !lost[path])
    kept.forEach((value, k) => {
      welford(moments, 0, value, k + 1)
    })
    const deviation = Math.sqrt(moments[1] / (paths - 1))
    // Where the driver is no number at what Y₀ began with, as at 0 under a logarithm, nothing is left of the paths but g.
    if (kept.length === 0 || !Number.isFinite(moments[0])) {
      this.#settle(this.#guess(paths), deviation)
      return false
    }
    const residual = moments[0] - this.#y0()
    this.#settle(search.next(this.#y0(), residual), deviation)
    return !(Math.abs(residual) > (SETTLED * deviation) / Math.sqrt(paths))
  }

  /** The mean of g, or, where that is no number or has been tried, what is known nearby. */
  #guess(paths: number): number {
    const { doubles } = this.#context.views
    let mean = 0
    for (let path = 0; path < paths; path++) {
      mean += doubles[this.#plan.values + path * COLUMNS + COLUMN.terminal] / paths
    }
    const isNew = Number.isFinite(mean) && mean !== this.#y0()
    return isNew ? mean : (this.#plan.elsewhere?.near ?? Number.NaN)
  }

  /** Moves Y₀, so that the linearisation is around the right value. */
  #settle(value: number, deviation: number): void {
    const { training, options, elsewhere } = this.#plan
    const isFree = elsewhere !== undefined || training.initialValue === 'residual'
    if (isFree && Number.isFinite(value)) this.#result[RESULT.y0] = value
    this.#expectedError = deviation / Math.sqrt(options.paths)
  }
}
