/** The workers and the memory behind a model's answers. */

import { availableParallelism } from 'node:os'
import { publishedOf } from '../../checkpoint/description.ts'
import type { StoredModel } from '../../checkpoint/model-file.ts'
import { Controls } from '../../estimation/controls.ts'
import { type GradientPlan, planGradient } from '../../estimation/gradient/plan.ts'
import { type EstimatePlan, hasGrid, planEstimate } from '../../estimation/plan.ts'
import { planRegionPoints, RegionFunction, type RegionPoints } from '../../estimation/region-function.ts'
import { aimOf, type EstimateResult, readEstimate } from '../../estimation/result.ts'
import { type SessionOptions, ThreadSession } from '../../executor/thread-session.ts'
import { STATE } from '../../fields/state.ts'
import { TrainedField } from '../../fields/trained-field.ts'
import type { Kernels } from '../../kernels/interface.ts'
import { compileKernels, instantiateKernels } from '../../kernels/loader.ts'
import { MEMORY_REMEDY } from '../../memory/arena.ts'
import { defaultMemoryLimit } from '../../memory/limit.ts'
import { floatsOf } from '../../memory/rows.ts'
import { scatter } from '../../memory/snapshot.ts'
import type { Views } from '../../memory/views.ts'
import { timeAt } from '../../paths/grid.ts'
import { placeAt } from '../../paths/start.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions } from '../../problem/runtime.ts'
import { gradientFromScaled } from '../../problem/scaling.ts'
import { standing } from '../../solution/standing.ts'
import { curvatureInZ } from '../../training/curvature.ts'
import { planTraining, type TrainingPlan } from '../../training/plan.ts'
import { resolveOptions } from './defaults.ts'
import { estimateElsewhere } from './elsewhere.ts'
import type { EvaluateOptions, Evaluation } from './evaluation.ts'
import { type FoundGradient, findGradient } from './find-gradient.ts'
import { startOf } from './run.ts'
import { judgeLoners, judgeSilence } from './silence.ts'
import { withUnmeasured } from './unmeasured.ts'
import { bendOf, type Evidence, evidenceOfEstimate, isAffine, judge, judgeWidth } from './verdict.ts'

/** Deviations from the mean of training's paths, in any component, beyond which a point is far from them. */
const FAR = 4

export type Found = Pick<
  Evaluation,
  'value' | 'standardError' | 'gradient' | 'gradientStandardError' | 'paths' | 'status' | 'reason'
> & {
  /** Whether it is the answer of the solve itself. */
  isOwn: boolean
}

const NOT_FINITE =
  'the estimate is not finite: the driver or g is no number at some of the values that paths come to; write a bound into the formula, as max(x[1], 0.01) under a logarithm'

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
      const { value, standardError, gradient, gradientStandardError } = this.#stored.description.estimate
      return { value, standardError, gradient, gradientStandardError, ...this.#standing(), isOwn: true }
    }
    const { doubles } = this.#views
    const own = { estimate: this.#estimate, gradient: this.#gradient }
    const near = this.#stored.description.estimate.value
    const plans = await estimateElsewhere(this.#session, this.#problem, own, this.#views, x, near, step)
    const { estimate: plan, gradient: gradientPlan } = plans
    const z = await this.#gradientAt(x, step, plan)
    const time = timeAt(this.#plan.grid, step)
    const measured = readEstimate(doubles, plan)
    const estimate = withUnmeasured(measured, this.#problem, plan, this.#lossAt(measured), { time, x, z })
    const { value, standardError, deviation, paths } = estimate
    const evidence: Evidence = {
      ...evidenceOfEstimate(estimate, aimOf(doubles, plan, value), isAffine(this.#problem.driverShape)),
      isOneStep: false,
      bend: bendOf(this.#problem.driverShape, this.#plan.grid),
      trainedValue: null,
      curvature: curvatureInZ(this.#problem, x, value, z, time),
      terminalDeviation: doubles[this.#plan.state + STATE.valueScale] || estimate.terminalDeviation,
      loss: [],
      endedByItself: false,
    }
    const found: FoundGradient = { deviation, gradient: gradientFromScaled(this.#problem, x, z, time) }
    const doubt =
      this.#distance(x, step) ??
      judgeSilence(estimate, found.gradient) ??
      judgeLoners(estimate) ??
      this.#verdict(evidence) ??
      this.#untold(plan) ??
      this.#doubtOfTraining()
    const shortfall = judgeWidth(standardError, evidence, plan.options.tolerance)
    await findGradient(this.#session, this.#problem, gradientPlan, this.#views, found)
    return {
      value,
      standardError,
      gradient: found.gradient,
      gradientStandardError: found.gradientStandardError,
      paths,
      status: doubt ? 'unconverged' : shortfall ? 'imprecise' : 'converged',
      reason: doubt ?? shortfall,
      isOwn: false,
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
  #verdict(evidence: Evidence): string | null {
    const isNumber = Number.isFinite(evidence.value + evidence.deviation)
    return isNumber ? judge(evidence) : NOT_FINITE
  }

  /** E∫|Z − Ẑ|²dt by training or by the paths from here, the larger. */
  #lossAt({ deviation }: EstimateResult): number {
    return Math.max(this.#stored.description.estimate.loss ?? 0, deviation * deviation)
  }

  /** Whether nothing tells what the steps leave. */
  #untold(plan: EstimatePlan): string | null {
    if (plan.isFreeOfGrid || hasGrid(plan, 2)) return null
    return 'no coarser grid begins at this time that would tell the error of the steps; ask at a time before it'
  }

  /** Of the solve that trained the networks, beside the page's reference. */
  #standing(): Pick<Found, 'status' | 'reason'> {
    const { estimate, reference } = this.#stored.description
    const { value, standardError, reason = null } = estimate
    const { status = reason === null ? 'converged' : 'unconverged' } = estimate
    return standing({ value, standardError, status, reason }, reference)
  }

  /** What a solve knew against its networks they keep elsewhere. */
  #doubtOfTraining(): string | null {
    const { status, reason } = this.#standing()
    if (reason === null || status === 'converged' || status === 'imprecise') return null
    return `the solve that trained the networks is not to be relied on: ${reason}`
  }

  /** Whether the point lies beyond where training's paths have been. */
  #distance(x: Float64Array, step: number): string | null {
    const { pilot, dim, firstNetwork } = this.#plan
    const at = floatsOf(Math.max(step, firstNetwork), dim)
    const { floats } = this.#views
    const distances = x.map((value, i) =>
      Math.abs(value * floats[pilot.scale + at + i] + floats[pilot.shift + at + i]),
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
    return Float64Array.from(floats.subarray(points.z, points.z + this.#plan.noiseDim))
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
    return Float64Array.from(floats.subarray(buffers.z, buffers.z + noiseDim))
  }
}
