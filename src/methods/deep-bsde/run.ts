/** The main thread's side of the deep BSDE method: plans, trains, estimates, and reads the result out of the memory. */
import { contradictsBounds } from '../../bounds/contradiction.ts'
import { planBounds } from '../../bounds/plan.ts'
import { noBounds, readBounds } from '../../bounds/result.ts'
import { UserError } from '../../errors/errors.ts'
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { planGradient } from '../../estimation/gradient/plan.ts'
import { type EstimatePlan, planEstimate } from '../../estimation/plan.ts'
import {
  planRegion,
  REGION_POINTS,
  type RegionPlan,
  readRegion,
  readRegionPoints,
} from '../../estimation/region.ts'
import { type EstimateResult, readEstimate } from '../../estimation/result.ts'
import { planSample, readSamples } from '../../estimation/sample-paths.ts'
import { STATE } from '../../fields/state.ts'
import { MEMORY_REMEDY } from '../../memory/arena.ts'
import type { Views } from '../../memory/views.ts'
import { parseRegion } from '../../paths/region-text.ts'
import { centreOf, type StartLaw } from '../../paths/start.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Published } from '../../problem/definition.ts'
import { gradientFromScaled } from '../../problem/scaling.ts'
import type { Region } from '../../solution/details/region.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import type { Status } from '../../solution/status.ts'
import { curvatureInZ } from '../../training/curvature.ts'
import { lossLeft, readHistory, reportTraining } from '../../training/history.ts'
import { IterationReporter } from '../../training/iteration-reporter.ts'
import { planTraining, type TrainingPlan } from '../../training/plan.ts'
import type { Session } from '../session.ts'
import { resolveOptions } from './defaults.ts'
import { findGradient } from './find-gradient.ts'
import { findHessian, planAskedHessian } from './find-hessian.ts'
import { refuseWide } from './many-dimensions.ts'
import { finerSteps } from './refinement.ts'
import { checkRegion } from './region-check.ts'
import { sampleRegion } from './region-sample.ts'
import { boundWithHelp, estimateWithHelp } from './shared-rounds.ts'
import { judgeContradiction, judgeLoners, judgeMotion, judgeReach, judgeSilence } from './silence.ts'
import { withUnmeasured } from './unmeasured.ts'
import { evidenceOf, judge, judgeWidth } from './verdict.ts'

/** Trains and estimates at the problem's x0. @throws UserError, DivergenceError. */
export async function solveByTraining(
  session: Session,
  problem: CompiledProblem,
  published: Published | null,
  options: RunOptions,
): Promise<MethodResult> {
  refuseWide(problem, options, session)
  const resolved = resolveOptions(problem, published, options)
  const start = startOf(problem, options)
  const { retries } = options
  const plan = planTraining(
    session.arena,
    problem,
    resolved.training,
    start,
    resolved.seed,
    session.workers,
    retries,
  )
  const estimatePlan = planEstimate(session.arena, problem, plan, resolved.estimate, session.workers)
  const gradientPlan = planGradient(session.arena, problem, estimatePlan, session.workers)
  const hessianPlan = planAskedHessian(session.arena, problem, gradientPlan, options)
  const regionPlan =
    start.kind === 'point' ? null : planRegion(session.arena, estimatePlan, gradientPlan, session.workers)
  const samplePlan = options.samples ? planSample(session.arena, estimatePlan) : null
  const { checkpoints, signal } = session
  checkpoints?.plan(session.arena, resolved)
  const hasBounds = options.bounds && problem.structure?.curvature
  const boundsPlan = hasBounds
    ? planBounds(session.arena, problem, estimatePlan, problem.structure!, session.workers)
    : null
  const views = session.allocate(MEMORY_REMEDY)
  await checkpoints?.begin(views.memory)

  const startedAt = performance.now()
  const iterations = new IterationReporter(views.doubles, plan.history, options.onIterations)
  const { iterations: most, schedule, batchSize } = resolved.training
  const length = { iterations: most, isMost: schedule.name === 'plateau', batchSize }
  const trained = (done: number) => {
    iterations.report(done)
    reportTraining(views.doubles, plan.history, done, length, options.onProgress)
  }
  try {
    await session.run('deep-bsde', 'train', problem, plan, trained, checkpoints)
  } finally {
    iterations.report(views.doubles[plan.state + STATE.iteration])
  }
  const trainedAt = performance.now()
  // The estimate of a training that was stopped is for the person who stopped it; a resumed run makes its own.
  const isTrained = !signal?.aborted
  await checkpoints?.write(false, !isTrained)
  const isMost = options.paths === undefined || options.tolerance !== undefined
  const estimated = (paths: number) =>
    options.onProgress?.({ stage: 'estimate', paths, of: resolved.estimate.paths, isMost })
  const estimatePlans: EstimatePlans = { estimate: estimatePlan, gradient: gradientPlan }
  const { shareRounds } = session
  if (shareRounds && isTrained) {
    await estimateWithHelp(session, problem, estimatePlans, resolved, views, shareRounds, estimated)
  } else {
    await session.run(
      'deep-bsde',
      'estimate',
      problem,
      estimatePlans,
      estimated,
      isTrained ? checkpoints : null,
    )
  }
  if (isTrained) await checkpoints?.write(!signal?.aborted, signal?.aborted)
  let lastAt = performance.now()
  const lap = () => {
    const since = lastAt
    lastAt = performance.now()
    return lastAt - since
  }
  const elapsedMs: MethodResult['elapsedMs'] = { train: trainedAt - startedAt, estimate: lastAt - trainedAt }
  const found = readResult(views, problem, plan, estimatePlan, elapsedMs, session.signal?.aborted ?? false)
  await findGradient(session, problem, gradientPlan, views, found)
  elapsedMs.gradient = lap()
  found.hessian = await findHessian(session, problem, hessianPlan, views, options)
  if (found.hessian) elapsedMs.hessian = lap()
  if (regionPlan !== null) {
    await session.run('deep-bsde', 'region', problem, regionPlan, () => {})
    found.region = regionResult(views, problem, regionPlan, options)
  }
  if (regionPlan !== null && !found.region?.relativeErrors) {
    found.regionSample = await sampleRegion(session, problem, regionPlan, views)
  }
  if (regionPlan !== null) elapsedMs.region = lap()
  if (samplePlan !== null) {
    await session.run('deep-bsde', 'sample', problem, samplePlan, () => {})
    found.samples = readSamples(views, problem, samplePlan)
    if (regionPlan !== null && found.region?.relativeErrors) {
      found.samples.region = readRegionPoints(views.doubles, regionPlan)
    }
  }
  if (boundsPlan !== null) {
    lap()
    const bounded = (paths: number) =>
      options.onProgress?.({ stage: 'estimate', paths, of: boundsPlan.paths })
    if (shareRounds && isTrained) {
      await boundWithHelp(session, problem, boundsPlan, resolved, views, shareRounds, bounded)
    } else await session.run('deep-bsde', 'bound', problem, boundsPlan, bounded)
    elapsedMs.bounds = lap()
    found.bounds = readBounds(views.doubles, boundsPlan, elapsedMs.bounds)
    doubtByBounds(found, problem)
  } else if (options.bounds) {
    found.bounds = noBounds()
  }
  const spans = session.arena.kept('model')
  await session.model?.save({ memory: views.memory, spans, resolved, found })
  if (isTrained && found.regionSample) {
    lap()
    found.region = await checkRegion(session, problem, estimatePlans, views, found)
    elapsedMs.region = (elapsedMs.region ?? 0) + lap()
  }
  return found
}

/** A value that its own bounds exclude is not to be relied on; what was known against it comes first. */
function doubtByBounds(found: MethodResult, { range }: CompiledProblem): void {
  if (found.status !== 'converged' && found.status !== 'imprecise') return
  const reason = contradictsBounds(found.value, found.standardError, found.bounds!, range)
  if (reason !== null) Object.assign(found, { status: 'unconverged', reason, contradiction: 'bounds' })
}

function regionResult(views: Views, problem: CompiledProblem, plan: RegionPlan, options: RunOptions): Region {
  const isKnown = problem.functions.exactGradient !== null
  return {
    law: options.region ?? '',
    centre: [...centreOf(plan.training.start)],
    points: REGION_POINTS,
    relativeErrors: isKnown ? readRegion(views.doubles, plan) : null,
  }
}

/** The problem's x0, or the region asked for. @throws UserError where bounds are asked for over a region. */
export function startOf(problem: CompiledProblem, { region, bounds, preset }: RunOptions): StartLaw {
  if (region === undefined) return { kind: 'point', x0: problem.x0 }
  if (bounds) throw new UserError('bounds hold at a point. Leave --bounds or --region out.')
  if (preset) throw new UserError('the published run starts at a point. Leave --preset or --region out.')
  return parseRegion(region, problem.dim)
}

function readResult(
  views: Views,
  problem: CompiledProblem,
  plan: TrainingPlan,
  estimatePlan: EstimatePlan,
  elapsedMs: MethodResult['elapsedMs'],
  wasStopped: boolean,
): MethodResult {
  const { doubles } = views
  const history = readHistory(doubles, plan.history, doubles[plan.state + STATE.iteration])
  const z = plan.firstNetwork === 0 ? new Float64Array(plan.noiseDim) : initialZ(views, plan)
  const measured = readEstimate(doubles, estimatePlan)
  const estimate = withUnmeasured(measured, problem, estimatePlan, lossLeft(history.loss), {
    time: 0,
    x: centreOf(plan.start),
    z,
  })
  const { value, standardError, errors } =
    plan.initialValue === 'parameter' ? trainedValue(doubles[plan.state + STATE.y0], estimate) : estimate
  const curvature = curvatureInZ(problem, centreOf(plan.start), value, z)
  const gradient = gradientFromScaled(problem, centreOf(plan.start), z)
  const evidence = evidenceOf(doubles, estimatePlan, plan.options, history, estimate, {
    curvature,
    driver: problem.driverShape,
  })
  // Over a region training's estimates are of other points; elsewhere its steps are Euler's, and further from the truth than fresh paths.
  const isSilentRisk = problem.terminalJumps && plan.start.kind === 'point'
  const doubt =
    judgeSilence(estimate, gradient) ??
    judgeLoners(estimate) ??
    judge(evidence) ??
    judgeReach(doubles, plan) ??
    (isSilentRisk ? judgeContradiction(history, evidence) : null) ??
    judgeMotion(problem)
  const shortfall = judgeWidth(standardError, { ...evidence, value, errors }, estimatePlan.options.tolerance)
  const verdict: Status = doubt ? 'unconverged' : shortfall ? 'imprecise' : 'converged'
  const reason = doubt ?? shortfall
  const status = wasStopped ? 'stopped' : verdict
  return {
    status,
    reason,
    rollbacks: doubles[plan.state + STATE.rollbacks],
    value,
    standardError,
    errors,
    gridError: Number.isFinite(estimate.gridError) ? estimate.gridError : null,
    gridErrorStandardError: estimate.gridErrorStandardError,
    isExtrapolated: estimate.isExtrapolated,
    gridOrder: estimate.gridOrder,
    finerSteps: finerSteps(evidence, estimatePlan),
    deviation: estimate.deviation,
    remainder: estimate.remainder,
    gradient,
    iterations: history.loss.length,
    steps: plan.grid.steps,
    batchSize: plan.options.batchSize,
    paths: estimate.paths,
    history,
    elapsedMs,
  }
}

/**
 * Where Y₀ was trained, as published, it is the answer; its error is its distance from the estimate by fresh paths
 * together with that estimate's own error, for gradient descent has none to give.
 */
function trainedValue(
  y0: number,
  { value, standardError, errors }: EstimateResult,
): Pick<EstimateResult, 'value' | 'standardError' | 'errors'> {
  const distance = y0 - value
  return {
    value: y0,
    standardError: Math.hypot(distance, standardError),
    errors: { ...errors, remainder: Math.hypot(distance, errors.remainder) },
  }
}

function initialZ(views: Views, plan: TrainingPlan): Float64Array {
  const scale = views.doubles[plan.state + STATE.z0Scale]
  const theta = plan.blocks[0].theta
  return Float64Array.from(views.floats.subarray(theta, theta + plan.noiseDim), (z) => scale * z)
}
