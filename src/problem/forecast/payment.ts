/** What a path pays: g at its end, carried back along it by the driver's own equation, without z. */
import { pointwise } from '../../formulas/bind.ts'
import { constant, fill } from '../../formulas/build.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'

/** How long before a node what is paid in the step before it is taken, as a share of the horizon: formulas may jump there. */
const ASIDE = 1e-9

export interface Payment {
  value: number
  /** What a little more at T would be multiplied by on its way to 0. */
  growth: number
}

/** Of states at nodes that are equally far apart, from 0 to T; exact where the driver is affine in y, and stable. */
export function payment({
  terminal,
  driver,
  horizon,
  dim,
  variables: { y, z },
}: ProblemExpressions): (states: readonly Float64Array[]) => Payment {
  const [f] = substitute([driver], new Map([[z, fill(constant(0), z.shape)]]))
  const endAt = pointwise(generated({ x: [dim] }, { end: terminal }))
  const rateAt = pointwise(generated({ x: [dim], y: [] }, { f, slope: gradient(f, y) }))
  return (states) => {
    const steps = states.length - 1
    const dt = horizon / steps
    let [value, exponent] = [endAt(horizon, { x: states[steps] }).end[0], 0]
    for (let n = steps; n > 0; n--) {
      const { f: own, slope } = rateAt(n * dt - ASIDE * horizon, { x: states[n], y: value })
      value += own[0] * (slope[0] === 0 ? dt : Math.expm1(dt * slope[0]) / slope[0])
      exponent += dt * slope[0]
    }
    return { value, growth: Math.exp(exponent) }
  }
}

/** The most that g would pay at any time of a path, where it may be stopped. */
export function bestPayment({
  terminal,
  horizon,
  dim,
}: ProblemExpressions): (states: readonly Float64Array[]) => number {
  const endAt = pointwise(generated({ x: [dim] }, { end: terminal }))
  return (states) => Math.max(...states.map((x) => endAt(horizon, { x }).end[0]))
}
