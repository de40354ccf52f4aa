/** Integrals over one step of what depends on time alone, as expressions of t and dt: computed once for all paths. */
import { add, apply, constant, mul, select, variable, zero } from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'

/** Gauss and Legendre's five points and weights on [0, 1]: exact up to degree 9. */
const NODES = [0.5, 0.23076534494715845, 0.7692346550528415, 0.046910077030668, 0.953089922969332]
const WEIGHTS = [
  0.28444444444444444, 0.23931433524968324, 0.23931433524968324, 0.11846344252809454, 0.11846344252809454,
]

export const time = variable('t')
export const dt = variable('dt')
/** Of the step. */
export const middle = add(time, mul(constant(0.5), dt))

/** The value at another time. */
export function at(value: Expression, when: Expression): Expression {
  return names(value).includes('t') ? substitute([value], new Map([[time, when]]))[0] : value
}

/** The value in the step's middle, for X at y; the times within y stay what they are. */
export function inMiddle(value: Expression, x: Expression, y: Expression): Expression {
  return substitute(
    [value],
    new Map([
      [time, middle],
      [x, y],
    ]),
  )[0]
}

/** Σ wₖ value(share cₖ of the step): the mean over the step, `value` given by the point's place in it. */
export function meanOver(value: (place: number) => Expression): Expression {
  return NODES.reduce((total, place, k) => add(total, mul(constant(WEIGHTS[k]), value(place))), zero)
}

/** The mean over the step of what depends on t alone. */
export function timeMean(value: Expression): Expression {
  return names(value).includes('t') ? meanOver((place) => at(value, placeOf(place))) : value
}

/** t + place·dt */
export function placeOf(place: number): Expression {
  return add(time, mul(constant(place), dt))
}

/** √mean of σ², with σ's own sign: by which ΔW stands for ∫σdW. `growth` is what noise of that place grows by until the end. */
export function effective(sigma: Expression, growth: ((place: number) => Expression) | null): Expression {
  if (growth === null && !names(sigma).includes('t')) return sigma
  const square = meanOver((place) => {
    const own = at(sigma, placeOf(place))
    return apply('square', growth === null ? own : mul(growth(place), own))
  })
  const root = apply('sqrt', square)
  return select(apply('less', at(sigma, middle), zero), mul(constant(-1), root), root)
}

/** ∫ of `rate` from a place in the step to its end. */
export function integralToEnd(rate: Expression, place: number): Expression {
  const length = mul(constant(1 - place), dt)
  if (!names(rate).includes('t')) return mul(length, rate)
  return mul(
    length,
    meanOver((part) => at(rate, placeOf(place + part * (1 - place)))),
  )
}
