/** ∇u(0,x₀) of a run: the estimate from fresh paths where it is known. */
import type { GradientPlan } from '../../estimation/gradient/plan.ts'
import { readGradient } from '../../estimation/gradient/result.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { missingGradient } from '../../solution/missing-gradient.ts'
import type { MethodResult } from '../../solution/solution.ts'
import type { Session } from '../session.ts'

/** Say why no path observes the gradient. */
const LEAPS = 'drift, σ or the driver jumps in x, which no derivative along a path sees'
const JUMPS = 'g jumps, and σ has no inverse along paths that formulas show'

/** The same where values differ from path to path, and no gradient of any is other than 0. */
const SILENT = 'each of its paths gave exactly 0, though values differ: g may be out of their reach'

/** A likelihood ratio's weights are frozen, and an error of the networks where f bends in z enters to first order. */
const BENT =
  'without an error bar: g jumps, and what the networks miss where the driver has a kink or a power in z enters in full'

/** No derivative along a path sees what such a leap makes of the error of Z. */
const LEAPT =
  'without an error bar: g has kinks that are not smoothed, so that Ẑ leaps there, and under a driver whose slopes move with z what the networks miss enters in full. --skips none has no leaps'

/**
 * Along a component that no noise reaches networks see one start, and learn no slope of Z; see `observesSlope`. Under a slope f_y that moves with y it is
 * the path's own ∇u that its own error is multiplied with, and their noises go together.
 */
const UNSEEN =
  'without an error bar: σ has no inverse along paths that formulas show, so that under a driver that is not affine in (y, z) nothing measures what the slopes of û and Ẑ lack'

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
    const { terminalJumps, coefficientsJump } = problem
    if (!terminalJumps && !coefficientsJump) return
    found.gradient = Array.from({ length: problem.dim }, () => null)
    found.missingGradient = coefficientsJump ? LEAPS : JUMPS
    return
  }
  await session.run('deep-bsde', 'gradient', problem, plan, () => {})
  const estimate = readGradient(views.doubles, plan)
  if (estimate === null) {
    found.missingGradient = missingGradient(problem, found.gradient)
    return
  }
  const { gradient, standardError, size } = estimate
  if (size === 0 && found.deviation !== 0 && problem.spans.path > 0) {
    found.gradient = found.gradient.map(() => null)
    found.missingGradient = SILENT
    return
  }
  const isKnown = (i: number) => Number.isFinite(gradient[i]) && Number.isFinite(standardError[i])
  found.gradient = Array.from(gradient, (value, i) => (isKnown(i) ? value : null))
  found.missingGradient = found.gradient.includes(null) ? 'its paths ran away' : null
  const unbarred = whyUnbarred(problem, plan.estimate.gradient.terminalSkip)
  if (unbarred !== null) found.missingGradient ??= unbarred
  else found.gradientStandardError = Array.from(standardError, (value, i) => (isKnown(i) ? value : null))
}

/** Why the gradient has no error bar; null where it has. */
function whyUnbarred(problem: CompiledProblem, hasSkip: boolean): string | null {
  const { driverShape, functions, terminalJumps, areKinksLeft } = problem
  if (driverShape.isCurved && functions.unscaleGradient === null) return UNSEEN
  if (areKinksLeft && hasSkip && driverShape.isSmooth) return LEAPT
  return driverShape.isCurvedInZ && !driverShape.isSmooth && terminalJumps ? BENT : null
}
