/** What the noise of a step moves X by, to second order, as functions of where X is. */
import { constant, mul, variable } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { tangent } from '../formulas/tangent.ts'
import type { ProblemExpressions } from '../problem/expressions.ts'
import { guarded } from '../problem/motions/guard.ts'
import { matrixOf } from '../problem/motions/mixing.ts'
import { bendOf, sharedCorrelation } from '../problem/motions/taylor-flow.ts'

/** Expressions of x, and of w [noiseDim]. */
export interface NoiseExpressions {
  /** σRw and ½∂σ[σRw]Rw, [dim] each: Milstein's term without its mean. */
  moves: [Expression, Expression]
  /** σ and ½Σ∂σⱼσⱼ, [dim] each, where σ is diagonal and all pairs of noises have one correlation. */
  spread: { correlation: number; values: [Expression, Expression] } | null
}

export function noiseExpressions(expressions: ProblemExpressions): NoiseExpressions {
  const { noise, noiseDim, variables } = expressions
  const half = (value: Expression) => mul(constant(0.5), value)
  const along = guarded(noise.apply(variable('w', [noiseDim])))
  const bend = bendOf(expressions)
  const correlation = noise.diagonal === null ? null : sharedCorrelation(matrixOf(noise), noiseDim)
  return {
    moves: [along, half(tangent(along, variables.x, along))],
    spread:
      bend === null || correlation === null
        ? null
        : { correlation, values: [guarded(noise.diagonal!), half(bend)] },
  }
}
