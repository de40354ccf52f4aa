/**
 * A terminal condition whose kinks are smoothed by the noise that is still to come. Its gradient jumps at a kink; Z before T does not. Where the
 * driver has a kink in z, a skip along ∇g would leap across it, and what lies between would be neither learned nor measured. Where its slopes move
 * with z, the skip's leap times the error of Z there is a part of ∇u, which no derivative along a path sees. Seen from time t, max(a, b) at T is on average
 *
 *     b + d Φ(d/s) + s φ(d/s),    d = a − b, s its deviation at T,
 *
 * exactly so for Brownian paths. What a drift moves d by is left out: carried on to T along a line, one that reverts would turn the sign of the slope. At T it is g itself.
 */
import { add, apply, constant, div, mul, sub } from '../../formulas/build.ts'
import { isSmooth, isSmoothNode } from '../../formulas/curvature.ts'
import { type Expression, type Reduce, reachable } from '../../formulas/expression.ts'
import { containing } from '../../formulas/interval.ts'
import { rebuild } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { deviationsToCome, untilHorizon } from './noise-to-come.ts'
import { isInequality, smoothedBranch } from './smoothed-branch.ts'
import { softGreatest } from './soft-greatest.ts'

/** @returns g(t, x); g itself where it has no kinks, null where not all of them can be smoothed */
export function smoothedKinks(expressions: ProblemExpressions): Expression | null {
  const { terminal, variables } = expressions
  const depends = containing(terminal, [variables.x])
  const rebuilt = new Map<Expression, Expression>()
  for (const node of reachable([terminal])) {
    const args = node.args.map((arg) => rebuilt.get(arg)!)
    const isKink = depends.has(node) && !isSmoothNode(node, depends)
    const asks = node.args.some((arg) => depends.has(arg) && isInequality(arg))
    if (asks && !(node.kind === 'apply' && node.fn === 'select')) return null
    const smooth = isKink ? smoothedNode(node, args, expressions) : rebuild(node, args)
    if (smooth === null) return null
    rebuilt.set(node, smooth)
  }
  const smoothed = rebuilt.get(terminal)!
  return smoothed === terminal ? terminal : untilHorizon(smoothed, expressions)
}

/** A kink between scalars or element by element, of arguments that are smoothed already, or at the single point where a norm is 0; null for any other node. */
function smoothedNode(
  node: Expression,
  args: Expression[],
  expressions: ProblemExpressions,
): Expression | null {
  const [a, b] = args
  if (node.kind === 'reduce') return smoothedReduction(node, a, expressions)
  if (node.kind !== 'apply') return null
  const above = (d: Expression, make: (part: Expression) => Expression) => {
    const part = positivePart(d, expressions)
    return part && make(part)
  }
  switch (node.fn) {
    case 'normRoot':
      return rebuild(node, args)
    case 'max':
      return above(sub(a, b), (part) => add(b, part))
    case 'min':
      return above(sub(a, b), (part) => sub(a, part))
    case 'relu':
      return positivePart(a, expressions)
    case 'abs':
      return above(a, (part) => sub(mul(constant(2), part), a))
    case 'select':
      return smoothedBranch(node, args, expressions)
    default:
      return isInequality(node) ? rebuild(node, args) : null
  }
}

/** Under a driver with a kink in z the greatest of components stays as it is: what its smooth form is off by would move paths across. */
function smoothedReduction(
  node: Reduce,
  elements: Expression,
  expressions: ProblemExpressions,
): Expression | null {
  const { driver, variables } = expressions
  if (node.operation === 'prod') return rebuild(node, [elements])
  if (!isSmooth(driver, [variables.z])) return null
  const greatest = (of: Expression) => softGreatest(of, expressions)
  if (node.operation === 'max') return greatest(elements)
  const turned = node.operation === 'min' && greatest(sub(constant(0), elements))
  return turned ? sub(constant(0), turned) : null
}

/** The mean of max(d, 0) at T under noise alone, of each element. */
function positivePart(d: Expression, expressions: ProblemExpressions): Expression | null {
  const deviation = deviationsToCome(d, expressions)
  if (deviation === null) return null
  return mul(deviation, apply('normint', div(d, deviation)))
}
