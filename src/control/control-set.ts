/** The smooth maps from what a network writes onto the set of admissible controls. */
import { UserError } from '../errors/errors.ts'
import {
  add,
  apply,
  broadcast,
  constant,
  div,
  mul,
  one,
  reduce,
  slice,
  sub,
  sum,
  variable,
  zero,
} from '../formulas/build.ts'
import { evaluate } from '../formulas/evaluate.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { describeShape } from '../formulas/shape.ts'
import type { ControlSet } from './definition.ts'

/** a as an expression of t, x and v [rawDim]. */
export interface ControlMap {
  rawDim: number
  control: Expression
  /** Where the set is all of ℝᵏ. */
  isFree: boolean
  /** Where it is a box. */
  box: { low: Expression; high: Expression } | null
}

/** Reads a formula of t, x and v. */
export type ReadFormula = (key: string, text: number | string, variables: readonly string[]) => Expression

/**
 * @param rawDim dimension of v, where the map does not say it
 * @param at values of t and x at which a set must not be empty
 * @throws UserError for a set that is empty, or formulas of the wrong shape
 */
export function controlMap(
  id: string,
  set: ControlSet,
  controlDim: number,
  rawDim: number,
  read: ReadFormula,
  at: { t: number; x: Float64Array; dt: number },
): ControlMap {
  const v = variable('v', [rawDim])
  const fitting = (key: string, value: Expression): Expression => {
    const { shape } = value
    if (shape.length === 0 || (shape.length === 1 && shape[0] === controlDim)) {
      return broadcast(value, [controlDim])
    }
    throw new UserError(
      `${id}: ${key} must be a scalar or a vector[${controlDim}] (controlDim), got a ${describeShape(shape)}. Change ${key} or controlDim.`,
    )
  }
  switch (set.kind) {
    case 'free': {
      const scale = fitting('controlSet.scale', read('controlSet.scale', set.scale ?? 1, []))
      return { rawDim, control: mul(scale, v), isFree: true, box: null }
    }
    case 'box': {
      const low = fitting('controlSet.low', read('controlSet.low', set.low, ['t', 'x', 'dt']))
      const high = fitting('controlSet.high', read('controlSet.high', set.high, ['t', 'x', 'dt']))
      requireRoom(id, low, high, at)
      const box = { low, high }
      return { rawDim, control: withinBox(box, squashed(v)), isFree: false, box }
    }
    case 'simplex':
      return { rawDim, control: softmax(v), isFree: false, box: null }
    case 'budget': {
      const total = read('controlSet.total', set.total, ['t', 'x', 'dt'])
      if (total.shape.length > 0) {
        throw new UserError(
          `${id}: controlSet.total must be a scalar, got a ${describeShape(total.shape)}. Use sum or an index.`,
        )
      }
      requireRoom(id, zero, total, at)
      // What is left over has a component of its own: its gradient then has a rate of its own, and can vanish.
      const shares = slice(softmax(v), 0, 1, controlDim)
      return { rawDim, control: mul(total, shares), isFree: false, box: null }
    }
    case 'map': {
      const control = fitting(
        'controlSet.formula',
        read('controlSet.formula', set.formula, ['t', 'x', 'v', 'dt']),
      )
      return { rawDim, control, isFree: false, box: null }
    }
  }
}

/** The control that lies at u ∈ [−1, 1] of each component's room: at its low bound for −1, at its high one for 1. */
export function withinBox({ low, high }: { low: Expression; high: Expression }, u: Expression): Expression {
  return add(low, mul(sub(high, low), mul(constant(0.5), add(one, u))))
}

function softmax(v: Expression): Expression {
  const powers = apply('exp', sub(v, reduce('max', v)))
  return div(powers, sum(powers))
}

/** v/√(1 + v²): its slope falls off like |v|⁻³, not exponentially, so that a control at a bound can still come back. */
function squashed(v: Expression): Expression {
  return div(v, apply('sqrt', add(one, apply('square', v))))
}

/** Looks at the bounds at the start: state-dependent ones cannot be seen everywhere. */
function requireRoom(
  id: string,
  low: Expression,
  high: Expression,
  at: { t: number; x: Float64Array; dt: number },
): void {
  const bindings = Object.fromEntries(
    [...new Set([...names(low), ...names(high)])].map((name) => [name, at[name as keyof typeof at]]),
  )
  const [least, most] = [evaluate(low, bindings), evaluate(high, bindings)]
  const size = Math.max(least.length, most.length)
  for (let k = 0; k < size; k++) {
    const [l, h] = [least[least.length === 1 ? 0 : k], most[most.length === 1 ? 0 : k]]
    if (!(l <= h)) {
      throw new UserError(
        `${id}: the control set is empty at t = ${at.t}, x = x0: component ${k + 1} must lie between ${l} and ${h}. Change controlSet.`,
      )
    }
  }
}
