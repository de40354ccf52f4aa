/**
 * X₊ = Φ½ ∘ Ψ ∘ Φ½ (Strang): half a step along Stratonovich's drift μ − ½Σ(∂σⱼ)σⱼ, the whole noise, half a step along the drift.
 * Weak order 2 where the columns of σ commute, also where ΔW has a drift that is constant over the step; see Ninomiya and Victoir
 * (2008) doi:10.1080/13504860701413958.
 */
import { constant, mul, sub, variable } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { besideBounds, within } from './boundary.ts'
import { DriftFlow } from './drift-flow.ts'
import type { Motion } from './motion.ts'
import { noiseFlow } from './noise-flow.ts'
import { dt, middle, time } from './quadrature.ts'
import { leavesRoots, pointsOut } from './singular.ts'
import { varianceMotion } from './variance.ts'

/** Null where σ's columns do not commute and are too many for Ninomiya and Victoir's step. */
export function splittingMotion(expressions: ProblemExpressions): Motion | null {
  const { drift, variables, dim } = expressions
  const { x } = variables
  const noise = noiseFlow(expressions)
  if (noise === null) return null
  const smooth = noise.correction === null ? drift : sub(drift, noise.correction)
  const flow = new DriftFlow(smooth, x, drift)
  const half = mul(constant(0.5), dt)
  const before = flow.advance(x, time, half)
  const step = flow.advance(noise.move(before), middle, half)
  const motion = (isSingular: boolean, moved: Expression, mayRest = isSingular): Motion => ({
    dynamics: { kind: 'splitting', order: 2, isSingular, mayRest },
    mixing: noise.mixing,
    step: moved,
  })
  if (noise.bounds === null) {
    const isSingular = leavesRoots(smooth, expressions)
    return (isSingular ? varianceMotion(expressions) : null) ?? motion(isSingular, step)
  }
  const { space, square } = noise.bounds
  const inside = within(step, space)
  if (!pointsOut(smooth, expressions, space)) return motion(false, inside)
  return motion(false, besideBounds(inside, drift, square, space, x, variable('w', [dim])), true)
}
