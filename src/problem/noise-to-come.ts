/** What the noise from a time t to T makes of a scalar of the state, as if its drift and slope stayed what they are. */
import { add, apply, constant, dot, mul, norm, select, sub } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { gradient } from '../formulas/gradient.ts'
import type { ProblemExpressions } from './expressions.ts'

/** From so near T on, as a share of it, nothing is smoothed; and the least deviation. */
const NEAR = 1e-9
const LEAST_DEVIATION = 1e-12

/** Mean d + μ·∇d τ and deviation |σᵀ∇d| √τ at T of a scalar d, τ = T − t: exact where it is a Brownian motion with drift. */
export function momentsToCome(
  d: Expression,
  { drift, noise, horizon, variables }: ProblemExpressions,
): { mean: Expression; deviation: Expression } {
  const slope = gradient(d, variables.x)
  const left = apply('max', sub(constant(horizon), variables.t), constant(0))
  return {
    mean: add(d, mul(left, dot(drift, slope))),
    deviation: add(mul(norm(noise.scale(slope)), apply('sqrt', left)), constant(LEAST_DEVIATION)),
  }
}

/** `smoothed` before T, `terminal` there. */
export function untilHorizon(
  smoothed: Expression,
  { terminal, horizon, variables }: ProblemExpressions,
): Expression {
  const left = sub(constant(horizon), variables.t)
  return select(apply('greater', left, constant(NEAR * horizon)), smoothed, terminal)
}
