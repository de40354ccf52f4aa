/**
 * ∇u(0,x₀) along a path, as the derivative of what `PathPass` estimates u(0,x₀) at. Backward in time, weighted by Γ,
 *
 *     Λ ← (∂Xₙ₊₁/∂Xₙ)ᵀΛ + Γₙ { Δt [∂f/∂x + h_x + h_y ∇û + (∇Ẑ)ᵀ(h_z + f_z − s)] − (∇Ẑ)ᵀΔW̃ },    Λ_N = Γ_N ∇g(X_T),
 *
 * with h = D(∂f/∂x, f_y, f_z)[e], e = (u − ȳ, Z − Ẑ) as the rest of the path observes it: without h the weights would be frozen, and an
 * error of the networks would enter to first order. The last term has mean 0; with Ẑ = Z it takes all noise away but that of the
 * second order within a step, and it is carried apart, so that its share can be fitted, with others in the shape of g. Integrals are
 * taken as those of the value are (`NodeWeights`).
 */

import type { Kernels } from '../../kernels/interface.ts'
import { clearRows, copyRows, zeroWhereUndefined } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { isBreak, lengthAt, timeAfter, timeBefore } from '../../paths/grid.ts'
import type { ProblemFunctions } from '../../problem/runtime.ts'
import { stepAt } from '../plan.ts'
import { ControlSlope } from './control-slope.ts'
import { KinkedCurvature } from './kinked-curvature.ts'
import { NodeWeights, type NodeWeightsPlan } from './node-weights.ts'
import type { Adjoint, Observation, PathBlock } from './path-block.ts'
import type { GradientPlan, GradientWorker } from './plan.ts'

/** Which of a node's two steps. */
type Part = keyof NodeWeightsPlan

export class PathwiseAdjoint implements Adjoint {
  readonly #plan: GradientPlan
  readonly #buffers: GradientWorker
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #slope: ControlSlope | null
  readonly #kinks: KinkedCurvature | null
  readonly #weights: NodeWeights

  constructor(plan: GradientPlan, functions: ProblemFunctions, kernels: Kernels, views: Views, rank: number) {
    this.#plan = plan
    this.#buffers = plan.workers[rank]
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
    const { one, kinkEnds, nodeWeights } = this.#buffers
    this.#weights = new NodeWeights(nodeWeights, views, plan.estimate.options.scheme === 'trapezoidal')
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
      this.#weights.write(n, block)
      if (isBreak(grid, n)) {
        this.#node(n, 'after', block, lambda)
        this.#source(n, 'before', block, lambda)
      } else {
        this.#node(n, 'both', block, lambda)
      }
    }
    return lambda
  }

  /** Γ_N ∇g, and ∂f/∂x as part of the last step; no control. */
  #begin(block: PathBlock, { adjoint, controls }: Observation): void {
    const { dim } = this.#plan.estimate.training
    const { grid, record, rows } = block
    const last = grid.steps
    const x = record.x(last)
    this.#functions.terminalGradU(rows, grid.horizon, { x, gradU: adjoint })
    this.#driverDx(last, timeBefore(grid, last), block)
    this.#weights.write(last, block)
    const { slope, nodeWeights, along, pulled, one } = this.#buffers
    this.#kernels.rowCombine(adjoint, adjoint, record.weight(last), slope, nodeWeights.before, rows, dim)
    for (const control of controls) clearRows(this.#views, control, rows, this.#dim)
    if (this.#functions.driverCurvature === null || !this.#slope) return
    clearRows(this.#views, along, rows, this.#noiseDim)
    this.#addLag(last, 'before', block)
    this.#functions.terminalCurvature(rows, grid.horizon, { x, q: along, dx: pulled })
    zeroWhereUndefined(this.#views, pulled, rows, this.#dim)
    this.#addTimes(adjoint, pulled, one, rows)
  }

  /** Adds what node n has as a part of the step behind it, and where it is `both` of that before. */
  #node(n: number, part: 'after' | 'both', block: PathBlock, lambda: Observation): void {
    const { record, rows, stride } = block
    const { curvature, along, pulled, nodeWeights, one } = this.#buffers
    const isCurved = this.#source(n, part, block, lambda)
    if (!this.#slope) return
    this.#slope.prepare(stepAt(this.#plan.estimate, stride, n), record.x(n), rows)
    this.#kernels.blend(along, record.dW(n), 0, -1, rows, this.#noiseDim)
    this.#slope.apply(along, rows)
    this.#addTimes(lambda.controls[0], pulled, record.weight(n), rows)
    if (lambda.controls.length > 1) this.#addTerminal(n, block, lambda)
    if (!isCurved) return
    clearRows(this.#views, along, rows, this.#noiseDim)
    this.#addTimes(along, curvature.z, nodeWeights[part], rows, this.#noiseDim)
    this.#addLag(n, part, block)
    this.#slope.apply(along, rows)
    this.#addTimes(lambda.adjoint, pulled, one, rows)
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

  /** Adds f_z − s of the step behind node n and of the one before to `along`: s is that of the step's middle. */
  #addLag(n: number, part: Part, { grid, first, record, rows }: PathBlock): void {
    if (!record.isDrifting) return
    const { doubles } = this.#views
    const { along, nodeWeights, share } = this.#buffers
    this.#addTimes(along, record.fz(n), nodeWeights[part], rows, this.#noiseDim)
    const steps = [
      ...(part === 'before' ? [] : [{ step: n, weight: nodeWeights.after }]),
      ...(part === 'after' || n === first ? [] : [{ step: n - 1, weight: nodeWeights.before }]),
    ]
    for (const { step, weight } of steps) {
      const rate = 1 / lengthAt(grid, step)
      for (let r = 0; r < rows; r++) doubles[share + r] = -rate * doubles[weight + r]
      this.#addTimes(along, record.w(step), share, rows, this.#noiseDim)
      for (let r = 0; r < rows; r++) doubles[share + r] = rate * doubles[weight + r]
      this.#addTimes(along, record.dW(step), share, rows, this.#noiseDim)
    }
  }

  /** Adds ∂f/∂x + h_x + h_y ∇û; whether there is an h, whose h_z is left. */
  #source(n: number, part: Part, block: PathBlock, lambda: Observation): boolean {
    const { doubles } = this.#views
    const { slope, curvature, gradU, share, nodeWeights } = this.#buffers
    const weight = nodeWeights[part]
    const { grid, rows } = block
    const t = part === 'before' ? timeBefore(grid, n) : timeAfter(grid, n)
    const isCurved = this.#functions.driverCurvature !== null
    this.#driverDx(n, t, block)
    if (isCurved) this.#bend(n, t, part, block, lambda)
    this.#addTimes(lambda.adjoint, slope, weight, rows)
    if (!isCurved) return false
    this.#addTimes(lambda.adjoint, curvature.x, weight, rows)
    for (let r = 0; r < rows; r++) doubles[share + r] = doubles[weight + r] * doubles[curvature.y + r]
    this.#addTimes(lambda.adjoint, gradU, share, rows)
    return true
  }

  /** Adds rows times factors, float64 [rows], [rows×width]. */
  #addTimes(to: number, what: number, factors: number, rows: number, width = this.#dim): void {
    this.#kernels.rowCombine(to, to, this.#buffers.one, what, factors, rows, width)
  }

  /** h at node n, and ∇û. */
  #bend(
    n: number,
    t: number,
    part: Part,
    { record, rows, estimates }: PathBlock,
    { adjoint, controls: [control] }: Observation,
  ): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim } = this.#plan.estimate.training
    const { errors, curvature, gradU, observed, share, slope, nodeWeights } = this.#buffers
    const { scaleGradient, driverCurvature, unscaleGradient } = this.#functions
    const [x, y, z] = [record.x(n), record.around(n), record.z(n)]
    const [weight, around, value] = [record.weight(n), record.around(n), record.value(n)]
    for (let r = 0; r < rows; r++) doubles[share + r] = 1 / doubles[weight + r]
    this.#kernels.rowCombine(observed, adjoint, share, control, share, rows, dim)
    if (part !== 'before') {
      // The step behind is a part of the path's rest.
      for (let r = 0; r < rows; r++) doubles[share + r] *= doubles[nodeWeights.after + r]
      this.#addTimes(observed, slope, share, rows)
    }
    scaleGradient(rows, t, { x, v: observed, z: errors.z })
    this.#kernels.blend(errors.z, z, 1, -1, rows, noiseDim)
    // Euler's estimate so far holds Ŷ already.
    const own = this.#plan.estimate.options.scheme === 'trapezoidal' ? 1 : 0
    for (let r = 0; r < rows; r++) {
      const rest = (doubles[estimates + r] - doubles[value + r]) / doubles[weight + r]
      doubles[errors.y + r] = rest - own * doubles[around + r]
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

  get #noiseDim(): number {
    return this.#plan.estimate.training.noiseDim
  }
}
