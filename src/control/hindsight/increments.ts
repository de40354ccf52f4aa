/** Brownian increments around the times of a grid, and of coarser ones, of the same path. */
import type { UniformStream } from '../../random/uniform.ts'

/**
 * Draws a path in halves of the finest grid's steps.
 *
 * @param steps of the finest grid
 * @returns for steps of 1, 2 or 4 of those, ΔW [steps + 1][noiseDim] between the middles of steps; the first and the last of half a step
 */
export function splitIncrements(
  random: UniformStream,
  { noiseDim, horizon }: { noiseDim: number; horizon: number },
  steps: number,
): (parts: number) => Float64Array {
  const size = Math.sqrt(horizon / (2 * steps))
  const drawn = Float64Array.from({ length: 2 * steps * noiseDim }, () => size * random.normal())
  return (parts) => {
    const own = 2 * parts
    const increments = new Float64Array((steps / parts + 1) * noiseDim)
    for (let k = 0; k < 2 * steps; k++) {
      const n = Math.floor(k / own + 0.5)
      for (let j = 0; j < noiseDim; j++) increments[n * noiseDim + j] += drawn[k * noiseDim + j]
    }
    return increments
  }
}
