/** Recognises a gain from the terminal value of one wealth, and writes the functions of its dual. */
import {
  add,
  apply,
  constant,
  constantValues,
  dot,
  element,
  fill,
  mul,
  variable,
  zero,
} from '../../formulas/build.ts'
import { curvatureOf } from '../../formulas/curvature.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ControlSet } from '../definition.ts'
import type { ControlExpressions } from '../expressions.ts'
import type { DensityDual } from './compiled.ts'
import { isAffine, isQuadratic } from './curvature.ts'
import { simpleSet } from './simple-set.ts'

/** Null where the page is not of this kind: one state, no running gain, discrete time, x₊ = x + c(t, a) + β(t, a)·w with a in β. */
export function compileDensity(
  expressions: ControlExpressions,
  sign: 1 | -1,
  set: ControlSet,
): DensityDual | null {
  const { transition, runningCost, dim, variables, noiseDim, controlDim } = expressions
  const { x, a, w } = variables
  const own = simpleSet(set)
  if (sign > 0 || transition === null || dim > 1 || own === null || !isZero(runningCost)) return null
  const next = element(transition, 0)
  const slope = constantValues(gradient(next, x))
  if (slope?.[0] !== 1 || !isAffine(next, [x, w])) return null
  const [step] = substitute([next], new Map([[x, fill(zero, [1])]]))
  const exposure = gradient(step, w)
  const moves = names(exposure)
  if (!moves.includes('a') || moves.includes('w') || moves.includes('x')) return null
  // A control that also takes its own variance off x is one of the logarithm.
  const isLogarithm = !isAffine(step, [a])
  const wealth = variable('wealth')
  const utility = utilityOf(expressions, wealth, isLogarithm)
  if (utility === null) return null
  const growth = isLogarithm ? add(step, mul(constant(0.5), dot(exposure, exposure))) : step
  if (!isQuadratic(growth, [a])) return null
  const control = [controlDim]
  const first = gradient(utility, wealth)
  return {
    kind: 'density',
    isLogarithm,
    growth: generated({ a: control, w: [noiseDim] }, { h: growth, slope: gradient(growth, a) }, ['dt']),
    exposure: generated({ a: control }, { dw: exposure }, ['dt']),
    utility: generated({ wealth: [] }, { value: utility, slope: first, bend: gradient(first, wealth) }, [
      'dt',
    ]),
    set: own,
  }
}

/** The terminal gain as a function of X where it is proved concave. */
function utilityOf(
  { terminalCost, variables }: ControlExpressions,
  wealth: Expression,
  isLogarithm: boolean,
): Expression | null {
  const x = isLogarithm ? apply('log', wealth) : wealth
  const [utility] = substitute([terminalCost], new Map([[variables.x, fill(x, [1])]]))
  return curvatureOf(utility, [wealth]) === 'concave' ? utility : null
}

function isZero(value: Expression): boolean {
  return constantValues(value)?.every((entry) => entry === 0) ?? false
}
