/** Drift and diffusion that are affine in each component of X by itself. */
import { broadcast, fill, zero } from '../../formulas/build.ts'
import { componentDerivative } from '../../formulas/component-derivative.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { mayJump } from '../../formulas/steps.ts'
import { substitute } from '../../formulas/substitute.ts'

/** value(t,x) = slope(t)∘x + level(t); both [dim]. */
export interface Affine {
  slope: Expression
  level: Expression
}

/** The same with numbers, where t has no part in it. */
export interface ConstantAffine {
  slope: Float64Array
  level: Float64Array
}

/** Slope and level where value is componentwise affine in x and free of all but x and t; else null. */
export function affine(value: Expression, x: Expression): Affine | null {
  // The slope between jumps says nothing of them: sign(x) is no constant.
  if (mayJump(value, x)) return null
  const derivative = componentDerivative(value, x)
  if (derivative === null || names(derivative).some((name) => name !== 't')) return null
  const [level] = substitute([value], new Map([[x, fill(zero, x.shape)]]))
  return { slope: broadcast(derivative, x.shape), level: broadcast(level, x.shape) }
}

/** Null where t has a part in it, or a number is not finite. */
export function constantAffine({ slope, level }: Affine): ConstantAffine | null {
  if (names(slope).length > 0 || names(level).length > 0) return null
  const numbers = { slope: evaluate(slope), level: evaluate(level) }
  return numbers.slope.every(Number.isFinite) && numbers.level.every(Number.isFinite) ? numbers : null
}
