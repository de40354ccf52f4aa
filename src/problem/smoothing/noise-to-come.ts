/** What the noise from a time t to T makes of values of the state, as if their drift and slope stayed what they are. */
import {
  add,
  apply,
  concat,
  constant,
  dot,
  element,
  fill,
  mul,
  norm,
  one,
  select,
  sub,
  sum,
} from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import { containing } from '../../formulas/interval.ts'
import { matvec } from '../../formulas/linear.ts'
import type { ProblemExpressions } from '../expressions.ts'
import type { Noise } from '../noise.ts'

/** From so near T on, as a share of it, nothing is smoothed; and the least deviation. */
const NEAR = 1e-9
const LEAST_DEVIATION = 1e-12
/** Elements of a vector whose slopes are taken one by one. */
const MOST_ELEMENTS = 16

/** Mean d + μ·∇d τ and deviation |σᵀ∇d| √τ at T of a scalar d, τ = T − t: exact where it is a Brownian motion with drift. */
export function momentsToCome(
  d: Expression,
  expressions: ProblemExpressions,
): { mean: Expression; deviation: Expression } {
  const { drift, noise, variables } = expressions
  const slope = gradient(d, variables.x)
  return {
    mean: add(d, mul(timeLeft(expressions), dot(drift, slope))),
    deviation: widened(norm(noise.scale(slope)), expressions),
  }
}

/** The deviation of each element of a vector d, or of a scalar; null where many elements know of more than a component of x each. */
export function deviationsToCome(d: Expression, expressions: ProblemExpressions): Expression | null {
  const { noise, variables } = expressions
  if (d.shape.length === 0) return momentsToCome(d, expressions).deviation
  if (d.shape.length > 1) return null
  if (isElementwise(d, variables.x)) {
    const slopes = gradient(sum(d), variables.x)
    return widened(apply('abs', mul(slopes, deviationsOf(noise))), expressions)
  }
  const [length] = d.shape
  if (length! > MOST_ELEMENTS) return null
  return concat(
    Array.from({ length: length! }, (_, i) => momentsToCome(element(d, i), expressions).deviation),
  )
}

/** φ(z) */
export function normalDensity(z: Expression): Expression {
  const scale = constant(1 / Math.sqrt(2 * Math.PI))
  return mul(scale, apply('exp', mul(constant(-0.5), mul(z, z))))
}

/** `smoothed` before T, `terminal` there. */
export function untilHorizon(smoothed: Expression, expressions: ProblemExpressions): Expression {
  const { terminal, horizon } = expressions
  const isBefore = apply('greater', sub(constant(horizon), expressions.variables.t), constant(NEAR * horizon))
  return select(isBefore, smoothed, terminal)
}

/** Deviations over a unit of time as those that are left. */
function widened(rate: Expression, expressions: ProblemExpressions): Expression {
  return add(mul(rate, apply('sqrt', timeLeft(expressions))), constant(LEAST_DEVIATION))
}

function timeLeft({ horizon, variables }: ProblemExpressions): Expression {
  return apply('max', sub(constant(horizon), variables.t), constant(0))
}

/** Of each component of x over a unit of time, the noises of a matrix taken as independent. */
function deviationsOf({ diagonal, dense, noiseDim }: Noise): Expression {
  return diagonal ?? apply('sqrt', matvec(mul(dense!, dense!), fill(one, [noiseDim])))
}

/** Whether element i of d knows of xᵢ alone. */
function isElementwise(d: Expression, x: Expression): boolean {
  const depends = containing(d, [x])
  const isOne = (node: Expression) => node === x || (node.kind === 'apply' && node.shape[0] === x.shape[0])
  return reachable([d]).every((node) => !depends.has(node) || isOne(node))
}
