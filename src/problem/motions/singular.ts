/** Where a motion's order is not sure: at zeros of σ like a root's, which Stratonovich's drift leads paths into. */
import { element, isApply } from '../../formulas/build.ts'
import { componentDerivative } from '../../formulas/component-derivative.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { type Expression, names, reachable } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import { sizeOf } from '../../formulas/shape.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { pointCount, samplePoints, seededRandom } from '../sample.ts'
import { type StateSpace, withoutGuard } from './square-root.ts'

/** Elements of a root that are looked at: a formula's components are mostly alike. */
const MOST_ELEMENTS = 16
/** Points of paths that are looked at, and the share of its start below which a root's argument is near 0. */
const SAMPLES = 128
const NEAR = 0.1
/** Components whose bound is looked at where each takes an evaluation of its own. */
const MOST_BOUNDS = 1024

/** Whether Stratonovich's drift points out of the state space at a bound. Looked at from x₀, one component at its bound. */
export function pointsOut(
  drift: Expression,
  { x0, horizon, variables }: ProblemExpressions,
  { low, high }: StateSpace,
): boolean {
  const isOwn = componentDerivative(drift, variables.x) !== null
  const speeds = isOwn ? speedsTogether : speedsOneByOne
  return [low, high].some((bound, side) =>
    [0, 0.5 * horizon, horizon].some((t) =>
      speeds(drift, t, x0, bound).some((speed) => !((side === 0 ? -speed : speed) <= 1e-12)),
    ),
  )
}

/** The drift of each component at its bound, which no other component has a part in. */
function speedsTogether(drift: Expression, t: number, x0: Float64Array, bound: Float64Array): Float64Array {
  const x = x0.map((start, i) => (Number.isFinite(bound[i]) ? bound[i] : start))
  return evaluate(drift, { t, x }).filter((_, i) => Number.isFinite(bound[i]))
}

/** The same where components have a part in each other's; in very many dimensions of some of them. */
function speedsOneByOne(drift: Expression, t: number, x0: Float64Array, bound: Float64Array): number[] {
  const isBounded = bound.map((end) => (Number.isFinite(end) ? 1 : 0))
  const count = isBounded.reduce((sum, one) => sum + one, 0)
  const stride = Math.ceil(count / pointCount(x0.length, MOST_BOUNDS))
  const speeds: number[] = []
  for (let i = 0, met = 0; i < bound.length; i++) {
    if (!isBounded[i] || met++ % stride > 0) continue
    const x = x0.slice()
    x[i] = bound[i]
    speeds.push(evaluate(drift, { t, x })[i])
  }
  return speeds
}

/**
 * Whether the drift leads out of the domain of a root or broken power in σ that paths come near, for arguments that one component makes zero. Looked at
 * from x₀, with that component there.
 */
export function leavesRoots(drift: Expression, expressions: ProblemExpressions): boolean {
  const { noise, variables, x0, horizon, dim } = expressions
  const { x } = variables
  const roots = reachable([noise.diagonal ?? noise.dense!]).flatMap((node) => {
    if (isApply(node, 'sqrt')) return [withoutGuard(node.args[0])]
    return isApply(node, 'pow') ? [withoutGuard(node.args[0])] : []
  })
  const elements = roots
    .filter((root) => names(root).includes('x'))
    .flatMap((root) =>
      Array.from({ length: Math.min(MOST_ELEMENTS, sizeOf(root.shape)) }, (_, k) => element(root, k)),
    )
  if (elements.length === 0) return false
  const met = samplePoints(expressions, pointCount(dim, SAMPLES), seededRandom(1))
  return elements.some((root) => {
    const t = 0.5 * horizon
    const start = evaluate(root, { t, x: x0 })[0]
    if (!met.some((point) => evaluate(root, { t: point.t, x: point.x })[0] < NEAR * start)) return false
    const slopes = evaluate(gradient(root, x), { t, x: x0 })
    const movers = [...slopes.keys()].filter((i) => slopes[i] !== 0)
    if (movers.length !== 1) return false
    const [i] = movers
    const at = Float64Array.from(x0)
    // Just inside, where roots have derivatives.
    at[i] -= ((1 - 1e-9) * start) / slopes[i]
    return !(slopes[i] * evaluate(drift, { t, x: at })[i] >= -1e-12)
  })
}
