/** The derived partials of driver and terminal condition against central differences of their values. */

import { pointwise } from '../formulas/bind.ts'
import { variable } from '../formulas/build.ts'
import { generated } from '../formulas/generated.ts'
import type { CompiledProblem } from './compiled.ts'
import type { ProblemExpressions } from './expressions.ts'
import {
  normalVector,
  pointCount,
  type Random,
  type StatePoint,
  samplePoints,
  seededRandom,
} from './sample.ts'

export interface DerivativeReport {
  /** Comparisons made. */
  compared: number
  /** Comparisons left out because the function has a kink within the difference's reach. */
  kinks: number
  /** Largest |derived − difference| / size of the function's change, over the comparisons made. */
  largestError: number
}

/** Fourth-order central differences at a well-chosen step are as good as this; a wrong rule is off by far more. */
export const DERIVATIVE_TOLERANCE = 1e-6

const STEP = 1e-3

/** ∂f/∂y, and ∂f/∂z along random directions, at random points of paths. y and z are those of the terminal condition. */
export function driverDerivatives(
  expressions: ProblemExpressions,
  compiled: CompiledProblem,
  seed = 1,
): DerivativeReport {
  const { noiseDim } = compiled
  const random = seededRandom(seed)
  const driver = pointwise(compiled.functions.driver)
  const partials = pointwise(compiled.functions.driverGradient)
  const comparisons = driverPoints(expressions, compiled, random).flatMap(({ t, x, y, z, spread }) => {
    const { dy, dz } = partials(t, { x, y, z })
    const direction = normalVector(random, noiseDim)
    const alongY = (s: number) => driver(t, { x, y: y + s, z }).f[0]
    const alongZ = (s: number) => driver(t, { x, y, z: displaced(z, direction, s) }).f[0]
    return [compare(dy[0], alongY, 1 + Math.abs(y)), compare(dotProduct(dz, direction), alongZ, spread)]
  })
  return summarise(comparisons)
}

interface DriverPoint extends StatePoint {
  y: number
  /** [noiseDim] */
  z: Float64Array
  /** Standard deviation of what was added to z. */
  spread: number
}

/** Random points of paths with y and z those of the terminal condition, and some noise. */
export function driverPoints(
  expressions: ProblemExpressions,
  { dim, noiseDim, functions }: CompiledProblem,
  random: Random,
): DriverPoint[] {
  const terminal = pointwise(functions.terminalGradient)
  return samplePoints(expressions, pointCount(dim), random).map(({ t, x }) => {
    const { g, z } = terminal(t, { x })
    // Away from where everything is zero: constant terminal conditions have no gradient.
    const y = g[0] + 0.1 * (1 + Math.abs(g[0])) * normalVector(random, 1)[0]
    const spread = 0.1 * (1 + rootMeanSquare(z))
    const noise = normalVector(random, noiseDim)
    return { t, x, y, z: z.map((value, k) => value + spread * noise[k]), spread }
  })
}

/** σᵀ∇g along random directions of the noise, against differences of g. */
export function terminalDerivatives(
  expressions: ProblemExpressions,
  compiled: CompiledProblem,
  seed = 1,
): DerivativeReport {
  const { noiseDim, dim, horizon } = compiled
  const random = seededRandom(seed)
  const values = pointwise(compiled.functions.terminal)
  const gradient = pointwise(compiled.functions.terminalGradient)
  const displace = noiseDirection(expressions)
  const comparisons = samplePoints(expressions, pointCount(dim), random).map(({ x }) => {
    const w = normalVector(random, noiseDim)
    const direction = displace({ t: horizon, x }, w)
    const { z } = gradient(horizon, { x })
    const along = (s: number) => values(horizon, { x: displaced(x, direction, s) }).g[0]
    const length = rootMeanSquare(direction)
    return compare(dotProduct(z, w), along, length === 0 ? 1 : (0.1 * (1 + rootMeanSquare(x))) / length)
  })
  return summarise(comparisons)
}

/** (t, x), w → σRw [dim] */
function noiseDirection({ dim, noiseDim, noise }: ProblemExpressions) {
  const moved = noise.apply(variable('w', [noiseDim]))
  const apply = pointwise(generated({ x: [dim], w: [noiseDim] }, { moved }))
  return ({ t, x }: StatePoint, w: Float64Array): Float64Array => apply(t, { x, w }).moved
}

/** The relative error, or null where the function is not smooth within reach of the difference. */
export function compare(derived: number, along: (s: number) => number, scale: number): number | null {
  const h = STEP * scale
  const wide = centralDifference(along, h)
  const narrow = centralDifference(along, h / 2)
  // What the function changes by over the reach, per length; a plain zero compares absolutely.
  const size = Math.max(Math.abs(derived), Math.abs(narrow), Math.abs(along(0)) / scale, 1e-300)
  if (Math.abs(wide - narrow) > DERIVATIVE_TOLERANCE * size) return null
  const error = Math.abs(derived - narrow) / size
  return Number.isNaN(error) ? Infinity : error
}

/** (8(f₁ − f₋₁) − (f₂ − f₋₂)) / 12h, error of order h⁴. */
function centralDifference(f: (s: number) => number, h: number): number {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
}

export function summarise(errors: (number | null)[]): DerivativeReport {
  const compared = errors.filter((error) => error !== null)
  return {
    compared: compared.length,
    kinks: errors.length - compared.length,
    largestError: compared.reduce((largest, error) => Math.max(largest, error), 0),
  }
}

export function displaced(v: Float64Array, direction: Float64Array, s: number): Float64Array {
  return v.map((value, k) => value + s * direction[k])
}

export function dotProduct(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0)
}

export function rootMeanSquare(v: Float64Array): number {
  return Math.sqrt(v.reduce((sum, value) => sum + value * value, 0) / v.length)
}
