/**
 * ∇u(0,x₀) along a path, as the derivative of what `PathPass` estimates u(0,x₀) at. Backward in time, weighted by Γ,
 *
 *     Λ ← (∂Xₙ₊₁/∂Xₙ)ᵀΛ + Γₙ { Δt [∂f/∂x + h_x + h_y ∇û + (∇Ẑ)ᵀ(h_z + f_z − s)] − (∇Ẑ)ᵀΔW̃ },    Λ_N = Γ_N ∇g(X_T),
 *
 * with h = D(∂f/∂x, f_y, f_z)[e], e = (u − ȳ, Z − Ẑ) as the rest of the path observes it: without h the weights would be frozen, and an
 * error of the networks would enter to first order. The last term has mean 0; with Ẑ = Z it takes all noise away but that of the
 * second order within a step, and it is carried apart, so that its share can be fitted, with others in the shape of g. Integrals are
 * taken by the trapezoidal rule.
 */

import type { Kernels } from '../../kernels/interface.ts'
import { clearRows, copyRows, zeroWhereUndefined } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { isBreak, lengthAt, timeAfter, timeBefore } from '../../paths/grid.ts'
import type { ProblemFunctions } from '../../problem/runtime.ts'
import { stepAt } from '../plan.ts'
import { ControlSlope } from './control-slope.ts'
import { KinkedCurvature } from './kinked-curvature.ts'
import type { Adjoint, Observation, PathBlock } from './path-block.ts'
import type { GradientPlan, GradientWorker } from './plan.ts'

export class PathwiseAdjoint implements Adjoint {
  readonly #plan: GradientPlan
  readonly #buffers: GradientWorker
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #slope: ControlSlope | null
  readonly #kinks: KinkedCurvature | null

  constructor(plan: GradientPlan, functions: ProblemFunctions, kernels: Kernels, views: Views, rank: number) {
    this.#plan = plan
    this.#buffers = plan.workers[rank]
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
    const { one, kinkEnds } = this.#buffers
    this.#kinks = kinkEnds && new KinkedCurvature(kinkEnds, plan.estimate.training, functions, views)
    views.doubles.fill(1, one, one + plan.rows)
    this.#slope = plan.isControlled ? new ControlSlope(plan, functions, kernels, views, rank) : null
  }

  /** @param most of the controls, the first of which is that of Ẑ */
  run(block: PathBlock, most = this.#plan.controls): Observation {
    const { grid, first, record, simulator, rows } = block
    const { adjoint, controls, transported } = this.#buffers
    const lambda = { adjoint, controls: controls.slice(0, most) }
    let free = transported
    this.#begin(block, lambda)
    const carried = (n: number, v: number) => {
      const to = free
      const at = { v, x: record.x(n), xNext: record.x(n + 1), w: record.w(n), transported: to }
      simulator.transport(n, at, rows)
      free = v
      return to
    }
    for (let n = grid.steps - 1; n >= first; n--) {
      lambda.adjoint = carried(n, lambda.adjoint)
      for (const [k, control] of lambda.controls.entries()) lambda.controls[k] = carried(n, control)
      const [after, before] = [0.5 * lengthAt(grid, n), n === first ? 0 : 0.5 * lengthAt(grid, n - 1)]
      if (isBreak(grid, n)) {
        this.#node(n, after, 0, block, lambda)
        this.#source(n, timeBefore(grid, n), before, 0, block, lambda)
      } else {
        this.#node(n, after, before, block, lambda)
      }
    }
    return lambda
  }

  /** Γ_N (∇g + ½Δt ∂f/∂x), and no control. */
  #begin(block: PathBlock, { adjoint, controls }: Observation): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim } = this.#plan.estimate.training
    const { grid, record, rows } = block
    const x = record.x(grid.steps)
    this.#functions.terminalGradU(rows, grid.horizon, { x, gradU: adjoint })
    const last = grid.steps
    this.#driverDx(last, timeBefore(grid, last), block)
    const half = 0.5 * lengthAt(grid, last - 1)
    const { slope, share } = this.#buffers
    const weight = record.weight(last)
    for (let r = 0; r < rows; r++) doubles[share + r] = half * doubles[weight + r]
    this.#kernels.rowCombine(adjoint, adjoint, weight, slope, share, rows, dim)
    for (const control of controls) clearRows(this.#views, control, rows, this.#dim)
    if (this.#functions.driverCurvature === null || !this.#slope) return
    const { along, pulled } = this.#buffers
    clearRows({ floats }, along, rows, noiseDim)
    this.#addLag(along, last, 0, half, block)
    this.#functions.terminalCurvature(rows, grid.horizon, { x, q: along, dx: pulled })
    zeroWhereUndefined(this.#views, pulled, rows, this.#dim)
    this.#addTimes(adjoint, pulled, weight, rows)
  }

  /** Adds what node n has, as a part of the step behind and of the step before it: halves of their lengths. */
  #node(n: number, after: number, before: number, block: PathBlock, lambda: Observation): void {
    const { record, rows, stride, grid } = block
    const { curvature, along, pulled } = this.#buffers
    const { noiseDim } = this.#plan.estimate.training
    const weight = record.weight(n)
    const isCurved = this.#source(n, timeAfter(grid, n), after + before, after, block, lambda)
    if (!this.#slope) return
    this.#slope.prepare(stepAt(this.#plan.estimate, stride, n), record.x(n), rows)
    this.#kernels.blend(along, record.dW(n), 0, -1, rows, noiseDim)
    this.#slope.apply(along, rows)
    this.#addTimes(lambda.controls[0], pulled, weight, rows)
    if (lambda.controls.length > 1) this.#addTerminal(n, block, lambda)
    if (!isCurved) return
    this.#kernels.blend(along, curvature.z, 0, after + before, rows, noiseDim)
    this.#addLag(along, n, after, before, block)
    this.#slope.apply(along, rows)
    this.#addTimes(lambda.adjoint, pulled, weight, rows)
  }

  /** Adds (∇σᵀ∇g)ᵀΔW̃ to the controls that have the shape of g, where a network's slope may be far off. */
  #addTerminal(
    n: number,
    { grid, record, rows }: PathBlock,
    { controls: [, even, early] }: Observation,
  ): void {
    const { doubles } = this.#views
    const { pulled, share } = this.#buffers
    const t = timeAfter(grid, n)
    this.#functions.terminalCurvature(rows, t, { x: record.x(n), q: record.dW(n), dx: pulled })
    zeroWhereUndefined(this.#views, pulled, rows, this.#dim)
    const weight = record.weight(n)
    this.#addTimes(even, pulled, weight, rows)
    const left = 1 - t / grid.horizon
    for (let r = 0; r < rows; r++) doubles[share + r] = left * doubles[weight + r]
    this.#addTimes(early, pulled, share, rows)
  }

  /** Adds ½Δt(f_z − s) of the step behind node n and of the one before: s is that of the step's middle. */
  #addLag(to: number, n: number, after: number, before: number, { record, rows }: PathBlock): void {
    if (!record.isDrifting) return
    const { noiseDim } = this.#plan.estimate.training
    this.#kernels.blend(to, record.fz(n), 1, after + before, rows, noiseDim)
    const steps = [...(after > 0 ? [n] : []), ...(before > 0 ? [n - 1] : [])]
    for (const step of steps) {
      this.#kernels.blend(to, record.w(step), 1, -0.5, rows, noiseDim)
      this.#kernels.blend(to, record.dW(step), 1, 0.5, rows, noiseDim)
    }
  }

  /**
   * Adds ∂f/∂x + h_x + h_y ∇û over `dt`; whether there is an h, whose h_z is left.
   *
   * @param lacking the part of `dt` that belongs to the path's rest from here on
   */
  #source(n: number, t: number, dt: number, lacking: number, block: PathBlock, lambda: Observation): boolean {
    const { doubles } = this.#views
    const { slope, curvature, gradU, share } = this.#buffers
    const weight = block.record.weight(n)
    const isCurved = this.#functions.driverCurvature !== null
    this.#driverDx(n, t, block)
    if (isCurved) this.#bend(n, t, lacking, block, lambda)
    const { rows } = block
    for (let r = 0; r < rows; r++) doubles[share + r] = dt * doubles[weight + r]
    this.#addTimes(lambda.adjoint, slope, share, rows)
    if (!isCurved) return false
    this.#addTimes(lambda.adjoint, curvature.x, share, rows)
    for (let r = 0; r < rows; r++) doubles[share + r] *= doubles[curvature.y + r]
    this.#addTimes(lambda.adjoint, gradU, share, rows)
    return true
  }

  /** Adds rows times factors, float64 [rows], [rows×dim]. */
  #addTimes(to: number, what: number, factors: number, rows: number): void {
    const { dim } = this.#plan.estimate.training
    this.#kernels.rowCombine(to, to, this.#buffers.one, what, factors, rows, dim)
  }

  /** h at node n, and ∇û. */
  #bend(
    n: number,
    t: number,
    lacking: number,
    { record, rows, estimates }: PathBlock,
    { adjoint, controls: [control] }: Observation,
  ): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim } = this.#plan.estimate.training
    const { errors, curvature, gradU, observed, share, slope } = this.#buffers
    const { scaleGradient, driverCurvature, unscaleGradient } = this.#functions
    const [x, y, z] = [record.x(n), record.around(n), record.z(n)]
    const [weight, around, value] = [record.weight(n), record.around(n), record.value(n)]
    for (let r = 0; r < rows; r++) doubles[share + r] = 1 / doubles[weight + r]
    this.#kernels.rowCombine(observed, adjoint, share, control, share, rows, dim)
    this.#kernels.blend(observed, slope, 1, lacking, rows, dim)
    scaleGradient(rows, t, { x, v: observed, z: errors.z })
    this.#kernels.blend(errors.z, z, 1, -1, rows, noiseDim)
    // Euler's estimate so far holds Ŷ already.
    const part = this.#plan.estimate.options.scheme === 'trapezoidal' ? 1 : 0
    for (let r = 0; r < rows; r++) {
      const rest = (doubles[estimates + r] - doubles[value + r]) / doubles[weight + r]
      doubles[errors.y + r] = rest - part * doubles[around + r]
    }
    if (this.#kinks) {
      this.#kinks.write(t, { x, around: y, z, errors, curvature }, rows)
    } else {
      driverCurvature?.(rows, t, {
        x,
        y,
        z,
        p: errors.y,
        q: errors.z,
        dx: curvature.x,
        dy: curvature.y,
        dz: curvature.z,
      })
    }
    if (unscaleGradient) {
      unscaleGradient(rows, t, { x, z, v: gradU })
      zeroWhereUndefined(this.#views, gradU, rows, dim)
    } else {
      copyRows({ floats }, gradU, observed, rows, dim)
    }
  }

  /** ∂f/∂x at a node, 0 where it does not exist; stays 0 where f does not depend on x. */
  #driverDx(n: number, t: number, { record, rows }: PathBlock): void {
    const { slope } = this.#buffers
    this.#functions.driverDx?.(rows, t, {
      x: record.x(n),
      y: record.around(n),
      z: record.z(n),
      dx: slope,
    })
    zeroWhereUndefined(this.#views, slope, rows, this.#dim)
  }

  get #dim(): number {
    return this.#plan.estimate.training.dim
  }
}
