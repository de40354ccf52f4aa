/** How the second order R of the networks' errors moves with where paths start: what the branching paths of all groups say of it. */

import { floatsOf } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { BranchAdjoint, type BranchBlock } from './branch-adjoint.ts'
import { type BranchPlan, GROUPS, slopeWords } from './branch-plan.ts'
import type { WorkerBuffers } from './buffers.ts'
import { PathRecord } from './gradient/path-record.ts'
import type { GradientPlan } from './gradient/plan.ts'
import type { Moments } from './grid-error.ts'
import { RemainderSource, toldOf } from './remainder-source.ts'
import { RemainderWeight } from './remainder-weight.ts'
import type { BranchedGroup, SlopeReader, TrunkParts } from './slope-reader.ts'

export class RemainderSlope {
  readonly #parts: TrunkParts
  readonly #sums: Float64Array
  readonly #reader: SlopeReader

  /** @param sums of all groups; index */
  constructor(
    plan: GradientPlan,
    sums: number,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    context: WorkerContext,
    simulator: Simulator,
  ) {
    const { estimate } = plan
    const isDrifting = problem.functions.driver.dependsOn.includes('z')
    const record = new PathRecord(plan.workers[context.team.rank].record, context.views, isDrifting)
    const first = estimate.elsewhere?.firstStep ?? 0
    const parts = { plan, functions, context, simulator, record, first }
    this.#parts = parts
    this.#sums = sumsAt(context.views.doubles, sums, estimate.training.dim)
    this.#reader = estimate.branches?.hasWholeSlope
      ? new RemainderSource(parts, new BranchAdjoint(plan, problem, functions, context, simulator))
      : new RemainderWeight(parts)
  }

  /** For one worker alone. */
  forget(): void {
    this.#sums.fill(0)
  }

  /** Takes a node of a group's paths, up to the one that they branch at. */
  keep(node: number, buffers: WorkerBuffers): void {
    const { simulator, record, first } = this.#parts
    const dt = node === first ? 0 : lengthAt(simulator.grid, node - 1)
    record.keep(node, dt, false, buffers)
  }

  /** Takes a node of a group's second branch, from `first` on, where it branched. */
  keepRest(node: number, first: number, buffers: WorkerBuffers): void {
    this.#reader.rest?.keep(node, first, buffers)
  }

  /** Reads what that branch's paths say of ∇u there. */
  observe(block: Omit<BranchBlock, 'y0'>): void {
    this.#reader.rest?.observe({ ...block, rows: toldOf(block.rows), y0: Number.NaN })
  }

  /** Adds what a group that branched tells. */
  add(branched: BranchedGroup): void {
    const samples = this.#reader.read(branched)
    if (samples === null) return
    const { dim } = this.#parts.plan.estimate.training
    const { group, rows } = branched
    const sums = this.#sums.subarray(group * slopeWords(dim), (group + 1) * slopeWords(dim))
    sums[0] += rows
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < dim; i++) {
        const sample = samples[floatsOf(r, dim) + i]
        sums[1 + i] += sample
        sums[1 + dim + i] += sample * sample
      }
    }
  }
}

/** Of all groups, from an index on. */
function sumsAt(doubles: Float64Array, offset: number, dim: number): Float64Array {
  return doubles.subarray(offset, offset + GROUPS * slopeWords(dim))
}

/** What the second order adds to a component of the gradient. */
export interface SlopeMoments extends Moments {
  /** The mean over the groups of what each says without its sign: parts that cancel in the second order need not in the third. */
  size: number
}

/** [dim]; null where it was not measured. */
export function readRemainderSlope(
  doubles: Float64Array,
  { slopes }: BranchPlan,
  dim: number,
): SlopeMoments[] | null {
  if (slopes === null) return null
  const words = slopeWords(dim)
  const all = sumsAt(doubles, slopes, dim)
  const groups = Array.from({ length: GROUPS }, (_, g) => all.subarray(g * words, (g + 1) * words))
  const totalOf = (word: number) => groups.reduce((sum, group) => sum + group[word], 0)
  const count = totalOf(0)
  if (count < 2) return null
  return Array.from({ length: dim }, (_, i) => {
    const mean = totalOf(1 + i) / count
    const variance = Math.max(0, totalOf(1 + dim + i) / count - mean * mean) / (count - 1)
    const size = groups.reduce((sum, group) => sum + Math.abs(group[1 + i]), 0) / count
    return { mean, standardError: Math.sqrt(variance), size }
  })
}
