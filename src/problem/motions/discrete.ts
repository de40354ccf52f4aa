/** The published schemes of weak order 1: Euler and Maruyama's, and Milstein's for diagonal noise. */
import { add, apply, broadcast, constant, constantValues, mul, sub, variable } from '../../formulas/build.ts'
import { componentDerivative } from '../../formulas/component-derivative.ts'
import type { Expression } from '../../formulas/expression.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { matrixOf } from './mixing.ts'
import type { Motion } from './motion.ts'

/** X + μΔt + σRΔW. Correlated noise comes in already correlated where σ is diagonal. */
export function eulerMotion(expressions: ProblemExpressions): Motion {
  const { noise } = expressions
  if (noise.diagonal === null) {
    const w = variable('w', [noise.noiseDim])
    return { dynamics: { kind: 'euler', order: 1 }, mixing: null, step: moved(expressions, noise.apply(w)) }
  }
  const w = variable('w', [expressions.dim])
  return {
    dynamics: { kind: 'euler', order: 1 },
    mixing: matrixOf(noise),
    step: moved(expressions, mul(noise.diagonal, w)),
  }
}

/** Euler's step + ½σᵢ∂ᵢσᵢ(ΔWᵢ² − Δt), where σ is diagonal and each σᵢ depends on xᵢ alone; else Euler's. */
export function milsteinMotion(expressions: ProblemExpressions): Motion {
  const { noise, variables, dim } = expressions
  const euler = eulerMotion(expressions)
  if (noise.diagonal === null) return euler
  const derivative = componentDerivative(noise.diagonal, variables.x)
  if (derivative === null || constantValues(derivative)?.every((slope) => slope === 0)) return euler
  const w = variable('w', [dim])
  const bend = mul(constant(0.5), mul(noise.diagonal, broadcast(derivative, [dim])))
  const correction = mul(bend, sub(apply('square', w), variable('dt')))
  return { ...euler, dynamics: { kind: 'milstein', order: 1 }, step: add(euler.step!, correction) }
}

function moved({ variables, drift }: ProblemExpressions, noise: Expression): Expression {
  return add(add(variables.x, mul(variable('dt'), drift)), noise)
}
