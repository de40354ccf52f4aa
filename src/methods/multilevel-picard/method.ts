/**
 * Full-history recursive multilevel Picard: the value without networks, as a second opinion.
 *
 * Weinan E, Hutzenthaler, Jentzen, Kruse (2019) doi:10.1007/s10915-018-00903-0; Hutzenthaler, Jentzen, Kruse, Nguyen, von
 * Wurstemberger (2020) doi:10.1098/rspa.2019.0630, whose cost to reach ε grows like ε⁻² up to logarithms, with a power of
 * the dimension. The value is the mean of independent repetitions; its error theirs, with what the iteration leaves and, where X is
 * stepped, what the steps do to it.
 *
 * Differs from the paper: samples come in pairs ±ΔW, times are stratified, the gradient of a g without jumps is taken pathwise.
 */

import type { CompiledProblem } from '../../problem/compiled.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import { compileEquation } from '../compile-equation.ts'
import type { Method } from '../method.ts'
import { runSampling } from '../sampling.ts'
import type { Session } from '../session.ts'
import { about } from './about.ts'
import { resolvePicard } from './options.ts'
import { planPicard } from './plan.ts'
import { readResult } from './result.ts'

const REMEDY = 'Lower the dimension, --levels or --repetitions, or raise --memory.'

export const method: Method = {
  ...about,
  compile: compileEquation,
  solve: solveByPicard,
}

async function solveByPicard(
  session: Session,
  problem: CompiledProblem,
  _published: unknown,
  options: RunOptions,
): Promise<MethodResult> {
  const resolved = resolvePicard(problem, options)
  const plan = planPicard(session.arena, problem, resolved, session.workers)
  const of = plan.pieces.length
  const told = (done: number) => options.onProgress?.({ stage: 'estimate', paths: Math.min(done, of), of })
  const { views, elapsedMs, isStopped } = await runSampling(session, {
    method: about.id,
    problem,
    plan,
    options: resolved,
    remedy: REMEDY,
    onProgress: told,
  })
  return readResult(views.doubles, problem, plan, elapsedMs, isStopped)
}
