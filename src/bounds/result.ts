/** From the sums of the stage to bounds with their errors. */

import { RESULT as ESTIMATE } from '../estimation/plan.ts'
import type { DriverStructure } from '../problem/driver-structure.ts'
import type { Bound, Bounds } from '../solution/details/bounds.ts'
import { HALF_WIDTH_95 } from '../statistics/confidence.ts'
import { heavyWeights, isTrusted, signOf, trustedSide, weightedSide } from './exponential-side.ts'
import { samplesOf } from './finer-grids.ts'
import { type BoundsPlan, COLUMN, COLUMNS, RESULT, RESULT_WORDS, SOURCE, type Source } from './plan.ts'
import type { Side } from './side.ts'
import { withoutSteps } from './step-error.ts'

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
  const result = doubles.subarray(plan.result, plan.result + RESULT_WORDS)
  const y0 = doubles[estimate.result + ESTIMATE.value]
  const sides = readSides(result, plan, y0)
  const { kind } = structure.dual
  const dual =
    kind === 'exponential'
      ? trustedSide(doubles, plan, y0, SOURCES[result[RESULT.source] as Source])
      : sides.dual
  const isConvex = structure.curvature !== 'concave'
  const linear = stepless(doubles, plan, sides.linear, COLUMN.linear, null)
  const first = bound(linear, isConvex ? -1 : 1)
  const second = dual && bound(steplessDual(doubles, plan, dual), isConvex ? 1 : -1)
  const [lower, upper] = isConvex ? [first, second] : [second, first]
  const middle = lower && upper ? 0.5 * (lower.value + upper.value) : 0
  return {
    lower,
    upper,
    curvature: structure.curvature,
    equation: equationOf(structure),
    relativeGap: lower && upper && middle !== 0 ? (upper.value - lower.value) / Math.abs(middle) : null,
    missing: dual === null ? missingDual(structure, result) : first && second ? null : RUNAWAY,
    paths: result[RESULT.count],
    elapsedMs,
  }
}

/** Of the page's equation, from runs on finer grids where the steps matter. */
function stepless(
  doubles: Float64Array,
  { finer }: BoundsPlan,
  side: Side,
  column: number,
  logarithm: number | null,
): Side {
  return finer === null ? side : withoutSteps(side, samplesOf(doubles, finer, COLUMNS, column), logarithm)
}

/** What stands in for the exponential dual's path weights knows no steps. */
function steplessDual(doubles: Float64Array, plan: BoundsPlan, side: Side): Side {
  const { dual, curvature } = plan.structure
  if (dual.kind !== 'exponential') return stepless(doubles, plan, side, COLUMN.dual, null)
  if (!isTrusted(doubles.subarray(plan.result))) return side
  return stepless(doubles, plan, side, COLUMN.dual, signOf(curvature) * dual.kappa)
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

const RUNAWAY = 'paths run away'

function bound({ value, standardError, bias, from }: Side, outward: -1 | 1): Bound | null {
  const limit = value + outward * (HALF_WIDTH_95 * standardError + bias)
  return Number.isFinite(limit) ? { value, standardError, limit, from } : null
}

function equationOf({ isAutonomous, isExact, range, isDeclared, curvature }: DriverStructure): string {
  const word = isDeclared ? `, given that its driver is ${curvature}` : ''
  const beyond = range === null ? '' : `, given ${shortNumber(range[0])} ≤ u ≤ ${shortNumber(range[1])}`
  const steps = isAutonomous && isExact ? '' : ', by way of three time grids'
  return `the equation itself${steps}${beyond}${word}`
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
