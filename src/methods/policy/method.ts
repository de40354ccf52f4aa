/**
 * Direct policy optimisation (Han and E, 2016): the control at each time step is a network of the state; stacked through the
 * dynamics they are one residual network, and the expected cost is its loss, differentiated path by path.
 *
 * The value is the mean cost of the trained rule on fresh paths: achieved by a rule that anyone can run, and so, up to
 * the time grid and the stated error, no better than the optimum.
 */

import { meanInitialAdjoint } from '../../control/adjoint-fit.ts'
import type { CompiledControl } from '../../control/compiled.ts'
import { hasDual } from '../../control/dual/compiled.ts'
import { boundPolicy } from '../../control/dual/dual.ts'
import { type DualPlan, planDual } from '../../control/dual/plan.ts'
import { readPolicyBounds } from '../../control/dual/result.ts'
import { estimatePolicy, policyGridError, policyValue } from '../../control/estimate.ts'
import { type PolicyEstimatePlan, planPolicyEstimate } from '../../control/estimate-plan.ts'
import { resolvePolicyOptions } from '../../control/options.ts'
import { POLICY_STATE, type PolicyPlan, planPolicy } from '../../control/plan.ts'
import { trainPolicy } from '../../control/train.ts'
import { judgePolicy } from '../../control/verdict.ts'
import { UserError } from '../../errors/errors.ts'
import type { Views } from '../../memory/views.ts'
import type { Published } from '../../problem/definition.ts'
import type { Bounds, History, MethodResult, RunOptions } from '../../solution/solution.ts'
import { IterationReporter } from '../../training/iteration-reporter.ts'
import { HISTORY, HISTORY_COLUMNS } from '../../training/plan.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { trainedPolicy } from './trained-policy.ts'

const REMEDY = 'Lower --steps, --hidden or the dimension, or raise --memory.'

export const method: Method<CompiledControl> = {
  id: 'policy',
  title:
    'Direct policy optimisation: a network for the control at each time step, trained through the dynamics',
  source: 'Han, E (2016), Deep learning approximation for stochastic control problems, arXiv:1611.07422',
  problems: 'control',
  options: [
    'steps',
    'batchSize',
    'iterations',
    'learningRate',
    'schedule',
    'family',
    'hidden',
    'activation',
    'batchNorm',
    'sharedNetwork',
    'preset',
    'scheme',
    'paths',
    'tolerance',
    'bounds',
  ],
  stages: {
    train: (context, problem, plan) => trainPolicy(context, problem, plan as PolicyPlan),
    estimate: (context, problem, plan) => estimatePolicy(context, problem, plan as PolicyEstimatePlan),
    bounds: (context, problem, plan) => boundPolicy(context, problem, plan as DualPlan),
  },
  solve: solveByPolicy,
}

/** Trains a policy and estimates its value at x0. @throws UserError, DivergenceError. */
async function solveByPolicy(
  session: Session,
  problem: CompiledControl,
  _: Published | null,
  options: RunOptions,
): Promise<MethodResult> {
  if (problem.kind !== 'control') {
    throw new UserError('policy: this method solves control problems, not equations. Leave --method out.')
  }
  const resolved = resolvePolicyOptions(problem, options)
  const plan = planPolicy(session.arena, problem, resolved, session.workers)
  const estimatePlan = planPolicyEstimate(session.arena, problem, plan, session.workers)
  const dualPlan = hasDual(problem) ? planDual(session.arena, problem, estimatePlan, session.workers) : null
  const views = session.allocate(dualPlan ? `Leave --bounds out. ${REMEDY}` : REMEDY)
  const startedAt = performance.now()
  const iterations = new IterationReporter(views.doubles, plan.history, options.onIterations)
  const trained = (done: number) => {
    iterations.report(done)
    reportTraining(views, plan, done, options)
  }
  try {
    await session.run('policy', 'train', problem, plan, trained)
  } finally {
    iterations.report(views.doubles[plan.state / 8 + POLICY_STATE.iteration])
  }
  const trainedAt = performance.now()
  await session.run('policy', 'estimate', problem, estimatePlan, (paths) =>
    options.onProgress?.({ stage: 'estimate', paths, of: resolved.paths }),
  )
  const elapsedMs = { train: trainedAt - startedAt, estimate: performance.now() - trainedAt }
  const hasBounds = problem.dual && !session.signal?.aborted
  const bounds = hasBounds ? await findBounds(session, problem, estimatePlan, dualPlan, views, options) : null
  const order = resolved.scheme === 'heun' && problem.hasAdditiveNoise ? 2 : 1
  const estimate = policyValue(views.doubles, estimatePlan)
  const wasStopped = session.signal?.aborted ?? false
  const reason = wasStopped ? null : judgePolicy(views.doubles, problem, plan)
  return {
    status: wasStopped ? 'stopped' : reason === null ? 'converged' : 'unconverged',
    reason,
    value: estimate.value,
    standardError: estimate.standardError,
    gridError: policyGridError(views.doubles, estimatePlan, order),
    gradient: meanInitialAdjoint(views.floats, plan),
    iterations: views.doubles[plan.state / 8 + POLICY_STATE.iteration],
    steps: plan.grid.steps,
    batchSize: resolved.batchSize,
    paths: estimate.paths,
    history: readHistory(views.doubles, plan),
    ...(problem.constraintCount > 0 && {
      constraints: { paths: estimate.paths, violations: estimate.violations, worst: estimate.worst },
    }),
    ...(bounds && { bounds }),
    policy: trainedPolicy(views.floats, problem, plan),
    elapsedMs,
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
  return readPolicyBounds(doubles, problem, estimate, plan, performance.now() - startedAt)
}

function reportTraining({ doubles }: Views, plan: PolicyPlan, done: number, options: RunOptions): void {
  if (done === 0) return
  const row = plan.history / 8 + (done - 1) * HISTORY_COLUMNS
  options.onProgress?.({
    stage: 'train',
    iteration: done,
    iterations: plan.options.iterations,
    estimate: doubles[row + HISTORY.estimate],
    loss: doubles[row + HISTORY.loss],
    rate: doubles[row + HISTORY.rate],
    elapsedMs: doubles[row + HISTORY.elapsedMs],
  })
}

function readHistory(doubles: Float64Array, plan: PolicyPlan): History {
  const done = doubles[plan.state / 8 + POLICY_STATE.iteration]
  const column = (index: number) =>
    Array.from({ length: done }, (_, k) => doubles[plan.history / 8 + k * HISTORY_COLUMNS + index])
  return {
    loss: column(HISTORY.loss),
    estimate: column(HISTORY.estimate),
    rate: column(HISTORY.rate),
    elapsedMs: column(HISTORY.elapsedMs),
  }
}
