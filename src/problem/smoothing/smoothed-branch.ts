/**
 * A kink that is written as `if(a > b, p, q)`, with p = q where a = b, seen from before T under noise alone: with d = a − b, s its deviation and k the
 * slope of p − q along ∇d,
 *
 *     q + (p − q) Φ(d/s) + k s φ(d/s).
 */
import { add, apply, div, dot, mul, norm, sub } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { deviationsToCome, normalDensity } from './noise-to-come.ts'
import { isTotal } from './smoothed-terminal.ts'

const SIDES: Readonly<Record<string, 1 | -1>> = { greater: 1, greaterEqual: 1, less: -1, lessEqual: -1 }

/** Whether a node is an inequality, which `smoothedBranch` knows. */
export function isInequality(node: Expression): boolean {
  return node.kind === 'apply' && node.fn in SIDES
}

/**
 * null where the condition is no single inequality of scalars, or a branch may be no number where it is not taken.
 *
 * @param node the conditional
 * @param args its arguments, smoothed already
 */
export function smoothedBranch(
  node: Expression,
  [condition, p, q]: readonly Expression[],
  expressions: ProblemExpressions,
): Expression | null {
  const { noise, variables } = expressions
  if (!isInequality(condition) || node.args.some((part) => part.shape.length > 0)) return null
  if (!node.args.slice(1).every((branch) => isTotal(branch, variables.x))) return null
  const [a, b] = condition.args
  const d = SIDES[(condition as { fn: string }).fn] === 1 ? sub(a, b) : sub(b, a)
  const deviation = deviationsToCome(d, expressions)!
  const step = sub(p, q)
  const [own, along] = [step, d].map((value) => noise.scale(gradient(value, variables.x)))
  const ratio = div(d, deviation)
  const size = norm(along)
  const slope = div(dot(own, along), mul(size, size))
  const bend = mul(mul(slope, deviation), normalDensity(ratio))
  return add(q, add(mul(step, apply('normcdf', ratio)), bend))
}
