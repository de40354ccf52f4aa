/** From the sums of the stage to bounds with their errors. */

import { RESULT as ESTIMATE } from '../estimation/plan.ts'
import type { Bound, Bounds } from '../solution/solution.ts'
import { type BoundsPlan, RESULT, RESULT_WORDS, SOURCE, type Source } from './plan.ts'
import type { DriverStructure } from './structure.ts'

/** Of the limits, one-sided: each side is beyond with 2.5 %, both together with 5 %. */
const QUANTILE = 1.959963984540054

interface Side {
  value: number
  standardError: number
  /** How far the mean of finitely many paths is off in the mean, at the most, to be added outward. */
  bias: number
}

/** The side of the linearised equation and that of the dual, null where there is none. */
export function readSides(
  result: Float64Array,
  { structure }: BoundsPlan,
  y0: number,
): { linear: Side; dual: Side | null } {
  const count = result[RESULT.count]
  const side = (word: number) => ({
    value: result[RESULT.anchor] + result[word],
    standardError: Math.hypot(result[RESULT.anchorError], Math.sqrt(result[word + 1] / (count - 1) / count)),
    bias: 0,
  })
  const linear = side(RESULT.linear)
  const { dual, curvature } = structure
  if (dual.kind === 'none') return { linear, dual: null }
  const raw = side(RESULT.dual)
  if (dual.kind !== 'exponential') return { linear, dual: raw }
  // Y₀ ± ln(mean)/κ; the logarithm of a mean is too small in the mean, by half its squared relative error.
  const sign = curvature === 'convex' ? 1 : -1
  const relative = raw.standardError / raw.value
  return {
    linear,
    dual: {
      value: y0 + (sign * Math.log(raw.value)) / dual.kappa,
      standardError: relative / dual.kappa,
      bias: (0.5 * relative * relative) / dual.kappa,
    },
  }
}

export function readBounds(doubles: Float64Array, plan: BoundsPlan, elapsedMs: number): Bounds {
  const { structure, estimate } = plan
  const result = doubles.subarray(plan.result / 8, plan.result / 8 + RESULT_WORDS)
  const y0 = doubles[estimate.result / 8 + ESTIMATE.value]
  const { linear, dual } = readSides(result, plan, y0)
  const isConvex = structure.curvature !== 'concave'
  const networks = SOURCES[result[RESULT.source] as Source]
  const first = bound(linear, isConvex ? -1 : 1, `linearised driver around ${networks}`)
  const second = dual && bound(dual, isConvex ? 1 : -1, `${DUALS[structure.dual.kind]} with ${networks}`)
  const [lower, upper] = isConvex ? [first, second] : [second, first]
  const middle = lower && upper ? 0.5 * (lower.value + upper.value) : 0
  return {
    lower,
    upper,
    curvature: isConvex ? 'convex' : 'concave',
    equation: equationOf(structure),
    relativeGap: lower && upper && middle !== 0 ? (upper.value - lower.value) / Math.abs(middle) : null,
    missing: structure.dual.kind === 'none' ? structure.dual.reason : null,
    paths: result[RESULT.count],
    elapsedMs,
  }
}

const SOURCES: Record<Source, string> = {
  [SOURCE.none]: 'no networks, which made it worse',
  [SOURCE.networks]: 'the trained networks',
  [SOURCE.smoothed]: 'the smoothed terminal condition',
}

const DUALS: Record<DriverStructure['dual']['kind'], string> = {
  exponential: 'exponential dual',
  pathwise: 'pathwise dual',
  segment: 'pathwise maximum',
  none: '',
}

function bound({ value, standardError, bias }: Side, outward: -1 | 1, from: string): Bound {
  return { value, standardError, limit: value + outward * (QUANTILE * standardError + bias), from }
}

function equationOf({ isAutonomous, isExact, range }: DriverStructure): string {
  const beyond = range === null ? '' : `, given ${shortNumber(range[0])} ≤ u ≤ ${shortNumber(range[1])}`
  const simulated = isExact ? '' : ', X as simulated'
  return `${isAutonomous ? 'the equation itself' : 'the equation with t and x of its driver frozen over a step'}${simulated}${beyond}`
}

/** Where neither curvature was proved there is nothing to bound with. */
export function noBounds(): Bounds {
  return {
    lower: null,
    upper: null,
    curvature: null,
    equation: 'no equation',
    relativeGap: null,
    missing: 'the driver was not proved convex or concave in (y, z)',
    paths: 0,
    elapsedMs: 0,
  }
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}
