/**
 * Plain Monte Carlo: u(0,x₀) of a linear equation is a mean over paths (Feynman and Kac), so that nothing has to be learned.
 *
 * The error bar is that of the mean with all that half as many time steps would change.
 */
import { compileProblem } from '../../problem/compile.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { about } from './about.ts'
import { resolveMonteCarlo } from './options.ts'
import { type MonteCarloPlan, planMonteCarlo } from './plan.ts'
import { readResult } from './result.ts'
import { sample } from './sample.ts'

const REMEDY = 'Lower the dimension, or raise --memory.'

export const method: Method = {
  ...about,
  compile: compileProblem,
  stages: { sample: (context, problem, plan) => sample(context, problem, plan as MonteCarloPlan) },
  solve: solveByPaths,
}

/** @throws UserError where the equation is not linear */
async function solveByPaths(
  session: Session,
  problem: CompiledProblem,
  _published: unknown,
  options: RunOptions,
): Promise<MethodResult> {
  const { arena, checkpoints, signal } = session
  const resolved = resolveMonteCarlo(problem, options)
  const plan = planMonteCarlo(arena, problem, resolved, session.workers)
  checkpoints?.plan(arena, resolved)
  const views = session.allocate(REMEDY)
  await checkpoints?.begin(views.memory)
  const startedAt = performance.now()
  const progress = (paths: number) => options.onProgress?.({ stage: 'estimate', paths, of: resolved.paths })
  await session.run(about.id, 'sample', problem, plan, progress, checkpoints)
  const isStopped = signal?.aborted ?? false
  await checkpoints?.write(!isStopped, isStopped)
  return readResult(views.doubles, problem, plan, performance.now() - startedAt, isStopped)
}
