/**
 * A terminal condition whose kinks are smoothed by the noise that is still to come. Its gradient jumps at a kink; Z before T does not. Where the
 * driver has a kink in z, a skip along ∇g would leap across it, and what lies between would be neither learned nor measured. Where its slopes move
 * with z, the skip's leap times the error of Z there is a part of ∇u, which no derivative along a path sees. Seen from time t, max(a, b) at T is on average
 *
 *     b + d Φ(d/s) + s φ(d/s),    d = a − b, s its deviation at T,
 *
 * exactly so for Brownian paths. What a drift moves d by is left out: carried on to T along a line, one that reverts would turn the sign of the slope. At T it is g itself.
 */
import { add, apply, constant, div, mul, sub } from '../formulas/build.ts'
import { isSmoothNode } from '../formulas/curvature.ts'
import { type Expression, reachable } from '../formulas/expression.ts'
import { containing } from '../formulas/interval.ts'
import { rebuild } from '../formulas/substitute.ts'
import type { ProblemExpressions } from './expressions.ts'
import { momentsToCome, untilHorizon } from './noise-to-come.ts'

/** @returns g(t, x); null where not all of its kinks can be smoothed, or none is there */
export function smoothedKinks(expressions: ProblemExpressions): Expression | null {
  const { terminal, variables } = expressions
  const depends = containing(terminal, [variables.x])
  const rebuilt = new Map<Expression, Expression>()
  for (const node of reachable([terminal])) {
    const args = node.args.map((arg) => rebuilt.get(arg)!)
    const isKink = depends.has(node) && !isSmoothNode(node, depends)
    const smooth = isKink ? smoothedNode(node, args, expressions) : rebuild(node, args)
    if (smooth === null) return null
    rebuilt.set(node, smooth)
  }
  const smoothed = rebuilt.get(terminal)!
  return smoothed === terminal ? null : untilHorizon(smoothed, expressions)
}

/** A kink between scalars, of arguments that are smoothed already, or at the single point where a norm is 0; null for any other node. */
function smoothedNode(
  node: Expression,
  args: Expression[],
  expressions: ProblemExpressions,
): Expression | null {
  if (node.kind !== 'apply' || node.shape.length > 0) return null
  const [a, b] = args
  switch (node.fn) {
    case 'normRoot':
      return rebuild(node, args)
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

/** The mean of max(d, 0) at T under noise alone. */
function positivePart(d: Expression, expressions: ProblemExpressions): Expression {
  const { deviation } = momentsToCome(d, expressions)
  const ratio = div(d, deviation)
  const density = mul(
    constant(1 / Math.sqrt(2 * Math.PI)),
    apply('exp', mul(constant(-0.5), mul(ratio, ratio))),
  )
  return add(mul(d, apply('normcdf', ratio)), mul(deviation, density))
}
