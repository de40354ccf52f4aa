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
import { leadsOf, type Settling, settling } from './settling.ts'

const MOST_POINTS = 32
/** Of a trial path. */
const FEWEST_STEPS = 8
const MOST_STEPS = 512
/** Of the points, those with smaller rates: a place that few paths come to is no reason for more steps everywhere. */
const SHARE = 0.75
/** Products with the drift's Jacobian, after which a vector grows by its fastest rate. */
const POWERS = 6

const NONE: Stiffness = { stiffness: 0, settlingTime: 0 }

type Compiled = Pick<CompiledProblem, 'dynamics' | 'functions' | 'range'>
type RateAt = (point: StatePoint) => number

export interface Stiffness {
  /** γT, of the driver or the drift, whichever is more: the upper quartile over points of trial paths. 0 where these run away, and tell nothing. */
  stiffness: number
  /** How long before T steps crowd; see `settling`. 0 where they are equal. */
  settlingTime: number
}

export function stiffness(expressions: ProblemExpressions, compiled: Compiled): Stiffness {
  const ofDriver = ownRates(expressions, compiled)
  const ofDrift = driftRate(expressions, compiled)
  if (ofDriver === null && ofDrift === null) return NONE
  const { dim, horizon } = expressions
  const count = pointCount(dim, MOST_POINTS)
  for (let steps = FEWEST_STEPS; steps <= MOST_STEPS; steps *= 4) {
    const points = samplePoints(expressions, count, seededRandom(1), steps)
    const drift = ofDrift === null ? 0 : horizon * upperQuartile(points.map(ofDrift))
    if (drift > steps) continue
    const settled = ofDriver && settlingOf(ofDriver, points, horizon)
    // Of steps that crowd half are equal.
    if (settled) return { stiffness: Math.max(2 * drift, settled.stiffness), settlingTime: settled.time }
    return { stiffness: Math.max(drift, driverStiffness(expressions, ofDriver, points)), settlingTime: 0 }
  }
  return NONE
}

function settlingOf(ratesOf: OwnRates, points: readonly StatePoint[], horizon: number): Settling | null {
  const leads = leadsOf(horizon)
  const rates = points.map(({ x }) => ratesOf(x, leads))
  return settling(
    leads,
    leads.map((_, k) => upperQuartile(rates.map((of) => of[k]))),
    horizon,
  )
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
