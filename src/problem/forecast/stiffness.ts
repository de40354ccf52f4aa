/**
 * How fast the equation forgets, before anything is trained: a pilot of the grid. A driver's slope in y and a drift's in x are rates γ, and what
 * a step Δt misses is small where γΔt is.
 */
import { pointwise } from '../../formulas/bind.ts'
import { dot, variable } from '../../formulas/build.ts'
import { isSmooth } from '../../formulas/curvature.ts'
import { names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { CompiledProblem } from '../compiled.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { normalVector, pointCount, type StatePoint, samplePoints, seededRandom } from '../sample.ts'
import { type OwnRates, ownRates } from './own-equation.ts'
import { crowding, leadsOf, settlingTime } from './settling.ts'
import { stretchEnds } from './special-times.ts'

const MOST_POINTS = 32
/** Of a trial path. */
const FEWEST_STEPS = 8
const MOST_STEPS = 512
/** Of the points, those with smaller rates: a place that few paths come to is no reason for more steps everywhere. */
const SHARE = 0.75
/** How long before a special time a formula is what it is before it, as a share of the horizon. */
const ASIDE = 1e-9
/** Products with the drift's Jacobian, after which a vector grows by its fastest rate. */
const POWERS = 6

const NONE: Stiffness = { stiffness: 0, settlingTimes: [] }

type Compiled = Pick<CompiledProblem, 'dynamics' | 'functions' | 'range'>
type RateAt = (point: StatePoint) => number

export interface Stiffness {
  /** γT, of the driver or the drift, whichever is more: the upper quartile over points of trial paths. 0 where these run away, and tell nothing. */
  stiffness: number
  /** How long before the end of each stretch between special times steps crowd, 0 where they are equal; empty where all are. */
  settlingTimes: number[]
}

/** @param specialTimes in ascending order */
export function stiffness(
  expressions: ProblemExpressions,
  compiled: Compiled,
  specialTimes: readonly number[],
): Stiffness {
  const ofDriver = ownRates(expressions, compiled)
  const ofDrift = driftRate(expressions, compiled)
  if (ofDriver === null && ofDrift === null) return NONE
  const { dim, horizon } = expressions
  const count = pointCount(dim, MOST_POINTS)
  for (let steps = FEWEST_STEPS; steps <= MOST_STEPS; steps *= 4) {
    const points = samplePoints(expressions, count, seededRandom(1), steps)
    const drift = ofDrift === null ? 0 : horizon * upperQuartile(points.map(ofDrift))
    if (drift > steps) continue
    const equal = Math.max(drift, driverStiffness(expressions, ofDriver, points))
    const settled = ofDriver && settlingOf(ofDriver, points, horizon, stretchEnds(specialTimes, horizon))
    // Of steps that crowd half are equal.
    if (settled) return { ...settled, stiffness: Math.max(2 * equal, settled.stiffness) }
    return { stiffness: equal, settlingTimes: [] }
  }
  return NONE
}

/** Null where nowhere steps crowd. */
function settlingOf(
  ratesOf: OwnRates,
  points: readonly StatePoint[],
  horizon: number,
  ends: readonly number[],
): Stiffness | null {
  const stretches = ends.map((to, k) => {
    const length = to - (ends[k - 1] ?? 0)
    const leads = leadsOf(length)
    const aside = ASIDE * horizon
    const sinceEnd = leads.map((lead) => horizon - to + aside + Math.min(lead, length - 2 * aside))
    const all = points.map(({ x }) => ratesOf(x, sinceEnd))
    const rates = leads.map((_, n) => upperQuartile(all.map((of) => of[n])))
    return { leads, rates, time: settlingTime(leads, rates, length) }
  })
  const settlingTimes = stretches.map(({ time }) => time)
  if (settlingTimes.every((time) => time === 0)) return null
  const steps = crowding(horizon, ends, settlingTimes)
  const needs = stretches.map(({ leads, rates, time }, k) =>
    time === 0 ? 0 : steps.stiffness(k, leads, rates),
  )
  return { settlingTimes, stiffness: Math.max(...needs) }
}

/** How long steps at a kink may be is known from its slopes. */
function driverStiffness(
  { driver, horizon, variables }: ProblemExpressions,
  ratesOf: OwnRates | null,
  points: readonly StatePoint[],
): number {
  if (ratesOf === null || !isSmooth(driver, [variables.y])) return 0
  return horizon * upperQuartile(points.map(({ t, x }) => ratesOf(x, [horizon - t])[0]))
}

/** What a vector comes to grow by under the drift's Jacobian; null where no step depends on it: linear drifts have exact flows. */
function driftRate(
  { drift, variables: { x }, dim }: ProblemExpressions,
  { dynamics: { kind } }: Compiled,
): RateAt | null {
  if (!names(drift).includes('x')) return null
  const product = gradient(dot(drift, variable('v', [dim])), x)
  const isLinear = !names(product).includes('x')
  if (isLinear && kind !== 'euler' && kind !== 'milstein') return null
  const transported = pointwise(generated({ x: [dim], v: [dim] }, { product }))
  const start = normalVector(seededRandom(1), dim)
  return (point) => {
    let [v, growth] = [start, 0]
    for (let k = 0; k < POWERS; k++) {
      const next = transported(point.t, { x: point.x, v }).product
      growth = Math.hypot(...next) / Math.hypot(...v)
      if (growth === 0) return 0
      v = next.map((value) => value / growth)
    }
    return growth
  }
}

/** 0 where none is finite. */
function upperQuartile(rates: readonly number[]): number {
  const sorted = rates.filter(Number.isFinite).sort((a, b) => a - b)
  return sorted[Math.floor(SHARE * sorted.length)] ?? 0
}
