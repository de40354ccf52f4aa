/**
 * Coins from the low digits of ΔW. What a normal is in units of 2⁻¹⁴ deviations is odd or even with equal chance, and independent
 * of the normal, up to 10⁻⁹: so a step that tosses coins needs no random number beside ΔW, and stays a function of (t, x, ΔW, Δt).
 */
import { apply, constant, div, element, mul } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { dt } from './quadrature.ts'

/** Units to a deviation: far above single precision's spacing, far below what moves a path. */
const UNITS = 2 ** 14

/** 1 or 0, with equal chance, by the first component of w; `digit` 0, 1, 2 gives coins independent of each other. */
export function coin(w: Expression, digit = 0): Expression {
  const units = mul(constant(UNITS / 2 ** digit), div(apply('abs', element(w, 0)), apply('sqrt', dt)))
  return apply('equal', apply('mod', apply('floor', units), constant(2)), constant(1))
}
