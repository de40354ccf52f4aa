/**
 * Where g jumps and the driver has a kink or a power in z, nothing measures what the networks' errors e leave behind the first order: branching
 * paths tell Z by ΔW/Δt, with noise far wider than the kink's surroundings. It is E∫r dt, where
 *
 *     r = f(y + e, z + e') − f − f_y e − f_z·e',
 *
 * and of e and e' no more is known than what training's loss is left with, E∫|e'|²dt. So r is taken at errors of that size that know nothing of
 * (y, z), in any direction, and without its sign: where Z changes sign, or crosses a kink anywhere, is not asked either. z has g's deviation
 * over √T for its mean square, and grows towards T with what a jump of g leaves of it, 1/√(T − t); errors grow as it does.
 */
import type { EstimatePlan } from '../../estimation/plan.ts'
import type { EstimateResult } from '../../estimation/result.ts'
import { pointwise } from '../../formulas/bind.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'

const DRAWS = 512
/** An index and an iteration of the stream's own. */
const [INDEX, ITERATION] = [0, 2]

/** Where paths start, and Ẑ there. */
export interface Place {
  time: number
  /** [dim] */
  x: Float64Array
  /** [noiseDim] */
  z: Float64Array
}

/** The estimate with that in its error. @param square E∫|e'|²dt */
export function withUnmeasured(
  estimate: EstimateResult,
  problem: CompiledProblem,
  { branches, options, training }: EstimatePlan,
  square: number,
  place: Place,
): EstimateResult {
  const isMissing = branches === null && options.scheme === 'trapezoidal' && problem.driverShape.isCurvedInZ
  const deviation = estimate.terminalDeviation
  if (!isMissing || !(square > 0 && deviation > 0)) return estimate
  const sizes = { value: deviation, error: Math.min(deviation, Math.sqrt(square)) }
  const missed = meanRemainder(problem, place, estimate.value, sizes, training.seed)
  const remainder = Math.hypot(estimate.errors.remainder, missed)
  const standardError = Math.hypot(estimate.standardError, missed)
  return { ...estimate, errors: { ...estimate.errors, remainder }, standardError }
}

/** E∫|r|dt by draws. @param sizes deviations of u, and of what it is off by */
function meanRemainder(
  { functions, horizon }: CompiledProblem,
  { time, x, z: start }: Place,
  value: number,
  sizes: { value: number; error: number },
  seed: number,
): number {
  const gradient = pointwise(functions.driverGradient)
  const draw = new UniformStream(seed, STREAM.sample, INDEX, ITERATION)
  const length = Math.sqrt(start.reduce((sum, part) => sum + part * part, 0))
  const along = start.map((part) => (length > 0 ? part / length : 1 / Math.sqrt(start.length)))
  const left = horizon - time
  let [sum, count] = [0, 0]
  for (let k = 0; k < DRAWS; k++) {
    const passed = draw.next()
    const growth = (1 - passed) ** -0.25 / Math.sqrt(2 * left)
    const size = sizes.value * growth * draw.normal()
    const z = along.map((part) => size * part)
    const y = value + sizes.value * Math.sqrt(passed) * draw.normal()
    const offY = sizes.error * draw.normal()
    const offZ = z.map(() => (sizes.error * growth * draw.normal()) / Math.sqrt(z.length))
    const t = time + passed * left
    const { f, dy, dz } = gradient(t, { x, y, z })
    const there = gradient(t, { x, y: y + offY, z: z.map((part, j) => part + offZ[j]) }).f[0]
    const tangent = offZ.reduce((total, part, j) => total + part * dz[j], f[0] + dy[0] * offY)
    const missed = Math.abs(there - tangent)
    if (!Number.isFinite(missed)) continue
    sum += missed
    count++
  }
  return count === 0 ? 0 : (left * sum) / count
}
