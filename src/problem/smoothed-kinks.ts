/**
 * A terminal condition whose kinks are smoothed by the noise that is still to come. Its gradient jumps at a kink; Z before T does not. Where the
 * driver has a kink in z, a skip along ∇g would leap across it, and what lies between would be neither learned nor measured. Seen from time t, max(a, b) at T is on average
 *
 *     b + m Φ(m/s) + s φ(m/s),    m and s the mean and deviation at T of a − b,
 *
 * exactly so where a − b is a Brownian motion with drift. At T it is g itself.
 */
import { add, apply, constant, div, mul, sub } from '../formulas/build.ts'
import { type Apply, type Expression, reachable } from '../formulas/expression.ts'
import { containing } from '../formulas/interval.ts'
import { rebuild } from '../formulas/substitute.ts'
import type { ProblemExpressions } from './expressions.ts'
import { momentsToCome, untilHorizon } from './noise-to-come.ts'

/** @returns g(t, x); null where it has no kink that can be smoothed */
export function smoothedKinks(expressions: ProblemExpressions): Expression | null {
  const { terminal } = expressions
  const rebuilt = new Map<Expression, Expression>()
  for (const node of reachable([terminal])) {
    const args = node.args.map((arg) => rebuilt.get(arg)!)
    const smooth = node.kind === 'apply' ? smoothedNode(node, args, expressions) : null
    rebuilt.set(node, smooth ?? rebuild(node, args))
  }
  const smoothed = rebuilt.get(terminal)!
  return smoothed === terminal ? null : untilHorizon(smoothed, expressions)
}

/** A kink between scalars, of arguments that are smoothed already; null for any other node. */
function smoothedNode(
  { fn, args: own, shape }: Apply,
  args: Expression[],
  expressions: ProblemExpressions,
): Expression | null {
  const { x } = expressions.variables
  if (shape.length > 0 || !own.some((arg) => containing(arg, [x]).size > 0)) return null
  const [a, b] = args
  switch (fn) {
    case 'max':
      return add(b, positivePart(sub(a, b), expressions))
    case 'min':
      return sub(a, positivePart(sub(a, b), expressions))
    case 'relu':
      return positivePart(a, expressions)
    case 'abs':
      return sub(mul(constant(2), positivePart(a, expressions)), a)
    default:
      return null
  }
}

/** The mean of max(d, 0) at T. */
function positivePart(d: Expression, expressions: ProblemExpressions): Expression {
  const { mean, deviation } = momentsToCome(d, expressions)
  const ratio = div(mean, deviation)
  const density = mul(
    constant(1 / Math.sqrt(2 * Math.PI)),
    apply('exp', mul(constant(-0.5), mul(ratio, ratio))),
  )
  return add(mul(mean, apply('normcdf', ratio)), mul(deviation, density))
}
