/** What a sample met next to nothing of. */
import { normalDensity } from './normal-density.ts'

/** Half of the events that a sample met none of with a chance of 2.5 %: as one deviation of their number. */
export const UNMET = 1.85
/** The largest distances from the middle that are kept, to tell whether what counts lies on fewer paths. */
export const FARTHEST = 4
/** How far a path may be the farthest of all, and what of the value is no matter. */
const LONE = 1000
const NO_MATTER = 1e-3

/** A part of a mean that lies so many deviations off, in so many places. */
interface Far {
  distance: number
  places: number
  mean: number
  /** What that moves by with each component of where it starts. */
  slopes: Float64Array
}

/** What the parts may add to a mean of which fewer than `FARTHEST` samples are expected there. */
export function unmetMean(parts: readonly Far[], samples: number): number {
  return unmet(parts, samples).reduce((sum, { mean }) => sum + mean, 0)
}

/** Likewise to what the mean moves by with a component of where it starts. */
export function unmetSlope(parts: readonly Far[], samples: number, component: number): number {
  return unmet(parts, samples).reduce((sum, { slopes }) => sum + slopes[component], 0)
}

function unmet(parts: readonly Far[], samples: number): readonly Far[] {
  return parts.filter(({ distance, places }) => {
    // Mills' ratio, by its lower bound: 5 % at two deviations.
    return (places * samples * normalDensity(distance) * distance) / (1 + distance ** 2) < FARTHEST
  })
}

/** Whether what paths differ by, so far as it counts beside the value, lies on fewer than `FARTHEST` of them. @param farthest ascending */
export function restsOnFew(farthest: Float64Array, value: number): boolean {
  const [first, last] = [farthest[FARTHEST - 1], farthest[0]]
  return first > LONE * last && first > NO_MATTER * Math.abs(value)
}
