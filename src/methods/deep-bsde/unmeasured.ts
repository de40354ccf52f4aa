/**
 * Where g jumps and the driver has a kink or a power in z, nothing measures what the networks' errors e leave in second order: branching
 * paths tell Z by ΔW/Δt, with noise far wider than the kink's surroundings. It is ½E∫f_zz e²dt. Of that E∫e²dt is what training's loss is
 * left with; e is taken to be the same share of Z everywhere, and f_zz to be the quotient of the slopes over as much, which sees a
 * kink that e may cross, for sizes of z whose mean square is that of g's deviation over the root of the time that is left.
 */
import type { EstimatePlan } from '../../estimation/plan.ts'
import type { EstimateResult } from '../../estimation/result.ts'
import { pointwise } from '../../formulas/bind.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'

/** Sizes of z, in powers of √2; and the mean of their squares. */
const POWERS = Array.from({ length: 12 }, (_, k) => k - 6)
const MEAN_SQUARE = POWERS.reduce((sum, power) => sum + 2 ** power / POWERS.length, 0)

/** Where paths start, and Ẑ there. */
export interface Place {
  time: number
  /** [dim] */
  x: Float64Array
  /** [noiseDim] */
  z: Float64Array
}

/** The estimate with that in its error. @param square E∫e²dt */
export function withUnmeasured(
  estimate: EstimateResult,
  problem: CompiledProblem,
  { branches, options }: EstimatePlan,
  square: number,
  place: Place,
): EstimateResult {
  const isMissing = branches === null && options.scheme === 'trapezoidal' && problem.driverShape.isCurvedInZ
  const deviation = estimate.terminalDeviation
  if (!isMissing || !(square > 0 && deviation > 0)) return estimate
  const share = Math.min(1, Math.sqrt(square) / deviation)
  const usual = deviation / Math.sqrt(MEAN_SQUARE * (problem.horizon - place.time))
  const bend = 0.5 * square * meanCurvature(problem, place, estimate.value, usual, share)
  const remainder = Math.hypot(estimate.errors.remainder, bend)
  const standardError = Math.hypot(estimate.standardError, bend)
  return { ...estimate, errors: { ...estimate.errors, remainder }, standardError }
}

/** |∂²f/∂z²| along z, in quotients over `share` of z to either side. */
function meanCurvature(
  { functions }: CompiledProblem,
  { time, x, z }: Place,
  y: number,
  usual: number,
  share: number,
): number {
  const gradient = pointwise(functions.driverGradient)
  const length = Math.sqrt(z.reduce((sum, value) => sum + value * value, 0))
  const along = z.map((value) => (length > 0 ? value / length : 1 / Math.sqrt(z.length)))
  const slope = (size: number) => {
    const { dz } = gradient(time, { x, y, z: along.map((part) => size * part) })
    return dz.reduce((sum, value, j) => sum + value * along[j], 0)
  }
  return Math.max(...[1, -1].map((sign) => meanAlong((size) => slope(sign * size), usual, share)))
}

function meanAlong(slope: (size: number) => number, usual: number, share: number): number {
  let [sum, weights] = [0, 0]
  for (const power of POWERS) {
    const size = usual * Math.SQRT2 ** power
    const reach = share * size
    const curvature = Math.abs(slope(size + reach) - slope(size - reach)) / (2 * reach)
    if (!Number.isFinite(curvature)) continue
    sum += size * size * curvature
    weights += size * size
  }
  return weights === 0 ? 0 : sum / weights
}
