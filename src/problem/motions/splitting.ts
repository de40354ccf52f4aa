/**
 * X₊ = Φ½ ∘ Ψ ∘ Φ½ (Strang): half a step along Stratonovich's drift μ − ½Σ(∂σⱼ)σⱼ, the whole noise, half a step along the drift.
 * Weak order 2 where the columns of σ commute, also where ΔW has a drift that is constant over the step; see Ninomiya and Victoir
 * (2008) doi:10.1080/13504860701413958.
 */
import { apply, array, constant, mul, sub } from '../../formulas/build.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import type { Expression } from '../../formulas/expression.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { DriftFlow } from './drift-flow.ts'
import type { Motion } from './motion.ts'
import { noiseFlow } from './noise-flow.ts'
import { dt, middle, time } from './quadrature.ts'

/** Null where σ's columns do not commute, as far as is known, or where the split flows would leave X's bounds. */
export function splittingMotion(expressions: ProblemExpressions): Motion | null {
  const { drift, variables } = expressions
  const noise = noiseFlow(expressions)
  if (noise === null) return null
  const smooth = noise.correction === null ? drift : sub(drift, noise.correction)
  if (noise.bounds !== null && pointsOut(smooth, expressions, noise.bounds)) return null
  const flow = new DriftFlow(smooth, variables.x)
  const half = mul(constant(0.5), dt)
  const before = flow.advance(variables.x, time, half)
  const step = flow.advance(noise.move(before), middle, half)
  const inside = noise.bounds === null ? step : within(step, noise.bounds)
  return { dynamics: { kind: 'splitting', order: 2 }, mixing: noise.mixing, step: inside }
}

/**
 * Whether Stratonovich's drift points out of the state space at a bound: then Itô's drift alone keeps X inside, or lets it rest
 * there, and the noise's flow, which turns around at a bound, is not X's. Looked at from x₀, one component at its bound.
 */
function pointsOut(
  drift: Expression,
  { x0, horizon }: ProblemExpressions,
  bounds: [Float64Array, Float64Array],
): boolean {
  return bounds.some((bound, side) =>
    [...bound].some((end, i) => {
      if (!Number.isFinite(end)) return false
      const x = x0.with(i, end)
      return [0, 0.5 * horizon, horizon].some((t) => {
        const speed = evaluate(drift, { t, x })[i]
        const outward = side === 0 ? -speed : speed
        return !(outward <= 1e-12)
      })
    }),
  )
}

/** Held within bounds that X never passes, but by rounding. */
function within(value: Expression, [low, high]: [Float64Array, Float64Array]): Expression {
  const above = low.some(Number.isFinite) ? apply('max', value, array(low, value.shape)) : value
  return high.some(Number.isFinite) ? apply('min', above, array(high, value.shape)) : above
}
