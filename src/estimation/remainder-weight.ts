/**
 * How the second order R = E∫Γh dt of the networks' errors moves with where paths start, by the formula of Bismut, Elworthy and Li: with J the tangent of X,
 *
 *     ∇R = E ∫ Γₜhₜ 1/t ∫₀ᵗ Jᵀσ⁻ᵀ(dW − f_z ds) dt,
 *
 * but for what Γ itself moves by: R times a slope of f_y. h is what the branching paths show.
 */
import { clearRows, floatsOf, rowsAt, zeroWhereUndefined } from '../memory/rows.ts'
import { lengthAt, timeAfter, timeAt } from '../paths/grid.ts'
import type { BranchedGroup, SlopeReader, TrunkParts } from './slope-reader.ts'

export class RemainderWeight implements SlopeReader {
  readonly rest = null
  readonly #parts: TrunkParts

  constructor(parts: TrunkParts) {
    this.#parts = parts
  }

  /** Paths of no length tell nothing. */
  read({ node, rows, corrections }: BranchedGroup): Float64Array | null {
    const { simulator, context, plan, first } = this.#parts
    if (node === first) return null
    const { doubles } = context.views
    const { dim } = plan.estimate.training
    const samples = Float64Array.from(this.#weigh(node, rows))
    const duration = timeAt(simulator.grid, node) - timeAt(simulator.grid, first)
    for (let r = 0; r < rows; r++) {
      const share = doubles[corrections + r] / duration
      for (let i = 0; i < dim; i++) samples[floatsOf(r, dim) + i] *= share
    }
    return samples
  }

  /** ∫Jᵀσ⁻ᵀ(dW − f_z dt) from the start to `node`, [rows×dim] as padded. */
  #weigh(node: number, rows: number): Float32Array {
    const { simulator, context, plan, functions, record, first } = this.#parts
    const { kernels, team, views } = context
    const { dim, noiseDim } = plan.estimate.training
    const { adjoint, transported, gradU, field } = plan.workers[team.rank]
    let [weight, free] = [adjoint, transported]
    clearRows(views, weight, rows, dim)
    for (let n = node - 1; n >= first; n--) {
      const [x, xNext, w] = [record.x(n), record.x(n + 1), record.w(n)]
      simulator.transport(n, { v: weight, x, xNext, w, transported: free }, rows)
      ;[weight, free] = [free, weight]
      kernels.blend(field, w, 0, 1, rows, noiseDim)
      if (record.isDrifting)
        kernels.blend(field, record.fz(n), 1, -lengthAt(simulator.grid, n), rows, noiseDim)
      functions.unscaleGradient?.(rows, timeAfter(simulator.grid, n), { x, z: field, v: gradU })
      zeroWhereUndefined(views, gradU, rows, dim)
      kernels.add(weight, gradU, rows, dim)
    }
    return rowsAt(views, weight, rows, dim)
  }
}
