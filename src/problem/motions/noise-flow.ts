/**
 * The flow of the noise over a step, X moved along ΔW with t frozen in the step's middle: dy/ds = σ(y)ΔW for s from 0 to 1.
 * Where the columns of σ commute as vector fields it solves the Stratonovich equation dX = σ(X)∘dW without drift.
 */
import { add, broadcast, constant, mul, one, variable } from '../../formulas/build.ts'
import { componentDerivative } from '../../formulas/component-derivative.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { relaxed } from './exponential.ts'
import { type NoiseFlow, rungeKutta } from './flow.ts'
import { generalFlow } from './general-flow.ts'
import { guarded } from './guard.ts'
import { constantMixing, matrixOf } from './mixing.ts'
import { at, effective, inMiddle, middle } from './quadrature.ts'
import { quadraticFlow, quadraticSquare, stateSpace } from './square-root.ts'

/** The flow where it is known to have order 2, else null. */
export function noiseFlow(expressions: ProblemExpressions): NoiseFlow | null {
  const { noise } = expressions
  return noise.diagonal === null ? denseFlow(expressions) : diagonalFlow(expressions, noise.diagonal)
}

/** Each component moves along its own noise, whatever the noises' correlation. */
function diagonalFlow(expressions: ProblemExpressions, sigma: Expression): NoiseFlow | null {
  const { noise, variables, dim, x0 } = expressions
  const { x } = variables
  const derivative = componentDerivative(sigma, x)
  if (derivative === null) return generalFlow(expressions)
  const w = variable('w', [dim])
  const mixing = matrixOf(noise)
  if (!names(sigma).includes('x')) {
    const moved = mul(effective(sigma, null), w)
    return { mixing, correction: null, move: (y) => add(y, moved), bounds: null }
  }
  const held = guarded(sigma)
  const slope = broadcast(held === sigma ? derivative : componentDerivative(held, x)!, [dim])
  const correction = mul(constant(0.5), mul(held, slope))
  const field = (y: Expression) => inMiddle(mul(held, w), x, y)
  if (!names(slope).includes('x')) {
    const rate = mul(at(slope, middle), w)
    return { mixing, correction, move: (y) => relaxed(y, field(y), rate, one), bounds: null }
  }
  const square = quadraticSquare(sigma, x)
  if (square === null) return { mixing, correction, move: (y) => rungeKutta(field, y), bounds: null }
  const space = stateSpace(square, sigma, x0)
  return {
    mixing,
    correction: mul(constant(0.25), square.slope),
    move: quadraticFlow(square, sigma, x, w),
    bounds: space && { space, square },
  }
}

function denseFlow(expressions: ProblemExpressions): NoiseFlow | null {
  const { noise, variables, dim, noiseDim } = expressions
  const { x } = variables
  const mixing = constantMixing(noise)
  if (mixing !== null) {
    return { mixing, correction: null, move: (y) => add(y, variable('w', [dim])), bounds: null }
  }
  const moved = noise.apply(variable('w', [noiseDim]))
  const field = (y: Expression) => inMiddle(moved, x, y)
  if (!names(noise.dense!).includes('x')) {
    return { mixing: null, correction: null, move: (y) => add(y, field(y)), bounds: null }
  }
  return generalFlow(expressions)
}
