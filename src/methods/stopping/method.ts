/**
 * Optimal stopping by backward regression, with a martingale from the same fit: a lower and an upper limit from fresh paths,
 * without nested simulation.
 *
 * Longstaff, Schwartz (2001) doi:10.1093/rfs/14.1.113; Rogers (2002) doi:10.1111/1467-9965.02010; Belomestny, Bender,
 * Schoenmakers (2009) doi:10.1111/j.1467-9965.2008.00358.x, whose martingale Σ Ẑ·ΔW is regressed from products with ΔW.
 *
 * Differs from the papers: value and martingale have the same coefficients, fitted at once; the martingale has the second order of
 * Itô's formula; features are drawn along the slopes of the later dates' fit.
 */
import type { Published } from '../../problem/definition.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import { compileStopping } from '../../stopping/compile.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { about } from './about.ts'
import { runsOf } from './options.ts'
import { planStopping, type StoppingPlan } from './plan.ts'
import { isFitted, pathsOf, readFound } from './result.ts'
import { StoppingRule } from './rule.ts'
import { stoppingResult } from './verdict.ts'

const REMEDY = 'Lower --batch-size, the number of dates or the dimension, or raise --memory.'

export const method: Method<CompiledStopping> = {
  ...about,
  compile: compileStopping,
  solve: solveStopping,
}

/** Fits the rule and finds the limits at x0. @throws UserError, DivergenceError. */
async function solveStopping(
  session: Session,
  problem: CompiledStopping,
  _: Published | null,
  options: RunOptions,
): Promise<MethodResult> {
  const runs = runsOf(problem, options)
  const plans = planStopping(session.arena, problem, runs, session.workers)
  const { checkpoints, model } = session
  checkpoints?.plan(session.arena, runs)
  const views = session.allocate(REMEDY)
  await checkpoints?.begin(views.memory)
  const elapsedMs = { train: 0, estimate: 0 }
  for (const plan of plans) {
    const startedAt = performance.now()
    await session.run('stopping', 'fit', problem, plan, fitted(plans, plan, options), checkpoints)
    const fittedAt = performance.now()
    elapsedMs.train += fittedAt - startedAt
    const isWhole = !session.signal?.aborted
    if (!isWhole) await checkpoints?.write(false, true)
    // Limits of half a fit hold too, and are for the person who stopped it; a resumed run makes its own.
    if (!isWhole && plan !== plans[0]) break
    const kept = isWhole ? checkpoints : null
    await session.run('stopping', 'estimate', problem, plan, estimated(plans, plan, options), kept)
    elapsedMs.estimate += performance.now() - fittedAt
    if (session.signal?.aborted) {
      if (isWhole) await checkpoints?.write(false, true)
      break
    }
  }
  const wasStopped = session.signal?.aborted ?? false
  if (!wasStopped) await checkpoints?.write(true)
  const answered = plans.filter((plan) => pathsOf(views, plan) > 0)
  const last = plans[plans.length - 1]
  const told = answered.length > 0 ? answered : [last]
  const hasSamples = options.samples ?? false
  const founds = told.map((plan) => readFound(views, problem, plan))
  const result = stoppingResult(problem, told, founds, { wasStopped, hasSamples }, elapsedMs)
  if (!isFitted(views, last)) {
    model?.miss('the fit was stopped before it had come to the first date')
    return result
  }
  await model?.save({ memory: views.memory, spans: [last.learned], resolved: runs, found: result })
  const { at, bytes } = last.learned
  const learned = new Uint8Array(views.memory.buffer, at, bytes).slice()
  return { ...result, rule: await StoppingRule.open({ problem, options: runs[runs.length - 1], learned }) }
}

/** What is told while intervals are fitted: of all runs. */
function fitted(plans: readonly StoppingPlan[], plan: StoppingPlan, { onProgress }: RunOptions) {
  const before = plans.slice(0, plans.indexOf(plan)).reduce((sum, { intervals }) => sum + intervals.length, 0)
  const of = plans.reduce((sum, { intervals }) => sum + intervals.length, 0)
  return (done: number) => onProgress?.({ stage: 'fit', dates: before + done, of })
}

function estimated(plans: readonly StoppingPlan[], plan: StoppingPlan, { onProgress }: RunOptions) {
  const before = plans.indexOf(plan) * plan.paths
  return (paths: number) =>
    onProgress?.({ stage: 'estimate', paths: before + paths, of: plans.length * plan.paths })
}
