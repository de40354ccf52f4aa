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
import { EXACT } from '../../problem/compiled.ts'
import type { Published } from '../../problem/definition.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { about } from './about.ts'
import { fitBackward } from './backward.ts'
import { findLimits } from './limits.ts'
import { resolveStopping } from './options.ts'
import { planStopping, type StoppingOptions, type StoppingPlan } from './plan.ts'
import { readFound } from './result.ts'
import { stoppingResult } from './verdict.ts'

const REMEDY = 'Lower --batch-size, the number of dates or the dimension, or raise --memory.'
/** Equal dates that stand for any time; twice as many tell what they are off by. */
const DATES_FOR_ANY = 50

export const method: Method<CompiledStopping> = {
  ...about,
  stages: {
    fit: (context, problem, plan) => fitBackward(context, problem, plan as StoppingPlan),
    estimate: (context, problem, plan) => findLimits(context, problem, plan as StoppingPlan),
  },
  solve: solveStopping,
}

/** Fits the rule and finds the limits at x0. @throws UserError, DivergenceError. */
async function solveStopping(
  session: Session,
  problem: CompiledStopping,
  _: Published | null,
  options: RunOptions,
): Promise<MethodResult> {
  const plans = runsOf(problem, options).map((run) =>
    planStopping(session.arena, problem, run, session.workers),
  )
  const views = session.allocate(REMEDY)
  const elapsedMs = { train: 0, estimate: 0 }
  for (const plan of plans) {
    const startedAt = performance.now()
    await session.run('stopping', 'fit', problem, plan, () => {})
    const fittedAt = performance.now()
    elapsedMs.train += fittedAt - startedAt
    if (session.signal?.aborted) break
    await session.run('stopping', 'estimate', problem, plan, (paths) =>
      options.onProgress?.({ stage: 'estimate', paths, of: plan.paths }),
    )
    elapsedMs.estimate += performance.now() - fittedAt
  }
  const founds = plans.map((plan) => readFound(views, problem, plan))
  return stoppingResult(problem, plans, founds, session.signal?.aborted ?? false, elapsedMs)
}

/**
 * For any time N dates and 2N. For given dates one run, and before it one on half the steps where these have an error of their own;
 * the last run is the answer.
 */
function runsOf(problem: CompiledStopping, options: RunOptions): StoppingOptions[] {
  const { stopping, horizon } = problem
  const { dates } = stopping
  if (dates === null) {
    return [DATES_FOR_ANY, 2 * DATES_FOR_ANY].map((count) => {
      const equal = (_: unknown, n: number) => (n + 1 === count ? horizon : ((n + 1) * horizon) / count)
      return resolveStopping(problem, Array.from({ length: count }, equal), options)
    })
  }
  const run = resolveStopping(problem, dates, options)
  return hasStepError(problem) ? [run, twiceAsFine(run)] : [run]
}

/** Whether X, the discount or what is paid on the way is only near the truth in steps. */
function hasStepError({ dynamics, stopping: { rate, hasSource } }: CompiledStopping): boolean {
  return dynamics.order !== EXACT || rate === null || hasSource
}

function twiceAsFine({ nodes, steps, ...rest }: StoppingOptions): StoppingOptions {
  return { ...rest, nodes: nodes.map((node) => 2 * node), steps: 2 * steps }
}
