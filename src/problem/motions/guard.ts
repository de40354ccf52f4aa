/** Roots and broken powers that a step may meet outside their domain. */
import { apply, constant, isApply } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'

/** At 0 itself a root has no derivative, and products with it none; so far above it nothing is seen of it. */
const FLOOR = 1e-16

/** A formula with their arguments held just above 0: between the points of a step a state may leave its space. */
export function guarded(value: Expression): Expression {
  const held = (argument: Expression) => apply('max', argument, constant(FLOOR))
  const replacements = reachable([value]).flatMap((node): [Expression, Expression][] => {
    if (isApply(node, 'sqrt')) return [[node, apply('sqrt', held(node.args[0]))]]
    const exponent = isApply(node, 'pow') ? node.args[1] : null
    const isBroken = exponent?.kind === 'constant' && !Number.isInteger(exponent.value)
    return isBroken ? [[node, apply('pow', held(node.args[0]), exponent)]] : []
  })
  return substitute([value], new Map(replacements))[0]
}
