/**
 * (∇Ẑ)ᵀv at a node of a path, for the control variate as trained and as the martingale's fit corrected it,
 *
 *     Ẑ = c₀ (unit·net(x̂) + α∘σᵀ∇g) + (c₁ + c₂γ + c₃γ²) σᵀ∇g,    γ = asinh((g − origin)/unit).
 *
 * At the step where Z is one vector, the next step's network stands in.
 */

import { gradientStep } from '../../fields/plan.ts'
import { TrainedField } from '../../fields/trained-field.ts'
import type { Kernels } from '../../kernels/interface.ts'
import { clearRows, floatsOf } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { networkParameters } from '../../networks/gradient-network.ts'
import { PullBack } from '../../networks/pull-back.ts'
import { timeAfter } from '../../paths/grid.ts'
import type { ProblemFunctions } from '../../problem/runtime.ts'
import { FieldCoefficients } from './field-coefficients.ts'
import type { GradientPlan, GradientWorker } from './plan.ts'

export class ControlSlope {
  readonly #plan: GradientPlan
  readonly #buffers: GradientWorker
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #field: TrainedField
  readonly #pullBack: PullBack
  readonly #coefficients: FieldCoefficients
  /** Of the node last prepared. */
  #node = 0
  #x = 0

  constructor(plan: GradientPlan, functions: ProblemFunctions, kernels: Kernels, views: Views, rank: number) {
    const { training, gradient } = plan.estimate
    this.#plan = plan
    this.#buffers = plan.workers[rank]
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
    this.#field = new TrainedField(training, gradient, functions.terminalGradient, kernels, views)
    this.#coefficients = new FieldCoefficients(plan.estimate, kernels, views)
    this.#pullBack = new PullBack(gradient.network, kernels, views)
  }

  /** Behind this `apply` knows the network's activations at x [rows×dim], a node of the training's grid. */
  prepare(node: number, x: number, rows: number): void {
    const { grid } = this.#plan.estimate.training
    const { pass, field } = this.#buffers
    this.#node = node
    this.#x = x
    this.#field.evaluate(this.#networkStep, x, rows, pass, field, timeAfter(grid, node))
  }

  /** Writes (∇Ẑ)ᵀv [rows×dim] into `pulled`; v [rows×noiseDim] is overwritten. */
  apply(v: number, rows: number): void {
    const { training, gradient } = this.#plan.estimate
    const { pulled, part, scratch, pass } = this.#buffers
    const { theta, scale } = gradientStep(training, this.#networkStep)
    if (gradient.terminalSkip) this.#terminal(theta, v, rows)
    else clearRows(this.#views, pulled, rows, training.dim)
    this.#kernels.blend(v, v, this.#coefficient(0) * this.#field.unit, 0, rows, training.noiseDim)
    const parameters = networkParameters(gradient, theta)
    this.#pullBack.apply(parameters, rows, pass.workspace, v, part, scratch)
    if (scale === 0) this.#kernels.add(pulled, part, rows, training.dim)
    else this.#kernels.addScaled(pulled, part, scale, rows, training.dim)
  }

  /** The part of σᵀ∇g and its coefficients, into `pulled`. */
  #terminal(alpha: number, v: number, rows: number): void {
    const { floats, doubles } = this.#views
    const { dim, noiseDim, grid } = this.#plan.estimate.training
    // v is the network's too: what g's part has of it lies where the field did, which nobody reads again.
    const { field: along, share, pulled, part, pass } = this.#buffers
    const [c0, c1, c2, c3] = [0, 1, 2, 3].map((k) => this.#coefficient(k))
    const { origin, unit } = this.#coefficients.units()
    this.#kernels.rowDot(share, v, pass.terminalZ, rows, noiseDim)
    for (let r = 0; r < rows; r++) {
      const g = (doubles[pass.terminal + r] - origin) / unit
      const bent = Math.asinh(g)
      const factor = c1 + bent * (c2 + bent * c3)
      doubles[share + r] *= (c2 + 2 * c3 * bent) / (unit * Math.sqrt(1 + g * g))
      for (let j = 0; j < noiseDim; j++) {
        const k = floatsOf(r, noiseDim) + j
        floats[along + k] = (c0 * floats[alpha + j] + factor) * floats[v + k]
      }
    }
    const t = timeAfter(grid, this.#node)
    this.#functions.terminalCurvature(rows, t, { x: this.#x, q: along, dx: pulled })
    this.#functions.terminalGradU(rows, t, { x: this.#x, gradU: part })
    for (let r = 0; r < rows; r++) {
      const first = floatsOf(r, dim)
      for (let i = first; i < first + dim; i++) {
        const sum = floats[pulled + i] + doubles[share + r] * floats[part + i]
        floats[pulled + i] = Number.isFinite(sum) ? sum : 0
      }
    }
  }

  #coefficient(k: number): number {
    return this.#coefficients.ofTrained(this.#networkStep, k)
  }

  get #networkStep(): number {
    return this.#field.networkOf(this.#node)
  }
}
