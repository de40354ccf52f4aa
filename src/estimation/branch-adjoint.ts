import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, timeAfter } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import type { WorkerBuffers } from './buffers.ts'
import { PathRecord } from './gradient/path-record.ts'
import { PathwiseAdjoint } from './gradient/pathwise-adjoint.ts'
import type { GradientPlan } from './gradient/plan.ts'

/** Paths that branched at the node `first`, with their estimates and what Γ was there, float64 [rows], and the value that they were started from. */
export interface BranchBlock {
  first: number
  rows: number
  y0: number
  estimates: number
  weight: number
}

export class BranchAdjoint {
  readonly #plan: GradientPlan
  readonly #functions: ProblemFunctions
  readonly #context: WorkerContext
  readonly #simulator: Simulator
  readonly #record: PathRecord
  readonly #adjoint: PathwiseAdjoint

  constructor(
    plan: GradientPlan,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    context: WorkerContext,
    simulator: Simulator,
  ) {
    const { views, kernels, team } = context
    this.#plan = plan
    this.#functions = functions
    this.#context = context
    this.#simulator = simulator
    const isDrifting = problem.functions.driver.dependsOn.includes('z')
    this.#record = new PathRecord(plan.workers[team.rank].record, views, isDrifting)
    this.#adjoint = new PathwiseAdjoint(plan, functions, kernels, views, team.rank)
  }

  /** Takes a node of a block of paths that branched at the node `first`. */
  keep(node: number, first: number, buffers: WorkerBuffers): void {
    const { grid } = this.#simulator
    const dt = node === first ? 0 : lengthAt(grid, node - 1)
    this.#record.keep(node, dt, node === grid.steps, buffers)
  }

  /** Writes Z [rows×noiseDim] at the node `first` of a block's kept paths. */
  write(into: number, block: BranchBlock): void {
    const { first, rows } = block
    const x = this.#record.x(first)
    const t = timeAfter(this.#simulator.grid, first)
    this.#functions.scaleGradient(rows, t, { x, v: this.observe(block), z: into })
  }

  /** @returns index of ∇u at the node `first` as a block's kept paths observe it [rows×dim], until the next are observed */
  observe({ first, rows, y0, estimates, weight }: BranchBlock): number {
    const { doubles } = this.#context.views
    const { training } = this.#plan.estimate
    const { observed, share } = this.#plan.workers[this.#context.team.rank]
    const simulator = this.#simulator
    const { grid } = simulator
    const record = this.#record
    const block = { record, simulator, grid, stride: 1, first, rows, estimates, y0 } as const
    const {
      adjoint,
      controls: [control],
    } = this.#adjoint.run(block, 1)
    for (let r = 0; r < rows; r++) doubles[share + r] = 1 / doubles[weight + r]
    this.#context.kernels.rowCombine(observed, adjoint, share, control, share, rows, training.dim)
    return observed
  }
}
