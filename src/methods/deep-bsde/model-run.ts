/** The workers and the memory behind a model's answers. */

import { availableParallelism } from 'node:os'
import { publishedOf } from '../../checkpoint/description.ts'
import type { StoredModel } from '../../checkpoint/model-file.ts'
import { Controls } from '../../estimation/controls.ts'
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { type GradientPlan, planGradient } from '../../estimation/gradient/plan.ts'
import { type EstimatePlan, planEstimate, RESULT_WORDS } from '../../estimation/plan.ts'
import { planRegionPoints, RegionFunction, type RegionPoints } from '../../estimation/region-function.ts'
import { aimOf, readEstimate } from '../../estimation/result.ts'
import { type SessionOptions, ThreadSession } from '../../executor/thread-session.ts'
import { STATE } from '../../fields/state.ts'
import { TrainedField } from '../../fields/trained-field.ts'
import { type Kernels, padded } from '../../kernels/interface.ts'
import { compileKernels, instantiateKernels } from '../../kernels/loader.ts'
import { MEMORY_REMEDY } from '../../memory/arena.ts'
import { defaultMemoryLimit } from '../../memory/limit.ts'
import { scatter } from '../../memory/snapshot.ts'
import type { Views } from '../../memory/views.ts'
import { timeAt } from '../../paths/grid.ts'
import { placeAt } from '../../paths/start.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions } from '../../problem/runtime.ts'
import { gradientFromScaled } from '../../problem/scaling.ts'
import { curvatureInZ } from '../../training/curvature.ts'
import { planTraining, type TrainingPlan } from '../../training/plan.ts'
import { resolveOptions } from './defaults.ts'
import type { EvaluateOptions, Evaluation } from './evaluation.ts'
import { type FoundGradient, findGradient } from './find-gradient.ts'
import { startOf } from './run.ts'
import { judgeLoners } from './silence.ts'
import { type Evidence, evidenceOfEstimate, judge } from './verdict.ts'

/** Deviations from the mean of training's paths, in any component, beyond which a point is far from them. */
const FAR = 4

export type Found = Pick<
  Evaluation,
  'value' | 'standardError' | 'gradient' | 'gradientStandardError' | 'paths' | 'reason'
>

export class ModelRun {
  readonly #problem: CompiledProblem
  readonly #stored: StoredModel
  readonly #session: ThreadSession
  readonly #plan: TrainingPlan
  readonly #estimate: EstimatePlan
  readonly #gradient: GradientPlan | null
  /** For a region's û; null for a point. */
  readonly #points: RegionPoints | null
  readonly #views: Views

  /** throws UserError where it does not fit into the memory */
  constructor(
    stored: StoredModel,
    problem: CompiledProblem,
    options: EvaluateOptions & Pick<SessionOptions, 'threads'>,
  ) {
    const { description, arrays } = stored
    const {
      workers = availableParallelism(),
      memoryLimit = defaultMemoryLimit(workers),
      signal = null,
      watchdogMs,
      threads,
    } = options
    const { paths = description.options.paths, tolerance = description.options.tolerance } = options
    const chosen = { ...description.options, paths, tolerance }
    const resolved = resolveOptions(problem, publishedOf(description), chosen)
    this.#problem = problem
    this.#stored = stored
    this.#session = new ThreadSession({
      workers,
      kernel: description.kernel,
      memoryLimit,
      signal,
      watchdogMs,
      threads,
    })
    const { arena } = this.#session
    const start = startOf(problem, description.options)
    this.#plan = planTraining(arena, problem, resolved.training, start, resolved.seed, workers)
    this.#estimate = planEstimate(arena, problem, this.#plan, resolved.estimate, workers)
    this.#gradient = planGradient(arena, problem, this.#estimate, workers)
    this.#points = start.kind === 'point' ? null : planRegionPoints(arena, this.#plan)
    this.#views = this.#session.allocate(MEMORY_REMEDY)
    scatter(this.#views.memory, arena.kept('model'), arrays)
  }

  async at(x: Float64Array, step: number): Promise<Found> {
    if (this.#isOwnPoint(x, step)) {
      const { estimate } = this.#stored.description
      const { value, standardError, gradient, gradientStandardError, reason = null } = estimate
      return { value, standardError, gradient, gradientStandardError, reason }
    }
    const { doubles } = this.#views
    const { result } = this.#estimate
    doubles.fill(0, result / 8, result / 8 + RESULT_WORDS)
    const plan: EstimatePlan = { ...this.#estimate, x0: x, elsewhere: { firstStep: step } }
    const gradientPlan = this.#gradient && { ...this.#gradient, estimate: plan }
    const plans: EstimatePlans = { estimate: plan, gradient: gradientPlan }
    await this.#session.run('deep-bsde', 'estimate', this.#problem, plans, () => {})
    const estimate = readEstimate(doubles, plan)
    const { value, standardError } = estimate
    const z = await this.#gradientAt(x, step, plan)
    const time = timeAt(this.#plan.grid, step)
    const evidence = {
      ...evidenceOfEstimate(estimate, aimOf(doubles, plan, value)),
      curvature: curvatureInZ(this.#problem, x, value, z, time),
      terminalDeviation: doubles[this.#plan.state / 8 + STATE.valueScale] || estimate.terminalDeviation,
    }
    const gradient: FoundGradient = {
      deviation: estimate.deviation,
      gradient: gradientFromScaled(this.#problem, x, z, time),
    }
    await findGradient(this.#session, this.#problem, gradientPlan, this.#views, gradient)
    return {
      value,
      standardError,
      gradient: gradient.gradient,
      gradientStandardError: gradient.gradientStandardError,
      paths: estimate.paths,
      reason: this.#distance(x, step) ?? judgeLoners(estimate) ?? this.#verdict(evidence),
    }
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  #isOwnPoint(x: Float64Array, step: number): boolean {
    const { start } = this.#plan
    return step === 0 && start.kind === 'point' && start.x0.every((value, i) => value === x[i])
  }

  /** Where a model's own numbers are not finite, so is the verdict. */
  #verdict(
    evidence: Omit<Evidence, 'isOneStep' | 'trainedValue' | 'residual' | 'loss' | 'endedByItself'>,
  ): string | null {
    if (!Number.isFinite(evidence.value + evidence.deviation)) return 'the estimate is not finite'
    return judge({
      ...evidence,
      isOneStep: false,
      trainedValue: null,
      residual: null,
      loss: [],
      endedByItself: false,
    })
  }

  /** Whether the point lies beyond where training's paths have been. */
  #distance(x: Float64Array, step: number): string | null {
    const { pilot, dim, firstNetwork } = this.#plan
    const at = Math.max(step, firstNetwork) * padded(dim)
    const { floats } = this.#views
    const distances = x.map((value, i) =>
      Math.abs(value * floats[pilot.scale / 4 + at + i] + floats[pilot.shift / 4 + at + i]),
    )
    const farthest = distances.reduce((most, distance) => Math.max(most, distance), 0)
    if (farthest <= FAR) return null
    return `the point lies ${farthest.toPrecision(2)} deviations from where training's paths were at this time; train with --region for values there`
  }

  /** σᵀ∇û at a point of the region that the model was trained over. */
  #regionGradient(x: Float64Array, kernels: Kernels, points: RegionPoints): Float64Array {
    const { floats } = this.#views
    const value = new RegionFunction(this.#problem, this.#estimate, kernels, this.#views, 0, points)
    placeAt(floats, points.x, 1, x)
    value.evaluate(1)
    value.differentiate(1)
    return Float64Array.from(floats.subarray(points.z / 4, points.z / 4 + this.#plan.noiseDim))
  }

  /** Ẑ at (tₙ, x) as the paths from there corrected it, in the first worker's buffers: no worker runs now. */
  async #gradientAt(x: Float64Array, step: number, plan: EstimatePlan): Promise<Float64Array> {
    const { floats, memory } = this.#views
    const { noiseDim } = this.#plan
    const { kernel } = this.#session
    const kernels = instantiateKernels(kernel, await compileKernels(kernel), memory)
    if (step === 0 && this.#points) return this.#regionGradient(x, kernels, this.#points)
    const { terminalGradient } = bindFunctions(this.#problem, this.#views)
    const { training, gradient } = this.#estimate
    const field = new TrainedField(training, gradient, terminalGradient, kernels, this.#views)
    const buffers = this.#estimate.workers[0]
    placeAt(floats, buffers.x, 1, x)
    field.evaluate(field.networkOf(step), buffers.x, 1, buffers.pass, buffers.z)
    new Controls(plan, kernels, this.#views, 0).martingale?.correct(step, buffers, 1)
    return Float64Array.from(floats.subarray(buffers.z / 4, buffers.z / 4 + noiseDim))
  }
}
