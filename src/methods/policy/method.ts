/**
 * Direct policy optimisation (Han and E, 2016): the control at each time step is a network of the state; stacked through the
 * dynamics they are one residual network, and the expected cost is its loss, differentiated path by path.
 *
 * The value is the mean cost of the trained rule on fresh paths: achieved by a rule that anyone can run, and so, up to
 * the time grid and the stated error, no better than the optimum.
 */

import { contradictsBounds } from '../../bounds/contradiction.ts'
import type { RunDescription } from '../../checkpoint/description.ts'
import { meanInitialAdjoint } from '../../control/adjoint-fit.ts'
import { compileControl } from '../../control/compile.ts'
import type { CompiledControl } from '../../control/compiled.ts'
import type { ControlDefinition } from '../../control/definition.ts'
import { hasDual } from '../../control/dual/compiled.ts'
import { type DualPlan, planDual } from '../../control/dual/plan.ts'
import { readPolicyBounds } from '../../control/dual/result.ts'
import { policyValue } from '../../control/estimate.ts'
import { type PolicyEstimatePlan, planPolicyEstimate } from '../../control/estimate-plan.ts'
import { finerSteps } from '../../control/finer-steps.ts'
import { resolvePolicyOptions } from '../../control/options.ts'
import { POLICY_STATE, planPolicy } from '../../control/plan.ts'
import { withProgramme } from '../../control/programme/law.ts'
import { type RuleCost, readRuleCost } from '../../control/rule-cost.ts'
import { startsOf } from '../../control/start/find.ts'
import { storeStarts } from '../../control/start/plan.ts'
import { readStart } from '../../control/start/report.ts'
import { judgeFinite, judgePolicy, judgeRates, judgeSteps, judgeWidth } from '../../control/verdict.ts'
import type { Moments } from '../../estimation/grid-error.ts'
import type { Views } from '../../memory/views.ts'
import type { Published } from '../../problem/definition.ts'
import type { Bounds } from '../../solution/details/bounds.ts'
import type { MethodResult, OnWarning, RunOptions, Solution } from '../../solution/solution.ts'
import { readHistory, reportTraining } from '../../training/history.ts'
import { IterationReporter } from '../../training/iteration-reporter.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { about } from './about.ts'
import { findOtherSide } from './other-side.ts'
import { trainedPolicy } from './trained-policy.ts'

const REMEDY = 'Lower --steps, --hidden or the dimension, or raise --memory.'

export const method: Method<CompiledControl> = {
  ...about,
  compile: (page, settings, { bounds }) =>
    compileControl(page as ControlDefinition, settings, { bounds, start: true }),
  solve: solveByPolicy,
  checkSave: async (path) => (await import('./policy-file.ts')).checkPolicyFile(path),
  open: openPolicy,
}

/** Trains a policy and estimates its value at x0. @throws UserError, DivergenceError. */
async function solveByPolicy(
  session: Session,
  compiled: CompiledControl,
  _: Published | null,
  options: RunOptions,
): Promise<MethodResult> {
  const { skeleton: _skeleton, programme: _programme, ...problem } = compiled
  const startedAt = performance.now()
  const trajectories = startsOf(compiled, options)
  const resolved = resolvePolicyOptions(problem, options, trajectories)
  const { steps, isShared } = resolved
  const found = await withProgramme(compiled, trajectories, steps, isShared, session.signal)
  const { starts, missing } = found
  const plan = planPolicy(session.arena, problem, resolved, session.workers, true, starts)
  const estimatePlan = planPolicyEstimate(session.arena, problem, plan, session.workers)
  const dualPlan = hasDual(problem) ? planDual(session.arena, problem, estimatePlan, session.workers) : null
  const { checkpoints, signal } = session
  checkpoints?.plan(session.arena, resolved)
  const views = session.allocate(dualPlan ? `Leave --bounds out. ${REMEDY}` : REMEDY)
  storeStarts(views.floats, plan.start, starts, problem)
  await checkpoints?.begin(views.memory)
  const iterations = new IterationReporter(views.doubles, plan.history, options.onIterations)
  const trained = (done: number) => {
    iterations.report(done)
    reportTraining(
      views.doubles,
      plan.history,
      done,
      { iterations: plan.options.iterations },
      options.onProgress,
    )
  }
  try {
    await session.run('policy', 'train', problem, plan, trained, checkpoints)
  } finally {
    iterations.report(views.doubles[plan.state + POLICY_STATE.iteration])
  }
  // What follows a training that was stopped is for the person who stopped it; a resumed run makes its own.
  await checkpoints?.write(false, signal?.aborted)
  await session.run('policy', 'settle', problem, plan, () => {})
  const kept = signal?.aborted ? null : checkpoints
  const trainedAt = performance.now()
  const estimated = (paths: number) => options.onProgress?.({ stage: 'estimate', paths, of: resolved.paths })
  await session.run('policy', 'estimate', problem, estimatePlan, estimated, kept)
  await kept?.write(!signal?.aborted, signal?.aborted)
  const estimatedAt = performance.now()
  const hasBounds = problem.dual && !session.signal?.aborted
  const bounds = hasBounds ? await findBounds(session, problem, estimatePlan, dualPlan, views, options) : null
  const estimate = policyValue(views.doubles, estimatePlan)
  const cost = readRuleCost(views.doubles, problem, estimatePlan)
  const done = views.doubles[plan.state + POLICY_STATE.iteration]
  const isExtrapolated = Number.isFinite(cost.grid?.error)
  const wasStopped = session.signal?.aborted ?? false
  const doubt = wasStopped
    ? null
    : (judgeFinite(cost, plan.grid.steps) ??
      judgePolicy(views.doubles, problem, plan, found.isQuadratic) ??
      judgeSteps(cost, problem.sign, plan.grid.steps) ??
      judgeRates(found.asked, plan.grid.steps))
  const excluded =
    bounds && !wasStopped ? contradictsBounds(cost.value, cost.standardError, bounds, null) : null
  const other = wasStopped ? null : await findOtherSide(compiled, plan, views, cost, bounds, found, signal)
  const { gap = null, open = null, shortfall = 0, excess = 0 } = other ?? {}
  // What is far from the best is told by itself.
  const left = open === null ? shortfall : 0
  const wide = wasStopped ? null : judgeWidth(cost, left, resolved.tolerance)
  const near = wide ? 'imprecise' : 'converged'
  const verdict = (doubt ?? excluded) ? 'unconverged' : gap ? 'one-sided' : near
  return {
    status: wasStopped ? 'stopped' : verdict,
    reason: doubt ?? excluded ?? gap ?? wide,
    ...(doubt === null && excluded && { contradiction: 'bounds' as const }),
    value: cost.value,
    standardError: Math.hypot(cost.standardError, shortfall),
    errors: {
      statistical: cost.errors.statistical,
      grid: Math.hypot(cost.errors.grid, cost.errors.held),
      remainder: Math.hypot(cost.errors.training, shortfall),
    },
    gridError: isExtrapolated ? cost.grid!.error : null,
    gridErrorStandardError: isExtrapolated ? cost.grid!.standardError : null,
    isExtrapolated,
    finerSteps: wasStopped ? null : finerSteps(cost, problem, resolved, excess),
    deviation: cost.deviation,
    ...gradientOf(meanInitialAdjoint(views.floats, plan), cost, problem.dim),
    iterations: done,
    rollbacks: views.doubles[plan.state + POLICY_STATE.rollbacks],
    steps: plan.grid.steps,
    batchSize: resolved.batchSize,
    paths: estimate.paths,
    history: readHistory(views.doubles, plan.history, done),
    ...(problem.constraintCount > 0 && {
      constraints: { paths: estimate.paths, violations: estimate.violations, worst: estimate.worst },
    }),
    ...(bounds && { bounds }),
    start: readStart(views.doubles, plan, starts, missing),
    ...(other?.hindsight && { hindsight: other.hindsight }),
    ...(other?.programme && { programme: other.programme }),
    open,
    policy: trainedPolicy(views.floats, problem, plan),
    elapsedMs: {
      train: trainedAt - startedAt,
      estimate: estimatedAt - trainedAt,
      ...other?.elapsedMs,
    },
  }
}

/** The solution is not lost with a file that could not be written. */
async function openPolicy(
  { policy: trained }: MethodResult,
  run: RunDescription,
  save: string | null,
  onWarning: OnWarning,
): Promise<Partial<Solution>> {
  const { Policy } = await import('./policy.ts')
  const policy = await Policy.open(trained!, run)
  if (save === null) return { policy }
  try {
    await (await import('./policy-file.ts')).savePolicy(save, policy)
  } catch (error) {
    onWarning(`no policy: ${(error as Error).message}.`, 'lost')
  }
  return { policy }
}

/** ∇V(0, x0) along the rule. What steps and training leave in the cost they leave, as a share, in its slope. */
function gradientOf(
  found: Moments[] | null,
  { value, deviation, errors, grid }: RuleCost,
  dim: number,
): Pick<MethodResult, 'gradient' | 'gradientStandardError'> {
  if (found === null) return { gradient: Array.from({ length: dim }, () => null) }
  const left = Math.hypot(grid?.error ?? 0, errors.grid, errors.held, errors.training)
  const share = left / Math.max(Math.abs(value), deviation)
  return {
    gradient: found.map(({ mean }) => mean),
    gradientStandardError: found.map(({ mean, standardError }) => Math.hypot(standardError, share * mean)),
  }
}

async function findBounds(
  session: Session,
  problem: CompiledControl,
  estimate: PolicyEstimatePlan,
  plan: DualPlan | null,
  { doubles }: Views,
  options: RunOptions,
): Promise<Bounds> {
  const startedAt = performance.now()
  if (plan !== null) {
    await session.run('policy', 'bounds', problem, plan, (paths) =>
      options.onProgress?.({ stage: 'estimate', paths, of: plan.paths }),
    )
  }
  const cost = readRuleCost(doubles, problem, estimate)
  return readPolicyBounds(doubles, problem, estimate, plan, cost, performance.now() - startedAt)
}
