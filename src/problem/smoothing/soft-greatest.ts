/**
 * The greatest of elements aᵢ at T, seen from before: τ log Σ exp(aᵢ/τ). Its slope along aᵢ is then what of a chance aᵢ has to be the greatest, as far as
 * a logistic law stands for a normal one: of two whose difference has the deviation s, exp(d/τ) to 1 is Φ(d/s) to Φ(−d/s) within 0.01 where τ = s/1.702.
 * s is the root mean square over pairs.
 */
import { add, apply, constant, div, mul, reduce, sub, sum } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { sizeOf } from '../../formulas/shape.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { deviationsToCome, momentsToCome } from './noise-to-come.ts'

const LOGISTIC = 1.702
/** Of the elements' variances what their differences have at least. */
const LEAST = 1e-4

/** null where the elements' deviations are not known. */
export function softGreatest(elements: Expression, expressions: ProblemExpressions): Expression | null {
  const deviations = deviationsToCome(elements, expressions)
  const count = sizeOf(elements.shape)
  if (deviations === null || count < 2) return null
  // Σᵢⱼ Var(aᵢ − aⱼ) = 2n Σ Var aᵢ − 2 Var Σaᵢ over n(n − 1) pairs: what all have in common is in no difference.
  const own = sum(mul(deviations, deviations))
  const common = momentsToCome(sum(elements), expressions).deviation
  const apart = apply('max', sub(own, div(mul(common, common), constant(count))), mul(constant(LEAST), own))
  const unit = div(apply('sqrt', mul(constant(2 / (count - 1)), apart)), constant(LOGISTIC))
  const greatest = reduce('max', elements)
  const total = sum(apply('exp', div(sub(elements, greatest), unit)))
  return add(greatest, mul(unit, apply('log', total)))
}
