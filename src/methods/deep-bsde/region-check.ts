/**
 * How far û and its gradient are from u's where no formula says: beside fresh paths from points of the region, whose values and gradients have the error
 * bars of any estimate, that of the time grid in them. û itself is a fit on one grid, and has none.
 */
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { readEstimate } from '../../estimation/result.ts'
import { pointwise } from '../../formulas/bind.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Region } from '../../solution/details/region.ts'
import type { MethodResult } from '../../solution/solution.ts'
import { lengthOf } from '../../statistics/sizes.ts'
import type { Session } from '../session.ts'
import { estimateElsewhere } from './elsewhere.ts'
import { type FoundGradient, findGradient } from './find-gradient.ts'

/** Of the sample's points, those that are asked; a root of a mean of eight squares is told to a third. */
const POINTS = 8
/** Most paths from each. */
const PATHS = 4096

/** The region with its relative L² error by fresh paths; as it is where some of them ran away. */
export async function checkRegion(
  session: Session,
  problem: CompiledProblem,
  { estimate, gradient }: EstimatePlans,
  views: Views,
  { region, regionSample, errors }: MethodResult,
): Promise<Region> {
  const { points, found, gradients } = regionSample!
  const options = { ...estimate.options, paths: Math.min(PATHS, estimate.options.paths) }
  const asked = { estimate: { ...estimate, options }, gradient }
  const values: number[] = []
  const own: number[] = []
  const slopes: (Compared | null)[] = []
  for (const [k, point] of points.slice(0, POINTS).entries()) {
    const plans = await estimateElsewhere(session, problem, asked, views, point, found[k])
    const { value, standardError, deviation } = readEstimate(views.doubles, plans.estimate)
    values.push(value)
    // What is not measured by paths is in the error at the centre, and no smaller here.
    own.push(Math.max(standardError, errors?.remainder ?? 0))
    const slope: FoundGradient = { deviation, gradient: [], missingGradient: null }
    await findGradient(session, problem, plans.gradient, views, slope)
    slopes.push(compareGradient(problem, point, gradients[k], slope))
  }
  const size = lengthOf(values)
  const value = lengthOf(values.map((known, k) => found[k] - known)) / size
  const standardError = lengthOf(own) / size
  if (!Number.isFinite(value + standardError)) return region!
  const ofGradient = gradientErrors(slopes)
  return { ...region!, points: values.length, relativeErrors: { value, standardError, ...ofGradient } }
}

/** Lengths: of σᵀ∇u by paths, of what σᵀ∇û differs from it by, and of its standard errors. */
interface Compared {
  size: number
  off: number
  own: number
}

/** null where paths tell no gradient, or one without an error bar. */
function compareGradient(
  { functions, dim }: CompiledProblem,
  x: Float64Array,
  fitted: Float64Array,
  { gradient, gradientStandardError }: FoundGradient,
): Compared | null {
  if (!gradientStandardError || [...gradient, ...gradientStandardError].includes(null)) return null
  const scale = pointwise(functions.scaleGradient)
  const scaled = (v: Float64Array) => scale(0, { x, v }).z
  const z = scaled(Float64Array.from(gradient as number[]))
  const own = Array.from({ length: dim }, (_, i) => {
    const alone = new Float64Array(dim)
    alone[i] = gradientStandardError[i]!
    return lengthOf(scaled(alone))
  })
  return { size: lengthOf(z), off: lengthOf(fitted.map((value, j) => value - z[j])), own: lengthOf(own) }
}

function gradientErrors(
  points: readonly (Compared | null)[],
): Pick<NonNullable<Region['relativeErrors']>, 'gradient' | 'gradientStandardError'> {
  const known = points.filter((point) => point !== null)
  const size = lengthOf(known.map((point) => point.size))
  const gradient = lengthOf(known.map(({ off }) => off)) / size
  const gradientStandardError = lengthOf(known.map(({ own }) => own)) / size
  const isKnown = known.length === points.length && Number.isFinite(gradient + gradientStandardError)
  return isKnown ? { gradient, gradientStandardError } : { gradient: null }
}
