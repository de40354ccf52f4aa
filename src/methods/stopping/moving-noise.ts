/**
 * The noise of a step where its coefficients depend on t or X: σRΔW by what σ is when the step begins, bent by Milstein's term and by the areas between noises that the motion draws. The
 * variance of w·σRΔW is a sum over its columns; where all pairs of noises have one correlation ρ it is (1 − ρ)Σ(wᵢσᵢ)² + ρ(Σwᵢσᵢ)²,
 * and where there are many columns an independent sample of it is as good: the difference has mean 0 all the same.
 */

import { type BoundTo, bind } from '../../formulas/bind.ts'
import { clearRows, rowAt, rowsAt } from '../../memory/rows.ts'
import { floatsAt } from '../../memory/views.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { STREAM } from '../../random/streams.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { BLOCK_ROWS, type IntervalPlan, type RulePlan, type WorkerPlan } from './rule-plan.ts'
import type { StepNoise } from './step-noise.ts'

type Functions = CompiledStopping['stopping']['functions']

/** Columns that are summed over; with more of them so many samples are taken. */
const MOST_COLUMNS = 16
/** The iteration of samples that features are drawn by; those of variances are below. */
const FOR_FEATURES = 2 ** 16

export class MovingNoise implements StepNoise {
  readonly bends: StepNoise['bends']
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: RulePlan
  readonly #hands: WorkerPlan
  readonly #noise: BoundTo<Functions['noise']>
  readonly #shared: BoundTo<Functions['spread']>
  readonly #iteration: number

  /** @param iteration of the paths' noise */
  constructor(
    context: WorkerContext,
    problem: CompiledStopping,
    plan: RulePlan,
    hands: WorkerPlan,
    iteration: number,
  ) {
    const { noise, spread } = problem.stopping.functions
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#hands = hands
    this.#noise = bind(noise, context.views)
    this.#shared = bind(spread, context.views)
    this.#iteration = iteration
    this.bends = { columns: problem.dim, weights: 0 }
  }

  /** `displace` by samples of ΔW that no path has, of paths from `first` on. */
  sample(node: number, first: number): void {
    const { w } = this.#hands
    const { grid, seed } = this.#plan
    const deviation = Math.sqrt(grid.dt)
    const { kernels } = this.#context
    const { noiseDim } = this.#problem
    kernels.normals(
      w,
      BLOCK_ROWS,
      noiseDim,
      deviation,
      seed,
      STREAM.stoppingVariance,
      FOR_FEATURES,
      first,
      node,
    )
    this.displace(node)
  }

  displace(node: number): void {
    const { w, noise, bends } = this.#hands
    this.#move(node, w, noise, bends)
  }

  spread(interval: IntervalPlan, node: number, firstPath: number): void {
    if (this.#shared !== null) this.#spreadShared(interval, node, this.#shared)
    else this.#spreadColumns(interval, node, firstPath)
  }

  #spreadShared(
    { weights, unit }: IntervalPlan,
    node: number,
    shared: NonNullable<BoundTo<Functions['spread']>>,
  ): void {
    const { kernels, views } = this.#context
    const { x, variances, forms, spreads, along, bent, bends, rows, scale, zeros } = this.#hands
    const { grid, width } = this.#plan
    const { dim, stopping } = this.#problem
    const correlation = stopping.noiseCorrelation!
    shared(BLOCK_ROWS, timeAt(grid, node), { x, sigma: along, mean: bent })
    const inverse = 1 / views.doubles[unit]
    const own = (1 - correlation) * grid.dt * inverse ** 2
    const all = Math.sqrt(Math.abs(correlation) * grid.dt) * inverse
    const [variance, sigma, mean, bend] = [variances, along, bent, bends].map((at) => this.#states(at))
    for (let k = 0; k < sigma.length; k++) {
      variance[k] = own * sigma[k] ** 2
      sigma[k] *= all
      bend[k] = inverse * (bend[k] - grid.dt * mean[k])
    }
    const [form, weight] = [forms, weights].map((at) => floatsAt(views, at, dim * width))
    const factor = floatsAt(views, scale, width)
    for (let k = 0; k < form.length; k++) form[k] = (weight[k] * factor[k % width]) ** 2
    kernels.gemmNN(spreads, variances, forms, BLOCK_ROWS, dim, width, 0)
    if (correlation === 0) return
    kernels.gemmNN(rows, along, weights, BLOCK_ROWS, dim, width, 0)
    kernels.scaleShift(rows, rows, scale, zeros, BLOCK_ROWS, width)
    if (correlation > 0) kernels.addSquares(spreads, rows, BLOCK_ROWS, width)
    else this.#takeSquares()
  }

  /** spreads −= rows∘rows */
  #takeSquares(): void {
    const { spreads, rows } = this.#hands
    const count = BLOCK_ROWS * this.#plan.width
    const [spread, row] = [spreads, rows].map((at) => floatsAt(this.#context.views, at, count))
    for (let k = 0; k < count; k++) spread[k] -= row[k] ** 2
  }

  #spreadColumns({ weights, unit }: IntervalPlan, node: number, firstPath: number): void {
    const { kernels, views } = this.#context
    const { spreads, along, bent, bends, rows, probe, scale, zeros } = this.#hands
    const { width } = this.#plan
    const { dim, noiseDim } = this.#problem
    const inverse = 1 / views.doubles[unit]
    const [moved, mean, bend] = [along, bent, bends].map((at) => this.#states(at))
    floatsAt(views, spreads, BLOCK_ROWS * width).fill(0)
    for (let j = 0; j < Math.min(noiseDim, MOST_COLUMNS); j++) {
      this.#probe(node, j, firstPath)
      this.#move(node, probe, along, bent)
      for (let k = 0; k < moved.length; k++) {
        moved[k] *= inverse
        bend[k] -= mean[k]
      }
      kernels.gemmNN(rows, along, weights, BLOCK_ROWS, dim, width, 0)
      kernels.scaleShift(rows, rows, scale, zeros, BLOCK_ROWS, width)
      kernels.addSquares(spreads, rows, BLOCK_ROWS, width)
    }
    for (let k = 0; k < bend.length; k++) bend[k] *= inverse
  }

  /** Of a block, [rows × dim]. */
  #states(at: number): Float32Array {
    return rowsAt(this.#context.views, at, BLOCK_ROWS, this.#problem.dim)
  }

  /** √Δt along noise j, or a sample of ΔW/√MOST_COLUMNS. */
  #probe(node: number, j: number, firstPath: number): void {
    const { kernels, views } = this.#context
    const { probe } = this.#hands
    const { grid, seed } = this.#plan
    const { noiseDim } = this.#problem
    if (noiseDim > MOST_COLUMNS) {
      const scale = Math.sqrt(grid.dt / MOST_COLUMNS)
      const iteration = this.#iteration * MOST_COLUMNS + j
      const stream = STREAM.stoppingVariance
      kernels.normals(probe, BLOCK_ROWS, noiseDim, scale, seed, stream, iteration, firstPath, node)
      return
    }
    clearRows(views, probe, BLOCK_ROWS, noiseDim)
    for (let r = 0; r < BLOCK_ROWS; r++) views.floats[rowAt(probe, r, noiseDim) + j] = Math.sqrt(grid.dt)
  }

  /** σRw, and what bends it, at the rows' states. Indices. */
  #move(node: number, w: number, moved: number, bent: number): void {
    const { grid } = this.#plan
    this.#noise(BLOCK_ROWS, timeAt(grid, node), { x: this.#hands.x, w, dt: grid.dt, moved, bent })
  }
}
