/**
 * The exponential dual Y₀ ± ln E^β[exp(±κ(g−Ŷ_T))]/κ, or what stands in for it where its weights lie on too few paths: their mean
 * is then a matter of paths rarer than the sample, too small almost surely, and its standard error does not see it.
 */

import type { DriverStructure, Dual } from '../problem/driver-structure.ts'
import { type BoundsPlan, HEAVIEST_TAIL, ISLANDS, LEAST_EFFECTIVE, RESULT, WIDEST_ISLANDS } from './plan.ts'
import type { Side } from './side.ts'

type Exponential = Extract<Dual, { kind: 'exponential' }>

/**
 * Whether the mean of the path weights can be trusted. Neither sign alone is enough: a wide lognormal law looks light
 * in the tail, and a heavy tail may lie beyond a sample that looks narrow.
 */
export function isTrusted(result: Float64Array): boolean {
  return effectiveShare(result) >= LEAST_EFFECTIVE && result[RESULT.tail] <= HEAVIEST_TAIL
}

/** (Σw)²/(n Σw²) of the path weights; NaN where they are too large or too small for numbers. */
function effectiveShare(result: Float64Array): number {
  const mean = result[RESULT.dual]
  return 1 / (1 + result[RESULT.dualVariance] / result[RESULT.count] / (mean * mean))
}

/** From the moments of the path weights, of whatever tail. */
export function weightedSide(
  result: Float64Array,
  { dual, curvature }: { dual: Exponential; curvature: DriverStructure['curvature'] },
  y0: number,
  from: string,
): Side {
  const count = result[RESULT.count]
  const mean = result[RESULT.dual]
  const relative = Math.sqrt(result[RESULT.dualVariance] / (count - 1) / count) / mean
  return logarithmic(y0, Math.log(mean), relative, signOf(curvature) * dual.kappa, from)
}

/** The side that can be trusted: by path weights, by annealed particles, or by the range of g; null where none can. */
export function trustedSide(
  doubles: Float64Array,
  plan: BoundsPlan,
  y0: number,
  networks: string,
): Side | null {
  const { curvature } = plan.structure
  const dual = plan.structure.dual as Exponential
  const result = doubles.subarray(plan.result)
  if (isTrusted(result)) {
    return weightedSide(result, { dual, curvature }, y0, `exponential dual with ${networks}`)
  }
  const islands = doubles.subarray(plan.islandsAt, plan.islandsAt + ISLANDS)
  const annealed = dual.affine && annealedSide(islands, dual, curvature, plan.grid.horizon)
  if (annealed || dual.extreme === null) return annealed
  const from = `the range of the terminal condition, ${heavyWeights(result)}`
  return { value: dual.extreme, standardError: 0, bias: 0, from }
}

/** Why the path weights were not used. */
export function heavyWeights(result: Float64Array): string {
  const share = effectiveShare(result)
  const percent = Number.isFinite(share) ? (100 * share).toPrecision(2) : '0'
  return `as the weights of the exponential dual lie on too few paths (${percent} % of them, tail index ${result[RESULT.tail].toFixed(2)})`
}

/** From ln of the islands' means; null where they are too far apart. */
function annealedSide(
  logs: Float64Array,
  { kappa, affine }: Exponential,
  curvature: DriverStructure['curvature'],
  horizon: number,
): Side | null {
  const largest = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const ratios = logs.map((value) => Math.exp(value - largest))
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / logs.length
  const squares = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0)
  const spread = Math.sqrt(squares / (logs.length - 1)) / mean
  if (!(spread <= WIDEST_ISLANDS)) return null
  const from = 'exponential dual with annealed particles, without networks'
  return logarithmic(
    affine!.alpha * horizon,
    largest + Math.log(mean),
    spread / Math.sqrt(logs.length),
    signOf(curvature) * kappa,
    from,
  )
}

/** start + logMean/factor; ln of a mean is too small in the mean, by half its squared relative error. */
function logarithmic(
  start: number,
  logMean: number,
  relativeError: number,
  factor: number,
  from: string,
): Side {
  return {
    value: start + logMean / factor,
    standardError: relativeError / Math.abs(factor),
    bias: (0.5 * relativeError ** 2) / Math.abs(factor),
    from,
  }
}

export function signOf(curvature: DriverStructure['curvature']): 1 | -1 {
  return curvature === 'convex' ? 1 : -1
}
