/**
 * The flow of the noise over a step, X moved along ΔW with t frozen in the step's middle: dy/ds = σ(y)ΔW for s from 0 to 1.
 * Where the columns of σ commute as vector fields it solves the Stratonovich equation dX = σ(X)∘dW without drift.
 */
import { add, broadcast, constant, mul, one, variable } from '../../formulas/build.ts'
import { componentDerivative } from '../../formulas/component-derivative.ts'
import type { Expression } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'
import { tangent } from '../../formulas/tangent.ts'
import { names, type ProblemExpressions } from '../expressions.ts'
import { relaxed } from './exponential.ts'
import { constantMixing, matrixOf } from './mixing.ts'
import { at, effective, middle } from './quadrature.ts'
import { quadraticFlow, quadraticSquare, stateSpace } from './square-root.ts'

export interface NoiseFlow {
  /** See `CompiledProblem.mixing`. */
  mixing: Float64Array | null
  /** ½Σ(∂σⱼ)σⱼ(t,x), what the drift of Itô has more than that of Stratonovich; null where it is zero. */
  correction: Expression | null
  move(y: Expression): Expression
  /** [least, greatest] of each component, where the noise keeps X between them; null where it does not, or they are not known. */
  bounds: [Float64Array, Float64Array] | null
}

/** The flow where it is known to have order 2, else null. */
export function noiseFlow(expressions: ProblemExpressions): NoiseFlow | null {
  const { noise } = expressions
  return noise.diagonal === null ? denseFlow(expressions) : diagonalFlow(expressions, noise.diagonal)
}

/** Each component moves along its own noise, whatever the noises' correlation. */
function diagonalFlow(
  { noise, variables, dim, x0 }: ProblemExpressions,
  sigma: Expression,
): NoiseFlow | null {
  const { x } = variables
  const derivative = componentDerivative(sigma, x)
  if (derivative === null) return null
  const w = variable('w', [dim])
  const mixing = matrixOf(noise)
  if (!names(sigma).includes('x')) {
    const moved = mul(effective(sigma, null), w)
    return { mixing, correction: null, move: (y) => add(y, moved), bounds: null }
  }
  const slope = broadcast(derivative, [dim])
  const correction = mul(constant(0.5), mul(sigma, slope))
  const field = (y: Expression) => frozen(mul(sigma, w), x, y)
  if (!names(slope).includes('x')) {
    const rate = mul(at(slope, middle), w)
    return { mixing, correction, move: (y) => relaxed(y, field(y), rate, one), bounds: null }
  }
  const square = quadraticSquare(sigma, x)
  if (square === null) return { mixing, correction, move: (y) => rungeKutta(field, y), bounds: null }
  return {
    mixing,
    correction: mul(constant(0.25), square.slope),
    move: quadraticFlow(square, sigma, x, w),
    bounds: stateSpace(square, sigma, x0),
  }
}

function denseFlow({ noise, variables, dim, noiseDim }: ProblemExpressions): NoiseFlow | null {
  const { x } = variables
  const mixing = constantMixing(noise)
  if (mixing !== null) {
    return { mixing, correction: null, move: (y) => add(y, variable('w', [dim])), bounds: null }
  }
  const moved = noise.apply(variable('w', [noiseDim]))
  const field = (y: Expression) => frozen(moved, x, y)
  if (!names(noise.dense!).includes('x')) {
    return { mixing: null, correction: null, move: (y) => add(y, field(y)), bounds: null }
  }
  if (noiseDim > 1) return null
  const column = noise.apply(broadcast(constant(1), [1]))
  const correction = mul(constant(0.5), tangent(column, x, column))
  return { mixing: null, correction, move: (y) => rungeKutta(field, y), bounds: null }
}

/** The value at y, and in the step's middle. */
function frozen(value: Expression, x: Expression, y: Expression): Expression {
  return at(substitute([value], new Map([[x, y]]))[0], middle)
}

/** Runge and Kutta's method of order 4 over one step of length 1: in ΔW of the order that order 2 in Δt needs. */
export function rungeKutta(field: (y: Expression) => Expression, y: Expression): Expression {
  const shifted = (share: number, slope: Expression) => add(y, mul(constant(share), slope))
  const first = field(y)
  const second = field(shifted(0.5, first))
  const third = field(shifted(0.5, second))
  const fourth = field(shifted(1, third))
  const ends = mul(constant(1 / 6), add(first, fourth))
  return add(y, add(ends, mul(constant(1 / 3), add(second, third))))
}
