/** ∇²u(0,x₀) of a run that was asked for it. */
import { UserError } from '../../errors/errors.ts'
import type { GradientPlan } from '../../estimation/gradient/plan.ts'
import type { Moments } from '../../estimation/grid-error.ts'
import {
  type HessianPlan,
  type HessianRequest,
  MOST_BENDS,
  planHessian,
} from '../../estimation/hessian/plan.ts'
import { readHessian } from '../../estimation/hessian/result.ts'
import type { Arena } from '../../memory/arena.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Hessian } from '../../solution/details/hessian.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { Session } from '../session.ts'
import { schemeOf } from './defaults.ts'

/** What a driver curved in z makes of the networks' slopes near x₀ moves second derivatives; see `RemainderBend`. */
const KINKED =
  'under a driver with a kink in z, or curved in z where g jumps or steps are Euler’s, nothing measures what the networks lack of it'
const MANY = `under a driver curved in z what the networks lack is measured for ${MOST_BENDS} entries at most: ask for some by --hessian-along`
const UNSEEN = 'no path observes the gradient'
const SINGULAR =
  'σ has no inverse along paths that formulas show, and the driver is not affine in (y, z): the gradient that it is a difference of has no error bar'

/** null where it was not asked for, where no path observes the gradient, or its error would not hold. @throws UserError for directions of another dimension */
export function planAskedHessian(
  arena: Arena,
  problem: CompiledProblem,
  gradient: GradientPlan | null,
  options: RunOptions,
): HessianPlan | null {
  const request = requestOf(problem, options)
  if (request === null || gradient === null || whyUnknown(problem, request, options) !== UNSEEN) return null
  return planHessian(arena, problem, gradient, request)
}

/** Runs the stage behind the gradient's; entries are null where they are not known. */
export async function findHessian(
  session: Session,
  problem: CompiledProblem,
  plan: HessianPlan | null,
  views: Views,
  options: RunOptions,
): Promise<Hessian | undefined> {
  const request = requestOf(problem, options)
  if (request === null) return undefined
  if (plan !== null) await session.run('deep-bsde', 'hessian', problem, plan, () => {})
  const found = plan && readHessian(views.doubles, plan)
  const { hasDiagonal, directions } = request
  const unknown: Moments = { mean: Number.NaN, standardError: Number.NaN }
  const diagonal = found?.diagonal ?? Array.from({ length: problem.dim }, () => unknown)
  return {
    ...(plan === null && { missingHessian: whyUnknown(problem, request, options) }),
    ...(hasDiagonal && {
      hessianDiagonal: diagonal.map((entry) => known(entry).value),
      hessianDiagonalStandardError: diagonal.map((entry) => known(entry).standardError),
    }),
    ...(directions.length > 0 && {
      hessianAlong: directions.map((direction, k) => ({
        direction: [...direction],
        ...known(found?.along[k] ?? unknown),
      })),
    }),
  }
}

/** Why there is none, where there is none. */
function whyUnknown(
  { driverShape, functions, terminalJumps, dim }: CompiledProblem,
  { hasDiagonal, directions }: HessianRequest,
  options: RunOptions,
): string {
  const isBent = !driverShape.isSmooth || terminalJumps || schemeOf(options) === 'euler'
  if (driverShape.isCurvedInZ && isBent) return KINKED
  if (driverShape.isCurvedInZ && (hasDiagonal ? dim : 0) + directions.length > MOST_BENDS) return MANY
  return driverShape.isCurved && functions.unscaleGradient === null ? SINGULAR : UNSEEN
}

function known({ mean, standardError }: Moments): { value: number | null; standardError: number | null } {
  const isKnown = Number.isFinite(mean) && Number.isFinite(standardError)
  return isKnown ? { value: mean, standardError } : { value: null, standardError: null }
}

function requestOf(problem: CompiledProblem, options: RunOptions): HessianRequest | null {
  const { hessian = false, hessianAlong = [] } = options
  if (!hessian && hessianAlong.length === 0) return null
  return { hasDiagonal: hessian, directions: hessianAlong.map((direction) => checked(problem, direction)) }
}

function checked({ id, dim }: CompiledProblem, direction: number[]): Float64Array {
  const isZero = direction.every((value) => value === 0)
  if (direction.length === dim && !isZero) return Float64Array.from(direction)
  const got = direction.length === dim ? 'zeros alone' : `${direction.length}`
  throw new UserError(
    `${id}: a direction of the Hessian must have ${dim} numbers, one of them not 0, got ${got}. Use --hessian for its diagonal.`,
  )
}
