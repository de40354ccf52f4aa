/**
 * ∇u(t₀,x₀) where g jumps, by the formula of Bismut, Elworthy and Li: with J the tangent of X and R what the path estimates u at,
 * Γ Jᵀ∇u + ∫Γ Jᵀ∂f/∂x dt is a martingale, so that over a duration T
 *
 *     ∇u = 1/T E[ Σ Γ Jᵀσ⁻ᵀẐ Δt + (R − y₀) Σ Jᵀσ⁻ᵀΔW̃ + Σ (T − t) Γ Jᵀ∂f/∂x Δt ].
 *
 * R is free of the noise that Ẑ takes away. The weight alone has mean 0 and is the control.
 */

import { STATE } from '../../fields/state.ts'
import { clearRows, floatsOf, zeroWhereUndefined } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { lengthAt, timeAfter, timeAt } from '../../paths/grid.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { ProblemFunctions } from '../../problem/runtime.ts'
import type { Adjoint, Observation, PathBlock } from './path-block.ts'
import type { GradientPlan, GradientWorker } from './plan.ts'

export class LikelihoodRatio implements Adjoint {
  readonly #plan: GradientPlan
  readonly #buffers: GradientWorker
  readonly #functions: ProblemFunctions
  readonly #views: Views
  /** Where σ does not move with x, the weight's tangent may be the mean of both ends of a step: then it is of second order. */
  readonly #isMoving: boolean

  constructor(
    plan: GradientPlan,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    views: Views,
    rank: number,
  ) {
    this.#plan = plan
    this.#buffers = plan.workers[rank]
    this.#functions = functions
    this.#views = views
    this.#isMoving = problem.functions.scaleGradient.dependsOn.includes('x')
  }

  run(block: PathBlock): Observation {
    const { grid, first, record, simulator, rows } = block
    const { adjoint, controls, transported } = this.#buffers
    const lambda = { adjoint, control: controls[0] }
    let free = transported
    for (const part of [adjoint, lambda.control]) clearRows(this.#views, part, rows, this.#dim)
    for (let n = grid.steps - 1; n >= first; n--) {
      if (!this.#isMoving) this.#weigh(n, n + 1, 0.5, block, lambda)
      for (const part of ['adjoint', 'control'] as const) {
        const at = {
          v: lambda[part],
          x: record.x(n),
          xNext: record.x(n + 1),
          w: record.w(n),
          transported: free,
        }
        simulator.transport(n, at, rows)
        ;[lambda[part], free] = [free, lambda[part]]
      }
      this.#weigh(n, n, this.#isMoving ? 1 : 0.5, block, lambda)
      this.#addFields(n, block, lambda.adjoint)
    }
    return { adjoint: lambda.adjoint, controls: [lambda.control] }
  }

  /** Adds share·σ⁻ᵀΔW̃ₙ, σ at `node`, to the weight. */
  #weigh(n: number, node: number, share: number, block: PathBlock, { adjoint, control }: Weighed): void {
    const { floats, doubles } = this.#views
    const { record, rows, estimates, y0 } = block
    const factor = share / this.#duration(block)
    const unit = doubles[this.#plan.estimate.training.state + STATE.yScale]
    const weight = this.#unscale(node, record.dW(n), block)
    for (let r = 0; r < rows; r++) {
      const size = factor * (doubles[estimates + r] - y0)
      const first = floatsOf(r, this.#dim)
      for (let k = first; k < first + this.#dim; k++) {
        floats[adjoint + k] += size * floats[weight + k]
        floats[control + k] += factor * unit * floats[weight + k]
      }
    }
  }

  /** Adds the parts of Ẑ and of ∂f/∂x. */
  #addFields(n: number, block: PathBlock, adjoint: number): void {
    const { floats, doubles } = this.#views
    const { record, rows, grid } = block
    const { dim } = this.#plan.estimate.training
    const slope = this.#buffers.slope
    this.#functions.driverDx?.(rows, timeAfter(grid, n), {
      x: record.x(n),
      y: record.around(n),
      z: record.z(n),
      dx: this.#buffers.slope,
    })
    const gradU = this.#unscale(n, record.z(n), block)
    const dt = lengthAt(grid, n)
    const share = dt / this.#duration(block)
    // By the trapezoidal rule: the end at T has no weight.
    const around = 0.5 * (dt + (n === block.first ? 0 : lengthAt(grid, n - 1)))
    const left = ((grid.horizon - timeAt(grid, n)) * around) / dt
    for (let r = 0; r < rows; r++) {
      const gamma = doubles[record.weight(n) + r]
      const first = floatsOf(r, dim)
      for (let k = first; k < first + dim; k++)
        floats[adjoint + k] += share * gamma * (floats[gradU + k] + left * floats[slope + k])
    }
  }

  /** σ⁻ᵀv at a node, [rows×dim]; returns the index in floats where it lies. */
  #unscale(node: number, v: number, { record, rows, grid }: PathBlock): number {
    const into = this.#buffers.gradU
    this.#functions.unscaleGradient?.(rows, node < grid.steps ? timeAfter(grid, node) : grid.horizon, {
      x: record.x(node),
      z: v,
      v: into,
    })
    zeroWhereUndefined(this.#views, into, rows, this.#dim)
    return into
  }

  #duration({ grid, first }: PathBlock): number {
    return grid.horizon - timeAt(grid, first)
  }

  get #dim(): number {
    return this.#plan.estimate.training.dim
  }
}

/** What is carried along. */
interface Weighed {
  adjoint: number
  control: number
}
