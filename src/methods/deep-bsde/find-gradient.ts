/** ∇u(0,x₀) of a run: the estimate from fresh paths where it is known. */
import type { GradientPlan } from '../../estimation/gradient/plan.ts'
import { readGradient } from '../../estimation/gradient/result.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { missingGradient } from '../../solution/missing-gradient.ts'
import type { MethodResult } from '../../solution/solution.ts'
import type { Session } from '../session.ts'

/** Says why no path observes the gradient. */
const JUMPS = 'g jumps, and σ has no inverse that formulas show'

/** The same where values differ from path to path, and no gradient of any is other than 0. */
const SILENT = 'each of its paths gave exactly 0, though values differ: g may be out of their reach'

/** Why a gradient has no error: a likelihood ratio's weights are frozen, and an error of the networks where f bends in z enters to first order. */
const UNBARRED =
  'without an error bar: g jumps, and what the networks miss where the driver has a kink or a power in z enters in full'

export type FoundGradient = Pick<
  MethodResult,
  'deviation' | 'gradient' | 'gradientStandardError' | 'missingGradient'
>

/**
 * Runs the stage behind the estimate, and puts what it found in place of the trained gradient. Of a stopped run that stays, and where there are
 * so many dimensions that paths cannot be kept whole.
 */
export async function findGradient(
  session: Session,
  problem: CompiledProblem,
  plan: GradientPlan | null,
  views: Views,
  found: FoundGradient,
): Promise<void> {
  if (plan === null) {
    if (!problem.terminalJumps) return
    found.gradient = Array.from({ length: problem.dim }, () => null)
    found.missingGradient = JUMPS
    return
  }
  await session.run('deep-bsde', 'gradient', problem, plan, () => {})
  const estimate = readGradient(views.doubles, plan)
  if (estimate === null) {
    found.missingGradient = missingGradient(problem, found.gradient)
    return
  }
  const { gradient, standardError, size } = estimate
  if (size === 0 && found.deviation !== 0) {
    found.gradient = found.gradient.map(() => null)
    found.missingGradient = SILENT
    return
  }
  const isKnown = (i: number) => Number.isFinite(gradient[i]) && Number.isFinite(standardError[i])
  found.gradient = Array.from(gradient, (value, i) => (isKnown(i) ? value : null))
  found.missingGradient = found.gradient.includes(null) ? 'its paths ran away' : null
  const { isSmooth, isCurvedInZ } = problem.driverShape
  if (problem.terminalJumps && isCurvedInZ && !isSmooth) found.missingGradient ??= UNBARRED
  else found.gradientStandardError = Array.from(standardError, (value, i) => (isKnown(i) ? value : null))
}
