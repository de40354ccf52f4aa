/** What single paths observe ∇u at where they start: blocks of fresh paths on any of the grids, and their adjoint. */
import { floatsOf } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { lengthAt, type TimeGrid } from '../../paths/grid.ts'
import { Simulator, type StepCoefficients } from '../../paths/simulator.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../../problem/runtime.ts'
import type { WorkerBuffers } from '../buffers.ts'
import { Controls } from '../controls.ts'
import { PathPass, type PathStart } from '../path-pass.ts'
import { type EstimatePlan, firstNode, gridOf, hasGrid, RESULT, stepAt } from '../plan.ts'
import { FieldCoefficients } from './field-coefficients.ts'
import { LikelihoodRatio } from './likelihood-ratio.ts'
import type { Adjoint, Observation } from './path-block.ts'
import { PathRecord } from './path-record.ts'
import { PathwiseAdjoint } from './pathwise-adjoint.ts'
import type { GradientPlan } from './plan.ts'

export type Stride = 1 | 2 | 4

/** One of the grids: of every point of the training's, of every second, or of every fourth. */
export interface Side {
  stride: Stride
  simulator: Simulator
}

/** An observation is p + Σ βₖqₖ, for any β: each q has mean 0. [rows×dim] each, as padded. */
export interface Observed {
  p: Float32Array
  q: Float32Array[]
  /** What the paths estimate u at where they start, float64 [rows]; index, until the next are followed. */
  estimates: number
}

export class GradientObserver {
  readonly #context: WorkerContext
  readonly #plan: GradientPlan
  readonly #problem: CompiledProblem
  readonly #functions: ProblemFunctions
  readonly #pass: PathPass
  readonly #record: PathRecord
  readonly #adjoint: Adjoint
  readonly #field: FieldCoefficients

  constructor(context: WorkerContext, problem: CompiledProblem, plan: GradientPlan) {
    const { views, kernels, team } = context
    const { estimate } = plan
    const functions = bindFunctions(problem, context.views)
    const { dependsOn } = problem.functions.driver
    const controls = new Controls(estimate, kernels, views, team.rank)
    this.#context = context
    this.#plan = plan
    this.#problem = problem
    this.#functions = functions
    this.#pass = new PathPass(context, problem, estimate, functions, controls)
    const isDrifting = estimate.options.scheme === 'trapezoidal' && dependsOn.includes('z')
    this.#record = new PathRecord(plan.workers[team.rank].record, views, isDrifting)
    this.#field = new FieldCoefficients(estimate, kernels, views)
    this.#adjoint =
      plan.kind === 'pathwise'
        ? new PathwiseAdjoint(plan, functions, kernels, views, team.rank)
        : new LikelihoodRatio(plan, problem, functions, views, team.rank)
  }

  /** The grids that there are, finest first; their simulators are to be used behind the next barrier. */
  sides(): Side[] {
    const { estimate } = this.#plan
    const coarser = ([2, 4] as const).filter((stride) => hasGrid(estimate, stride))
    return [1 as const, ...coarser].map((stride) => ({
      stride,
      simulator: this.#simulator(stride),
    }))
  }

  #simulator(stride: Stride): Simulator {
    const { estimate } = this.#plan
    const { seed } = estimate.training
    const coefficients = coefficientsOf(estimate, stride)
    return new Simulator(
      this.#problem,
      this.#functions,
      gridOf(estimate, stride),
      this.#context,
      coefficients,
      seed,
    )
  }

  /** Paths firstPath … firstPath+rows−1 of an iteration, at most `plan.rows`, from x₀ or from where `start` says. */
  follow(
    { stride, simulator }: Side,
    iteration: number,
    firstPath: number,
    rows: number,
    start?: PathStart,
  ): Observed {
    const { doubles } = this.#context.views
    const { estimate } = this.#plan
    const { grid } = simulator
    const y0 = doubles[estimate.result + RESULT.y0]
    const first = firstNode(estimate, stride)
    const estimates = this.#pass.run(simulator, stride, start ?? y0, iteration, firstPath, rows, (node, at) =>
      this.#keep(node, node === first, stride, grid, rows, at),
    )
    const block = { record: this.#record, simulator, grid, stride, first, rows, estimates, y0 }
    return { ...this.#read(this.#adjoint.run(block), rows), estimates }
  }

  #keep(
    node: number,
    isFirst: boolean,
    stride: Stride,
    grid: TimeGrid,
    rows: number,
    at: WorkerBuffers,
  ): void {
    const record = this.#record
    record.keep(node, isFirst ? 0 : lengthAt(grid, node - 1), node === grid.steps, at)
    if (this.#plan.kind === 'pathwise') return
    // What a path estimates u at is free of all of the field, not of Ẑ alone.
    const { share, one } = this.#plan.workers[this.#context.team.rank]
    this.#field.write(stepAt(this.#plan.estimate, stride, node), record.z(node), at, share, one, rows)
  }

  #read({ adjoint, controls }: Observation, rows: number): Pick<Observed, 'p' | 'q'> {
    const { floats } = this.#context.views
    const count = floatsOf(rows, this.#plan.estimate.training.dim)
    const copy = (at: number) => floats.slice(at, at + count)
    return { p: copy(adjoint), q: controls.map(copy) }
  }
}

function coefficientsOf(estimate: EstimatePlan, stride: Stride): StepCoefficients {
  if (stride === 1) return estimate.training.coefficients
  return stride === 2 ? estimate.coarseCoefficients : estimate.coarsestCoefficients
}
