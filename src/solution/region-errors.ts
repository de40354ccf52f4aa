/** û over a region against a reference that is known at every starting point, but not as a formula. */
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import type { Region, RegionSample } from './details/region.ts'

/** The region with its relative L² error over the sample's points; as it is where some of them have no reference. */
export function comparedRegion(
  region: Region,
  { points, found }: RegionSample,
  definition: ProblemDefinition,
  compiled: CompiledProblem,
): Region {
  let missed = 0
  let size = 0
  for (const [k, point] of points.entries()) {
    const reference = referenceOf(definition, compiled, point)
    if (reference === null) return region
    missed += (found[k] - reference.value) ** 2
    size += reference.value ** 2
  }
  return {
    ...region,
    points: points.length,
    relativeErrors: { value: Math.sqrt(missed / size), gradient: null },
  }
}
