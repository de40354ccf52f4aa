/**
 * The last word on a value over a region. With the networks of Z as control variate, fresh paths from points of the region
 * observe u there twice: what a path estimates u(0,x) at (`PathPass`), and its pathwise gradient, whose mean is σᵀ∇u(0,x)
 * (`GradientObserver`). Both are linear in the features of û, which is solved for: differential regression (Huge, Savine 2020,
 * Differential machine learning). The paths of a point come in pairs of opposite noise.
 */

import type { FieldPlan } from '../fields/plan.ts'
import { STATE } from '../fields/state.ts'
import type { Kernels } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { clearRows, copyRows, floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { clearScratch } from '../parallel/scratch.ts'
import { Simulator } from '../paths/simulator.ts'
import { drawStart } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { fitByRidge, type Products } from '../statistics/weighted-ridge.ts'
import { SHARD_ROWS } from './buffers.ts'
import { Controls } from './controls.ts'
import { GradientObserver, type Side } from './gradient/observer.ts'
import type { GradientPlan } from './gradient/plan.ts'
import { PathPass, type PathStart } from './path-pass.ts'
import { type EstimatePlan, RESULT } from './plan.ts'
import { type FeatureBuffers, layoutFeatures, planFeatureBuffers, RegionFeatures } from './region-features.ts'
import { RegionFunction, type RegionPoints } from './region-function.ts'

const SHARDS = 16
/** Points between two looks at the fit's error, and the most of them. */
const ROUND_POINTS = SHARDS * 2 * SHARD_ROWS
const MOST_POINTS = 131_072
/** Relative statistical errors of û and σᵀ∇û, in mean square over the region, to end at. */
const TOLERANCES = [0.003, 0.01]
/** Parts of the points that are in turn kept from a fit. */
const FOLDS = 4
/** Iterations of the estimate's stream: far from its own. */
const CONTROL_ITERATION = 64
const FIT_ITERATION = 65
/** Points whose products are summed in single precision. */
const BLOCK = 8
/** Both paths of a pair. */
const SIGNS = [1, -1] as const
/** Kinds of observations. */
const [VALUE, GRADIENT] = [0, 1]
const KINDS = 2

/** Indices. */
export interface RegionFitPlan {
  estimate: EstimatePlan
  /** null where paths know no gradient. */
  gradient: GradientPlan | null
  /** Products of features and target, float64 [SHARDS][KINDS][count+1][count+1]. */
  sums: number
  workers: FitBuffers[]
}

interface FitBuffers {
  points: RegionPoints
  features: FeatureBuffers
  /** Products of a few points [count+1 × count+1], and what their factor is transposed in. */
  products: number
  transposed: number
}

export function planRegionFit(
  arena: Arena,
  estimate: EstimatePlan,
  gradient: GradientPlan | null,
  points: RegionPoints[],
): RegionFitPlan {
  const { training } = estimate
  const { noiseDim } = training
  const size = layoutFeatures(training).count + 1
  return {
    estimate,
    gradient,
    sums: arena.doubles(SHARDS * KINDS * size * size),
    workers: points.map((own) => ({
      points: own,
      features: planFeatureBuffers(arena, training),
      products: arena.rows(size, size),
      transposed: arena.rows(noiseDim, size),
    })),
  }
}

/** Solves for û, unless the run was stopped; every worker runs this, after the estimate. */
export function fitRegion(context: WorkerContext, problem: CompiledProblem, plan: RegionFitPlan): void {
  if (plan.gradient) clearScratch(context, plan.gradient.scratch)
  new RegionFit(context, problem, plan).run()
}

class RegionFit {
  readonly #context: WorkerContext
  readonly #kernels: Kernels
  readonly #plan: RegionFitPlan
  readonly #training: FieldPlan
  readonly #buffers: FitBuffers
  readonly #controls: Controls
  readonly #pass: PathPass
  readonly #value: RegionFunction
  readonly #features: RegionFeatures
  readonly #size: number
  #solution: Float64Array | null = null
  readonly #functions: ProblemFunctions
  readonly #observer: GradientObserver | null
  readonly #side: Side

  constructor(context: WorkerContext, problem: CompiledProblem, plan: RegionFitPlan) {
    const { views, kernels, team } = context
    const { estimate } = plan
    const { training } = estimate
    const { grid, coefficients, seed } = training
    const functions = bindFunctions(problem, context.views)
    const buffers = plan.workers[team.rank]
    this.#context = context
    this.#kernels = kernels
    this.#plan = plan
    this.#training = training
    this.#buffers = buffers
    this.#controls = new Controls(estimate, kernels, views, team.rank)
    this.#pass = new PathPass(context, problem, estimate, functions, this.#controls)
    this.#value = new RegionFunction(problem, estimate, kernels, views, team.rank, buffers.points)
    this.#features = new RegionFeatures(training, this.#value, functions, views, buffers.features)
    this.#size = this.#features.layout.count + 1
    this.#functions = functions
    this.#observer = plan.gradient && new GradientObserver(context, problem, plan.gradient)
    const simulator = new Simulator(problem, functions, grid, context, coefficients, seed)
    this.#side = { stride: 1, simulator }
  }

  run(): void {
    const { team } = this.#context
    const { paths } = this.#plan.estimate.options
    if (team.shouldStop()) return
    this.#fitControls()
    if (team.rank === 0) this.#forget()
    team.barrier()
    let points = 0
    let isPrecise = false
    do {
      team.forEach(SHARDS, (shard) => this.#add(shard, points))
      points += ROUND_POINTS
      if (team.rank === 0) isPrecise = this.#solve(points)
    } while (!team.shouldStop(isPrecise || points + ROUND_POINTS > Math.min(paths, MOST_POINTS)))
    if (team.rank === 0 && this.#solution) this.#features.store(this.#solution)
    team.barrier()
  }

  /** What paths from all over the region are corrected by. */
  #fitControls(): void {
    this.#controls.prepare(this.#context.team, 0, this.#value.state(STATE.y0), (firstPoint) => {
      this.#draw(CONTROL_ITERATION, firstPoint)
      return this.#follow(CONTROL_ITERATION, firstPoint)
    })
  }

  /** Sums of nothing. */
  #forget(): void {
    const sums = this.#sums(0, VALUE)
    this.#context.views.doubles.fill(0, sums, sums + SHARDS * KINDS * this.#size ** 2)
  }

  /** Products of a shard's observations in a round, behind `done` points. */
  #add(shard: number, done: number): void {
    const points = ROUND_POINTS / SHARDS
    const [values, gradients] = [this.#sums(shard, VALUE), this.#sums(shard, GRADIENT)]
    for (let row = 0; row < points; row += SHARD_ROWS) {
      this.#observe(done + shard * points + row)
      this.#addValues(values)
      if (this.#observer) this.#addGradients(gradients)
    }
  }

  /** Points of the region, û and the features there. */
  #draw(iteration: number, firstPoint: number): void {
    const { floats } = this.#context.views
    const { start, seed } = this.#training
    const { x } = this.#value.points
    drawStart(floats, x, SHARD_ROWS, start, seed, STREAM.estimate, iteration, firstPoint)
    this.#value.evaluate(SHARD_ROWS)
  }

  /** Paths from the drawn points; returns where their estimates lie, float64 [rows]. */
  #follow(iteration: number, firstPath: number): number {
    return this.#pass.run(
      this.#side.simulator,
      1,
      this.#startAt(0, SHARD_ROWS),
      iteration,
      firstPath,
      SHARD_ROWS,
    )
  }

  /** At û of so many of the drawn points. */
  #startAt(row: number, rows: number): PathStart {
    const { floats, doubles } = this.#context.views
    const { points } = this.#value
    const { dim } = this.#training
    const from = rowAt(points.x, row, dim)
    return (x, y) => {
      copyRows({ floats }, x, from, rows, dim)
      doubles.copyWithin(y, points.value + row, points.value + row + rows)
    }
  }

  /** Features at fresh points, and the means of what two paths from each observe. */
  #observe(firstPoint: number): void {
    const { floats } = this.#context.views
    const { x, gradU, z } = this.#value.points
    this.#draw(FIT_ITERATION, firstPoint)
    this.#features.writeValues()
    clearRows({ floats }, gradU, SHARD_ROWS, this.#training.dim)
    for (const sign of SIGNS) {
      this.#side.simulator.sign = sign
      if (this.#observer) this.#observeGradients(this.#observer, firstPoint)
      else this.#addTargets(this.#follow(FIT_ITERATION, firstPoint), 0, SHARD_ROWS)
    }
    this.#functions.scaleGradient(SHARD_ROWS, 0, { x, v: gradU, z })
  }

  #observeGradients(observer: GradientObserver, firstPoint: number): void {
    const { floats } = this.#context.views
    const { gradU } = this.#value.points
    const { kind, rows: most } = this.#plan.gradient!
    const { dim } = this.#training
    for (let row = 0; row < SHARD_ROWS; row += most) {
      const rows = Math.min(most, SHARD_ROWS - row)
      const start = this.#startAt(row, rows)
      const path = firstPoint + row
      const { p, q, estimates } = observer.follow(this.#side, FIT_ITERATION, path, rows, start)
      this.#addTargets(estimates, row, rows)
      for (let r = 0; r < rows; r++) {
        const control = kind === 'pathwise' ? 1 : this.#centring(row + r)
        const to = rowAt(gradU, row + r, dim)
        for (let i = 0; i < floatsOf(1, dim); i++)
          floats[to + i] += this.#share * (p[floatsOf(r, dim) + i] + control * q[0][floatsOf(r, dim) + i])
      }
    }
  }

  /** What takes the deviation of a likelihood ratio's values from Y₀ to one from û. */
  #centring(row: number): number {
    const { doubles } = this.#context.views
    const y0 = doubles[this.#plan.estimate.result + RESULT.y0]
    return (y0 - doubles[this.#value.points.value + row]) / this.#value.state(STATE.yScale)
  }

  #addTargets(estimates: number, row: number, rows: number): void {
    const { floats, doubles } = this.#context.views
    const target = this.#buffers.features.values + this.#features.layout.count
    const y0 = this.#value.state(STATE.y0)
    for (let r = 0; r < rows; r++)
      floats[rowAt(target, row + r, this.#size)] += this.#share * (doubles[estimates + r] - y0)
  }

  /** Of each path of a point in its observation, in units of Y. */
  get #share(): number {
    return 1 / (SIGNS.length * this.#value.state(STATE.yScale))
  }

  #addValues(sums: number): void {
    const { products, features } = this.#buffers
    this.#kernels.gemmTN(products, features.values, features.values, SHARD_ROWS, this.#size, this.#size, 0)
    this.#addProducts(sums)
  }

  #addGradients(sums: number): void {
    const { floats } = this.#context.views
    const { noiseDim } = this.#training
    const { products, transposed, features } = this.#buffers
    const { z } = this.#value.points
    const size = this.#size
    const target = rowAt(features.gradients, this.#features.layout.count, noiseDim)
    this.#value.slopes(SHARD_ROWS, () => 1)
    for (let r = 0; r < SHARD_ROWS; r++) {
      this.#features.writeGradients(r)
      copyRows({ floats }, target, rowAt(z, r, noiseDim), 1, noiseDim)
      const isFirst = r % BLOCK === 0
      const rows = features.gradients
      this.#kernels.gemmNT(products, rows, rows, size, size, noiseDim, isFirst ? 0 : 1, transposed)
      if ((r + 1) % BLOCK === 0) this.#addProducts(sums)
    }
  }

  /** Adds `products` to sums in double precision. */
  #addProducts(sums: number): void {
    const { floats, doubles } = this.#context.views
    const size = this.#size
    for (let i = 0; i < size; i++) {
      const row = rowAt(this.#buffers.products, i, size)
      for (let j = 0; j < size; j++) doubles[sums + i * size + j] += floats[row + j]
    }
  }

  /** The solution from all points so far; whether it is precise. */
  #solve(points: number): boolean {
    const gradients = this.#observer ? points * this.#training.noiseDim : 0
    const folds = Array.from({ length: FOLDS }, (_, fold) =>
      [VALUE, GRADIENT].map((kind) => this.#foldOf(fold, kind)),
    )
    const fit = fitByRidge(folds, [points, gradients], this.#features.layout.constant)
    if (fit === null) return false
    this.#solution = fit.coefficients
    const level = this.#value.state(STATE.y0) / this.#value.state(STATE.yScale)
    const sizes = [this.#meanSquareValue(folds, level) / points, fit.fitted[GRADIENT]]
    return fit.errors.every((error, kind) => error <= TOLERANCES[kind] ** 2 * sizes[kind])
  }

  /** Σ (target + level)²: the targets are measured from y0. */
  #meanSquareValue(folds: Products[][], level: number): number {
    const last = this.#size - 1
    const { constant } = this.#features.layout
    const at = (i: number, j: number) => folds.reduce((sum, [values]) => sum + values[i * this.#size + j], 0)
    return at(last, last) + 2 * level * at(last, constant) + level ** 2 * at(constant, constant)
  }

  /** Sums of every `FOLDS`-th shard. */
  #foldOf(fold: number, kind: number): Products {
    const { doubles } = this.#context.views
    const sum = new Float64Array(this.#size ** 2)
    for (let shard = fold; shard < SHARDS; shard += FOLDS) {
      const at = this.#sums(shard, kind)
      for (let k = 0; k < sum.length; k++) sum[k] += doubles[at + k]
    }
    return sum
  }

  #sums(shard: number, kind: number): number {
    return this.#plan.sums + (KINDS * shard + kind) * this.#size ** 2
  }
}
