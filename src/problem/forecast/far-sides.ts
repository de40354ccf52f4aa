/** What g, the driver or the drift has where no path of a sample may come to, and beside other parts nothing shows that there is anything. */
import type { ProblemExpressions } from '../expressions.ts'
import { farParts } from './far-parts.ts'
import type { FarSide } from './far-side.ts'
import { kinkSides } from './kink-sides.ts'
import { bestPayment, payment } from './payment.ts'
import { Skeleton } from './skeleton.ts'

/** A smooth part that has no more than so many times what kinks have is thought to be theirs. */
const ALIKE = 3

/** None where X runs away without noise. @param isStoppable whether g is paid at any time */
export function farSides(expressions: ProblemExpressions, isStoppable = false): FarSide[] {
  const skeleton = new Skeleton(expressions)
  if (!skeleton.end.every(Number.isFinite)) return []
  const paid = payment(expressions)
  const ofKinks = kinkSides({ expressions, skeleton, paid })
  const known = ofKinks.reduce((sum, { mean }) => sum + mean, 0)
  const paidAtAll = isStoppable
    ? bestPayment(expressions)
    : (states: readonly Float64Array[]) => paid(states).value
  const others = farParts(expressions, skeleton, paidAtAll).filter(({ mean }) => mean > ALIKE * known)
  return [...ofKinks, ...others]
}
