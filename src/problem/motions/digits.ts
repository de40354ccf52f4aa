/**
 * Coins from the low digits of ΔW. Whether a normal is an odd or an even number of units of 2⁻¹⁴ deviations is of equal chance and
 * independent of its size, up to 10⁻⁹: so a step that tosses coins needs no random number beside ΔW, and stays a function of
 * (t, x, ΔW, Δt).
 */
import { apply, constant, div, element, mul } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { dt } from './quadrature.ts'

/** Units to a deviation: far above single precision's spacing, far below what moves a path. */
const UNITS = 2 ** 14

/** 1 or 0, with equal chance, for every component of ΔW; `digit` 0 and 1 gives coins independent of each other. */
export function coins(w: Expression, digit = 0): Expression {
  const units = mul(constant(UNITS / 2 ** digit), div(apply('abs', w), apply('sqrt', dt)))
  return apply('equal', apply('mod', apply('floor', units), constant(2)), constant(1))
}

/** One coin, by the first component. */
export function coin(w: Expression): Expression {
  return coins(element(w, 0))
}
