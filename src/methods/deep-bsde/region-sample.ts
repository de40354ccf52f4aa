/** û(0,·) and σᵀ∇û(0,·) at a few fresh points of a region, for references that only the main thread can ask. */

import type { RegionPlan } from '../../estimation/region.ts'
import { RegionFunction } from '../../estimation/region-function.ts'
import { compileKernels, instantiateKernels } from '../../kernels/loader.ts'
import { rowAt } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { drawStart } from '../../paths/start.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { STREAM } from '../../random/streams.ts'
import type { RegionSample } from '../../solution/details/region.ts'
import type { Session } from '../session.ts'

/** A reference may take a tenth of a second, and a relative L² error is wanted to a digit. */
const POINTS = 32

/** Runs on the main thread, in the first worker's buffers: no worker runs now. */
export async function sampleRegion(
  { kernel }: Session,
  problem: CompiledProblem,
  { training, estimate, workers }: RegionPlan,
  views: Views,
): Promise<RegionSample> {
  const { floats, doubles, memory } = views
  const { dim, noiseDim, start, seed } = training
  const { x, value, z } = workers[0].points
  const kernels = instantiateKernels(kernel, await compileKernels(kernel), memory)
  drawStart(floats, x, POINTS, start, seed, STREAM.sample, 0, 0)
  const known = new RegionFunction(problem, estimate, kernels, views, 0, workers[0].points)
  known.evaluate(POINTS)
  known.differentiate(POINTS)
  const rowsOf = (of: number, length: number) =>
    Array.from({ length: POINTS }, (_, r) => {
      const row = rowAt(of, r, length)
      return Float64Array.from(floats.subarray(row, row + length))
    })
  return {
    points: rowsOf(x, dim),
    found: [...doubles.subarray(value, value + POINTS)],
    gradients: rowsOf(z, noiseDim),
  }
}
