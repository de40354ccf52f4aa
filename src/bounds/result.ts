/** From the sums of the stage to bounds with their errors. */

import { RESULT as ESTIMATE } from '../estimation/plan.ts'
import type { DriverStructure } from '../problem/structure.ts'
import type { Bound, Bounds } from '../solution/solution.ts'
import { heavyWeights, trustedSide, weightedSide } from './exponential-side.ts'
import { type BoundsPlan, RESULT, RESULT_WORDS, SOURCE, type Source } from './plan.ts'
import type { Side } from './side.ts'

/** Of the limits, one-sided: each side is beyond with 2.5 %, both together with 5 %. */
const QUANTILE = 1.959963984540054

/** The side of the linearised equation and that of the dual, null where there is none. */
export function readSides(
  result: Float64Array,
  { structure }: BoundsPlan,
  y0: number,
): { linear: Side; dual: Side | null } {
  const count = result[RESULT.count]
  const networks = SOURCES[result[RESULT.source] as Source]
  const side = (word: number, from: string): Side => ({
    value: result[RESULT.anchor] + result[word],
    standardError: Math.hypot(result[RESULT.anchorError], Math.sqrt(result[word + 1] / (count - 1) / count)),
    bias: 0,
    from,
  })
  const { dual, curvature } = structure
  const tangent = curvature === 'mixed' ? 'split' : 'linearised'
  const linear = side(RESULT.linear, `${tangent} driver around ${networks}`)
  if (dual.kind === 'none') return { linear, dual: null }
  if (dual.kind === 'exponential') {
    return { linear, dual: weightedSide(result, { dual, curvature }, y0, '') }
  }
  return { linear, dual: side(RESULT.dual, `${DUALS[dual.kind]} with ${networks}`) }
}

export function readBounds(doubles: Float64Array, plan: BoundsPlan, elapsedMs: number): Bounds {
  const { structure, estimate } = plan
  const result = doubles.subarray(plan.result / 8, plan.result / 8 + RESULT_WORDS)
  const y0 = doubles[estimate.result / 8 + ESTIMATE.value]
  const sides = readSides(result, plan, y0)
  const { kind } = structure.dual
  const dual =
    kind === 'exponential'
      ? trustedSide(doubles, plan, y0, SOURCES[result[RESULT.source] as Source])
      : sides.dual
  const isConvex = structure.curvature !== 'concave'
  const first = bound(sides.linear, isConvex ? -1 : 1)
  const second = dual && bound(dual, isConvex ? 1 : -1)
  const [lower, upper] = isConvex ? [first, second] : [second, first]
  const middle = lower && upper ? 0.5 * (lower.value + upper.value) : 0
  return {
    lower,
    upper,
    curvature: structure.curvature,
    equation: equationOf(structure),
    relativeGap: lower && upper && middle !== 0 ? (upper.value - lower.value) / Math.abs(middle) : null,
    missing: dual === null ? missingDual(structure, result) : null,
    paths: result[RESULT.count],
    elapsedMs,
  }
}

function missingDual({ dual }: DriverStructure, result: Float64Array): string | null {
  if (dual.kind === 'none') return dual.reason
  return dual.kind === 'exponential' ? `no bound, ${heavyWeights(result)}` : null
}

const SOURCES: Record<Source, string> = {
  [SOURCE.none]: 'no networks, which made it worse',
  [SOURCE.networks]: 'the trained networks',
  [SOURCE.smoothed]: 'the smoothed terminal condition',
}

const DUALS = { pathwise: 'pathwise dual', segment: 'pathwise maximum' } as const

function bound({ value, standardError, bias, from }: Side, outward: -1 | 1): Bound {
  return { value, standardError, limit: value + outward * (QUANTILE * standardError + bias), from }
}

function equationOf({ isAutonomous, isExact, range, isDeclared, curvature }: DriverStructure): string {
  const word = isDeclared ? `, given that its driver is ${curvature}` : ''
  const beyond = range === null ? '' : `, given ${shortNumber(range[0])} ≤ u ≤ ${shortNumber(range[1])}`
  const simulated = isExact ? '' : ', X as simulated'
  return `${isAutonomous ? 'the equation itself' : 'the equation with t and x of its driver frozen over a step'}${simulated}${beyond}${word}`
}

/** Where neither curvature was proved there is nothing to bound with. */
export function noBounds(): Bounds {
  return {
    lower: null,
    upper: null,
    curvature: null,
    equation: 'no equation',
    relativeGap: null,
    missing: 'the driver was not proved convex or concave in (y, z), nor split into such parts',
    paths: 0,
    elapsedMs: 0,
  }
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}
