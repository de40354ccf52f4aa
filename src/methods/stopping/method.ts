/** Optimal stopping by backward regression with a martingale of the same fit: a lower and an upper limit from fresh paths. */
import type { Views } from '../../memory/views.ts'
import type { Published } from '../../problem/definition.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { fitBackward } from './backward.ts'
import { findLimits } from './limits.ts'
import { resolveStopping } from './options.ts'
import { planStopping, type StoppingPlan } from './plan.ts'

const REMEDY = 'Lower --batch-size, --hidden, the dates or the dimension, or raise --memory.'

export const method: Method<CompiledStopping> = {
  id: 'stopping',
  title:
    'Optimal stopping: backward regression on values and slopes, limits from a martingale of the same fit',
  source: 'Longstaff, Schwartz (2001); Rogers (2002); Belomestny, Bender, Schoenmakers (2009)',
  problems: 'stopping',
  options: ['steps', 'batchSize', 'paths'],
  stages: {
    fit: (context, problem, plan) => fitBackward(context, problem, plan as StoppingPlan),
    estimate: (context, problem, plan) => findLimits(context, problem, plan as StoppingPlan),
  },
  solve: solveStopping,
}

async function solveStopping(
  session: Session,
  problem: CompiledStopping,
  _: Published | null,
  options: RunOptions,
): Promise<MethodResult> {
  const dates = problem.stopping.dates!
  const resolved = resolveStopping(problem, dates, options)
  const plan = planStopping(session.arena, problem, resolved, session.workers)
  const views = session.allocate(REMEDY)
  const startedAt = performance.now()
  await session.run('stopping', 'fit', problem, plan, () => {})
  const fittedAt = performance.now()
  await session.run('stopping', 'estimate', problem, plan, (paths) =>
    options.onProgress?.({ stage: 'estimate', paths, of: plan.paths }),
  )
  const endedAt = performance.now()
  return readResult(views, plan, { train: fittedAt - startedAt, estimate: endedAt - fittedAt })
}

function readResult(
  { doubles }: Views,
  plan: StoppingPlan,
  elapsedMs: MethodResult['elapsedMs'],
): MethodResult {
  const lower = doubles.subarray(plan.lower / 8, plan.lower / 8 + plan.paths)
  const upper = doubles.subarray(plan.upper / 8, plan.upper / 8 + plan.paths)
  const l = moments(lower)
  const u = moments(upper)
  const m = moments(lower.map((value, k) => 0.5 * (value + upper[k])))
  if (process.env.SHOW)
    console.error('lower', l, 'upper', u, 'gap %', (100 * (u.mean - l.mean)) / m.mean, elapsedMs)
  return {
    status: 'converged',
    value: m.mean,
    standardError: m.error,
    gridError: null,
    gradient: [null],
    iterations: plan.intervals.length,
    steps: plan.steps,
    batchSize: plan.fitPaths,
    paths: plan.paths,
    history: { loss: [], estimate: [], rate: [], elapsedMs: [] },
    elapsedMs,
  }
}

function moments(values: Float64Array): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, error: Math.sqrt(square / (values.length - 1) / values.length) }
}
