/** What the noise of a step moves X by, to second order, as functions of where X is. */
import { constant, mul, variable } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import type { ProblemExpressions } from '../problem/expressions.ts'
import { secondOrder } from '../problem/motions/general-flow.ts'
import { guarded } from '../problem/motions/guard.ts'
import { matrixOf } from '../problem/motions/mixing.ts'
import { bendOf, sharedCorrelation } from '../problem/motions/taylor-flow.ts'

/** Expressions of x, and of w [noiseDim]. */
export interface NoiseExpressions {
  /** σRw, and what the motion moves by besides in second order: Milstein's term and the areas between noises; [dim] each. Of dt too. */
  moves: { moved: Expression; bent: Expression }
  /** σ and ½Σ∂σⱼσⱼ, [dim] each, where σ is diagonal and all pairs of noises have one correlation. */
  spread: { correlation: number; values: { sigma: Expression; mean: Expression } } | null
}

export function noiseExpressions(expressions: ProblemExpressions): NoiseExpressions {
  const { noise, noiseDim } = expressions
  const half = (value: Expression) => mul(constant(0.5), value)
  const along = guarded(noise.apply(variable('w', [noiseDim])))
  const bend = bendOf(expressions)
  const correlation = noise.diagonal === null ? null : sharedCorrelation(matrixOf(noise), noiseDim)
  return {
    moves: { moved: along, bent: secondOrder(expressions) },
    spread:
      bend === null || correlation === null
        ? null
        : { correlation, values: { sigma: guarded(noise.diagonal!), mean: half(bend) } },
  }
}
