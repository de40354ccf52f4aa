/** Fresh paths from another point than the run's own, with its networks. */
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { RESULT_WORDS } from '../../estimation/plan.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Session } from '../session.ts'

/** Runs the stage. @param near a value of u from not far away, where nothing better tells one; NaN for none. @returns the plans that its result is read by; it lies where the run's own lay */
export async function estimateElsewhere(
  session: Pick<Session, 'run'>,
  problem: CompiledProblem,
  { estimate, gradient }: EstimatePlans,
  { doubles }: Views,
  x0: Float64Array,
  near: number,
  firstStep = 0,
): Promise<EstimatePlans> {
  const plan = { ...estimate, x0, elsewhere: { firstStep, near } }
  const plans = { estimate: plan, gradient: gradient && { ...gradient, estimate: plan } }
  doubles.fill(0, plan.result, plan.result + RESULT_WORDS)
  await session.run('deep-bsde', 'estimate', problem, plans, () => {})
  return plans
}
