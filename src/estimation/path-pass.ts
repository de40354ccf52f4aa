/**
 * Fresh paths through the trained networks: X, the control variate Ẑ and a forward value Ŷ from Y₀, with a time scheme that makes
 * each path an estimate of u where it starts. Both schemes rest on the BSDE linearised around (Ŷ, Ẑ) and its adjoint
 *
 *     dΓ = Γ (f_y dt + f_z·dW),    Γ₀ = 1,
 *
 * with which an error of the networks enters the estimate only to second order, while the plain mean of the residual
 * g(X_T) − Ŷ_T carries it to first order where f depends on z or y.
 */

import { TrainedField } from '../fields/trained-field.ts'
import type { Kernels } from '../kernels/interface.ts'
import { clearRows } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { isBreak, lengthAt, timeAfter, timeBefore } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import { placeAt } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { Anchor } from './anchor.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { Controls } from './controls.ts'
import { EulerScheme } from './euler-scheme.ts'
import type { MartingaleControl } from './martingale-control.ts'
import { type EstimatePlan, firstNode, stepAt } from './plan.ts'
import type { TimeScheme } from './time-scheme.ts'
import { TrapezoidalScheme } from './trapezoidal-scheme.ts'

/** Sees every node of a block of paths: X, Ẑ, Ŷ, the estimate so far and Γ lie in `x`, `z`, `y`, `value` and `weight`. */
export type PathObserver = (node: number, buffers: WorkerBuffers) => void

/** Writes X₀[rows×dim] and Ŷ₀ float64 [rows] of a block of paths. */
export type PathStart = (x: number, y: number) => void

/** From `node` on the noise is that of another iteration; over `steps` from there on with this sign. */
export interface Branch {
  node: number
  steps: number
  iteration: number
  sign: 1 | -1
}

export class PathPass {
  readonly #plan: EstimatePlan
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #buffers: WorkerBuffers
  readonly #field: TrainedField
  readonly #scheme: TimeScheme
  readonly dependsOnZ: boolean
  readonly #martingale: MartingaleControl | null
  readonly #anchor: Anchor | null

  constructor(
    { kernels, views, team }: WorkerContext,
    problem: CompiledProblem,
    plan: EstimatePlan,
    functions: ProblemFunctions,
    controls: Controls | null = null,
    anchor: Anchor | null = null,
  ) {
    this.#plan = plan
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
    this.#buffers = plan.workers[team.rank]
    this.#field = new TrainedField(plan.training, plan.gradient, functions.terminalGradient, kernels, views)
    const Scheme = plan.options.scheme === 'euler' ? EulerScheme : TrapezoidalScheme
    this.dependsOnZ = problem.functions.driver.dependsOn.includes('z')
    this.#scheme = new Scheme(plan, functions, this.dependsOnZ, kernels, views, controls?.value ?? null)
    this.#martingale = controls?.martingale ?? null
    this.#anchor = anchor
  }

  /**
   * Runs paths firstPath … firstPath+rows−1 (at most SHARD_ROWS), from Y₀ = `start` at x₀ where that is a number, on the grid of
   * `simulator`, whose steps are `stride` of the training's.
   *
   * @returns index of the paths' estimates, float64 [rows]
   */
  run(
    simulator: Simulator,
    stride: 1 | 2 | 4,
    start: number | PathStart,
    iteration: number,
    firstPath: number,
    rows: number,
    observe?: PathObserver,
    branch?: Branch,
  ): number {
    const buffers = { ...this.#buffers }
    const { grid } = simulator
    const first = firstNode(this.#plan, stride)
    const step = (node: number) => stepAt(this.#plan, stride, node)
    this.#start(buffers, start, rows)
    this.#martingale?.begin(buffers, rows)
    this.#anchor?.begin(rows)
    this.#controlVariate(step(first), buffers, rows)
    this.#scheme.begin(timeAfter(grid, first), buffers, rows)
    observe?.(first, buffers)
    for (let n = first; n < grid.steps; n++) {
      const dt = lengthAt(grid, n)
      const own = branch && n >= branch.node ? branch.iteration : iteration
      const sign = branch && n >= branch.node && n < branch.node + branch.steps ? branch.sign : 1
      this.#increments(simulator, stride, n, own, sign, firstPath, rows, buffers)
      this.#kernels.rowDot(buffers.zw, buffers.z, buffers.w, rows, this.#plan.training.noiseDim)
      this.#martingale?.add(step(n), step(first), dt, buffers, rows)
      this.#anchor?.add(buffers, rows)
      this.#scheme.draw(dt, buffers, rows)
      simulator.advance(buffers.xNext, buffers.x, buffers.w, rows, n)
      ;[buffers.x, buffers.xNext] = [buffers.xNext, buffers.x]
      if (n + 1 < grid.steps) {
        this.#controlVariate(step(n + 1), buffers, rows)
        this.#scheme.step(dt, timeBefore(grid, n + 1), step(n + 1), buffers, rows)
        if (isBreak(grid, n + 1)) this.#scheme.pass(timeAfter(grid, n + 1), buffers, rows)
      } else {
        this.#terminal(grid.horizon, buffers, rows)
        this.#scheme.finish(dt, timeBefore(grid, n + 1), buffers, rows)
      }
      observe?.(n + 1, buffers)
    }
    return buffers.value
  }

  #start(buffers: WorkerBuffers, start: number | PathStart, rows: number): void {
    const { floats, doubles } = this.#views
    // What paths on a coarser grid that ran away left in a row, or in its padding, would be no number times 0.
    const { noiseDim } = this.#plan.training
    for (const at of [buffers.z, buffers.drift]) clearRows(this.#views, at, rows, noiseDim)
    if (typeof start === 'number') {
      placeAt(floats, buffers.x, rows, this.#plan.x0)
      doubles.fill(start, buffers.y, buffers.y + rows)
    } else {
      start(buffers.x, buffers.y)
    }
  }

  /** Ẑ at step `step` of the training grid, corrected by what paths before showed. */
  #controlVariate(step: number, buffers: WorkerBuffers, rows: number): void {
    const { x, z, pass } = buffers
    this.#field.evaluate(this.#plan.elsewhere ? this.#field.networkOf(step) : step, x, rows, pass, z)
    this.#martingale?.correct(step, buffers, rows)
  }

  /** ΔW over the step: the sum of those of the fine grid's steps that it spans. */
  #increments(
    simulator: Simulator,
    stride: 1 | 2 | 4,
    n: number,
    iteration: number,
    sign: 1 | -1,
    firstPath: number,
    rows: number,
    buffers: WorkerBuffers,
  ): void {
    const { noiseDim, grid } = this.#plan.training
    const draw = (into: number, step: number) => {
      const deviation = sign * Math.sqrt(lengthAt(grid, step))
      simulator.increments(into, rows, step, deviation, STREAM.estimate, iteration, firstPath)
    }
    const first = stepAt(this.#plan, stride, n)
    draw(buffers.w, first)
    const parts = Math.min(stride, grid.steps - first)
    for (let part = 1; part < parts; part++) {
      draw(buffers.wPart, first + part)
      this.#kernels.add(buffers.w, buffers.wPart, rows, noiseDim)
    }
  }

  /** g(X_T), and Z at T, which is σᵀ∇g and needs no network. */
  #terminal(horizon: number, buffers: WorkerBuffers, rows: number): void {
    this.#functions.terminalGradient(rows, horizon, { x: buffers.x, g: buffers.terminal, z: buffers.z })
  }
}
