/** What bounds a driver's structure allows, in words. */
import type { DriverStructure } from './driver-structure.ts'

export function describeCurvature({ curvature, isDeclared, range, dual }: DriverStructure): string {
  if (curvature === null) return 'neither found convex nor concave in (y, z): no bounds'
  const where = range === null ? '' : ` for y from ${range[0]} to ${range[1]}`
  const sides =
    dual.kind === 'none' ? `the ${curvature === 'convex' ? 'lower' : 'upper'} bound` : 'both bounds'
  if (curvature === 'mixed') return `in y a convex and a concave part${where}: ${sides}`
  const source = isDeclared ? 'declared, and not refuted by random chords' : 'found'
  return `${curvature} in (y, z)${where}, ${source}: ${sides}`
}
