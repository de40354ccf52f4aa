/** Broken powers of one base whose exponents are whole numbers apart, as a derivative brings them, from one of them by divisions. */
import { apply, constant, div, isApply, mul } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { rebuild } from '../../formulas/substitute.ts'

/** A derivative of the second order divides twice; beyond that powers are as cheap. */
const MOST_DIVISIONS = 3

/** The same values but for rounding. Bases are those that are held above a positive number, so that nothing is divided by 0. */
export function sharePowers(roots: readonly Expression[]): Expression[] {
  const nodes = reachable(roots)
  const highest = new Map<Expression, number>()
  for (const node of nodes) {
    const power = powerOf(node)
    if (power) highest.set(power.base, Math.max(highest.get(power.base) ?? power.exponent, power.exponent))
  }
  const rebuilt = new Map<Expression, Expression>()
  for (const node of nodes) {
    const power = powerOf(node)
    const args = node.args.map((arg) => rebuilt.get(arg)!)
    const isSame = args.every((arg, k) => arg === node.args[k])
    const divisions = power ? highest.get(power.base)! - power.exponent : 0
    const isShared = Number.isInteger(Math.round(divisions * 1e12) / 1e12) && divisions <= MOST_DIVISIONS
    if (divisions > 0 && isShared) {
      const [base] = args
      const top = apply('pow', base, constant(highest.get(power!.base)!))
      rebuilt.set(node, div(top, repeated(base, Math.round(divisions))))
    } else {
      rebuilt.set(node, isSame ? node : rebuild(node, args))
    }
  }
  return roots.map((root) => rebuilt.get(root)!)
}

function powerOf(node: Expression): { base: Expression; exponent: number } | null {
  if (!isApply(node, 'pow')) return null
  const [base, exponent] = node.args
  if (exponent.kind !== 'constant' || !isApply(base, 'max')) return null
  const isPositive = base.args.some((arg) => arg.kind === 'constant' && arg.value > 0)
  return isPositive ? { base, exponent: exponent.value } : null
}

function repeated(base: Expression, times: number): Expression {
  let product = base
  for (let k = 1; k < times; k++) product = mul(product, base)
  return product
}
