/**
 * Plain Monte Carlo: u(0,x₀) of a linear equation is a mean over paths (Feynman and Kac), so that nothing has to be learned.
 *
 * The error bar is that of the mean with all that half as many time steps would change.
 */
import { compileProblem } from '../../problem/compile.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import type { Method } from '../method.ts'
import { runSampling } from '../sampling.ts'
import type { Session } from '../session.ts'
import { about } from './about.ts'
import { resolveMonteCarlo } from './options.ts'
import { planMonteCarlo } from './plan.ts'
import { readResult } from './result.ts'

const REMEDY = 'Lower the dimension, or raise --memory.'

export const method: Method = {
  ...about,
  compile: compileProblem,
  solve: solveByPaths,
}

/** @throws UserError where the equation is not linear */
async function solveByPaths(
  session: Session,
  problem: CompiledProblem,
  _published: unknown,
  options: RunOptions,
): Promise<MethodResult> {
  const resolved = resolveMonteCarlo(problem, options)
  const plan = planMonteCarlo(session.arena, problem, resolved, session.workers)
  const progress = (paths: number) => options.onProgress?.({ stage: 'estimate', paths, of: resolved.paths })
  const { views, elapsedMs, isStopped } = await runSampling(session, {
    method: about.id,
    problem,
    plan,
    options: resolved,
    remedy: REMEDY,
    onProgress: progress,
  })
  return readResult(views.doubles, problem, plan, elapsedMs, isStopped)
}
