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

const MOST_POINTS = 32
/** Of a trial path. */
const FEWEST_STEPS = 8
const MOST_STEPS = 512
/** Of the points, those with smaller rates: a place that few paths come to is no reason for more steps everywhere. */
const SHARE = 0.75
/** Products with the drift's Jacobian, after which a vector grows by its fastest rate. */
const POWERS = 6
/** Of γΔt, for a step of the driver's own equation. */
const STABLE = 0.5

type Compiled = Pick<CompiledProblem, 'dynamics' | 'functions' | 'range'>
type RateAt = (point: StatePoint) => number

/** γT, the larger of the driver's and the drift's: the upper quartile over points of trial paths. 0 where these run away, and tell nothing. */
export function stiffness(expressions: ProblemExpressions, compiled: Compiled): number {
  const ofDriver = driverRate(expressions, compiled)
  const ofDrift = driftRate(expressions, compiled)
  if (ofDriver === null && ofDrift === null) return 0
  const { dim, horizon } = expressions
  const count = pointCount(dim, MOST_POINTS)
  const upper = (points: StatePoint[], rateAt: RateAt | null) =>
    rateAt === null ? 0 : horizon * upperQuartile(points.map(rateAt))
  for (let steps = FEWEST_STEPS; steps <= MOST_STEPS; steps *= 4) {
    const points = samplePoints(expressions, count, seededRandom(1), steps)
    const drift = upper(points, ofDrift)
    if (drift <= steps) return Math.max(drift, upper(points, ofDriver))
  }
  return 0
}

/**
 * |f_y| where y is what the driver alone makes of g on the way back, and z that of g; null where a step has no part of it: factors exp(∫f_y dt) hold
 * an f_y without y, and how long steps at a kink may be is known from its slopes.
 */
function driverRate(
  { driver, horizon, variables: { y: value } }: ProblemExpressions,
  { functions, range }: Compiled,
): RateAt | null {
  if (!names(gradient(driver, value)).includes('y') || !isSmooth(driver, [value])) return null
  const terminal = pointwise(functions.terminalGradient)
  const driverGradient = pointwise(functions.driverGradient)
  const [least, greatest] = range ?? [-Infinity, Infinity]
  return ({ t, x }) => {
    const { g, z } = terminal(t, { x })
    let [y, left, rate] = [g[0], horizon - t, 0]
    for (let n = 0; n < MOST_STEPS; n++) {
      y = Math.min(greatest, Math.max(least, y))
      const { f, dy } = driverGradient(horizon - left, { x, y, z })
      rate = Math.abs(dy[0])
      const dt = Math.min(left, horizon / FEWEST_STEPS, STABLE / rate)
      if (!(dt > 0)) break
      y += dt * f[0]
      left -= dt
    }
    return rate
  }
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
