/**
 * How the second order R = E∫Γh dt of the networks' errors moves with where paths start. No path's derivative sees it, since the networks
 * are held. By the formula of Bismut, Elworthy and Li, with J the tangent of X,
 *
 *     ∇R = E ∫ Γₜhₜ 1/t ∫₀ᵗ Jᵀσ⁻ᵀ(dW − f_z ds) dt,
 *
 * but for what Γ itself moves by: R times a slope of f_y. h is what the branching paths show.
 */
import { clearRows, rowsAt, zeroWhereUndefined } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, timeAfter, timeAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { type BranchPlan, GROUPS, slopeWords } from './branch-plan.ts'
import type { WorkerBuffers } from './buffers.ts'
import { PathRecord } from './gradient/path-record.ts'
import type { GradientPlan } from './gradient/plan.ts'
import type { Moments } from './grid-error.ts'

export class RemainderSlope {
  readonly #plan: GradientPlan
  readonly #sums: Float64Array
  readonly #functions: ProblemFunctions
  readonly #context: WorkerContext
  readonly #simulator: Simulator
  readonly #record: PathRecord

  /** @param sums of all groups; index */
  constructor(
    plan: GradientPlan,
    sums: number,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    context: WorkerContext,
    simulator: Simulator,
  ) {
    this.#plan = plan
    this.#sums = sumsAt(context.views.doubles, sums, plan.estimate.training.dim)
    this.#functions = functions
    this.#context = context
    this.#simulator = simulator
    const isDrifting = problem.functions.driver.dependsOn.includes('z')
    this.#record = new PathRecord(plan.workers[context.team.rank].record, context.views, isDrifting)
  }

  /** For one worker alone. */
  forget(): void {
    this.#sums.fill(0)
  }

  /** Takes a node of a group's paths, up to the one that they branch at. */
  keep(node: number, buffers: WorkerBuffers): void {
    const { grid } = this.#simulator
    const dt = node === this.#first ? 0 : lengthAt(grid, node - 1)
    this.#record.keep(node, dt, false, buffers)
  }

  /** Adds the group's corrections, `rows` doubles from index `from` on, each times its path's weight up to `node`. Paths of no length tell nothing. */
  add(group: number, node: number, from: number, rows: number): void {
    const first = this.#first
    if (node === first) return
    const { doubles } = this.#context.views
    const { dim } = this.#plan.estimate.training
    const { grid } = this.#simulator
    const weights = this.#weigh(node, rows)
    const duration = timeAt(grid, node) - timeAt(grid, first)
    const sums = this.#sums.subarray(group * slopeWords(dim), (group + 1) * slopeWords(dim))
    sums[0] += rows
    for (let r = 0; r < rows; r++) {
      const share = doubles[from + r] / duration
      for (let i = 0; i < dim; i++) {
        const sample = share * weights[(r * weights.length) / rows + i]
        sums[1 + i] += sample
        sums[1 + dim + i] += sample * sample
      }
    }
  }

  /** ∫Jᵀσ⁻ᵀ(dW − f_z dt) from the start to `node`, [rows×dim] as padded. */
  #weigh(node: number, rows: number): Float32Array {
    const { kernels, team, views } = this.#context
    const { dim, noiseDim } = this.#plan.estimate.training
    const { adjoint, transported, gradU, field } = this.#plan.workers[team.rank]
    const { grid } = this.#simulator
    const record = this.#record
    let [weight, free] = [adjoint, transported]
    clearRows(views, weight, rows, dim)
    for (let n = node - 1; n >= this.#first; n--) {
      const [x, xNext, w] = [record.x(n), record.x(n + 1), record.w(n)]
      this.#simulator.transport(n, { v: weight, x, xNext, w, transported: free }, rows)
      ;[weight, free] = [free, weight]
      kernels.blend(field, w, 0, 1, rows, noiseDim)
      if (record.isDrifting) kernels.blend(field, record.fz(n), 1, -lengthAt(grid, n), rows, noiseDim)
      this.#functions.unscaleGradient?.(rows, timeAfter(grid, n), { x, z: field, v: gradU })
      zeroWhereUndefined(views, gradU, rows, dim)
      kernels.add(weight, gradU, rows, dim)
    }
    return rowsAt(views, weight, rows, dim)
  }

  get #first(): number {
    return this.#plan.estimate.elsewhere?.firstStep ?? 0
  }
}

/** Of all groups, from an index on. */
function sumsAt(doubles: Float64Array, offset: number, dim: number): Float64Array {
  return doubles.subarray(offset, offset + GROUPS * slopeWords(dim))
}

/** ∇R, [dim]; null where it was not measured. */
export function readRemainderSlope(
  doubles: Float64Array,
  { slopes }: BranchPlan,
  dim: number,
): Moments[] | null {
  if (slopes === null) return null
  const total = new Float64Array(slopeWords(dim))
  for (const [k, sum] of sumsAt(doubles, slopes, dim).entries()) total[k % total.length] += sum
  const count = total[0]
  if (count < 2) return null
  return Array.from({ length: dim }, (_, i) => {
    const mean = total[1 + i] / count
    const variance = Math.max(0, total[1 + dim + i] / count - mean * mean) / (count - 1)
    return { mean, standardError: Math.sqrt(variance) }
  })
}
