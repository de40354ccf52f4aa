/**
 * How far û is from u where no formula says: beside fresh paths from points of the region, whose values have the error bars of any estimate,
 * that of the time grid in them. û itself is a fit on one grid, and has none.
 */
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { readEstimate } from '../../estimation/result.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Region } from '../../solution/details/region.ts'
import type { MethodResult } from '../../solution/solution.ts'
import { lengthOf } from '../../statistics/sizes.ts'
import type { Session } from '../session.ts'
import { estimateElsewhere } from './elsewhere.ts'

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
  const { points, found } = regionSample!
  const options = { ...estimate.options, paths: Math.min(PATHS, estimate.options.paths) }
  const asked = { estimate: { ...estimate, options }, gradient }
  const values: number[] = []
  const own: number[] = []
  for (const point of points.slice(0, POINTS)) {
    const plans = await estimateElsewhere(session, problem, asked, views, point)
    const { value, standardError } = readEstimate(views.doubles, plans.estimate)
    values.push(value)
    // What is not measured by paths is in the error at the centre, and no smaller here.
    own.push(Math.max(standardError, errors?.remainder ?? 0))
  }
  const size = lengthOf(values)
  const value = lengthOf(values.map((known, k) => found[k] - known)) / size
  const standardError = lengthOf(own) / size
  if (!Number.isFinite(value + standardError)) return region!
  return { ...region!, points: values.length, relativeErrors: { value, gradient: null, standardError } }
}
