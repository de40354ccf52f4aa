/** Roots that a step may meet outside their domain. */
import { apply, isApply, zero } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'

/** A formula with the arguments of its roots held from below at 0: between the points of a step a state may leave its space. */
export function guarded(value: Expression): Expression {
  const roots = reachable([value]).filter((node) => isApply(node, 'sqrt'))
  return substitute(
    [value],
    new Map(roots.map((node) => [node, apply('sqrt', apply('max', node.args[0], zero))])),
  )[0]
}
