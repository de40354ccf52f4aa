/**
 * Diffusions whose square is quadratic in each component, σ² = αx² + βx + γ, as those of square-root, Wright–Fisher and hyperbolic
 * processes: their noise flow dy = σ(y)w solves y″ = (αy + ½β)w², and ends in the state space where it began there.
 */
import {
  add,
  apply,
  broadcast,
  concat,
  constant,
  div,
  fill,
  isApply,
  mul,
  zero,
} from '../../formulas/build.ts'
import { componentDerivative } from '../../formulas/component-derivative.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { type Expression, names, reachable } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'
import { affine } from './affine.ts'
import { guarded } from './guard.ts'
import { at, inMiddle, middle } from './quadrature.ts'

/** σ² and its first two derivatives by the own component, the second free of x. */
export interface QuadraticSquare {
  square: Expression
  slope: Expression
  bend: Expression
}

export function quadraticSquare(sigma: Expression, x: Expression): QuadraticSquare | null {
  const square = squareOf(sigma)
  const first = componentDerivative(square, x)
  if (first === null) return null
  const linear = affine(first, x)
  if (linear === null) return null
  return { square, slope: broadcast(first, x.shape), bend: linear.slope }
}

/** value², where roots meet their squares; under a root max(·, 0) and |·| only say that it is not negative. */
function squareOf(value: Expression): Expression {
  const [a, b] = value.args
  if (value.kind === 'fill') return fill(squareOf(a), value.shape)
  if (value.kind === 'concat') return concat(value.args.map(squareOf))
  if (isApply(value, 'sqrt')) return withoutGuard(a)
  if (isApply(value, 'mul')) return mul(squareOf(a), squareOf(b))
  if (isApply(value, 'div')) return div(squareOf(a), squareOf(b))
  if (isApply(value, 'square')) return apply('square', apply('square', a))
  return apply('square', value)
}

/** What a formula holds from below by max(·, 0) or |·|. */
export function withoutGuard(value: Expression): Expression {
  const [a, b] = value.args
  if (isApply(value, 'abs') || isApply(value, 'relu')) return a
  if (!isApply(value, 'max')) return value
  const isZero = (arg: Expression) => arg.kind === 'constant' && arg.value === 0
  return isZero(b) ? a : isZero(a) ? b : value
}

/** Terms of the flow's power series in αw²: far beyond the order that the step needs, and exact for α = 0. */
const TERMS = 9

/** y at the flow's end: y·cosh + ½β(cosh − 1)/α + σ(y)·sinh/√α, each of √α w, by their series, for any sign of α. */
export function quadraticFlow(
  { slope, bend }: QuadraticSquare,
  sigma: Expression,
  x: Expression,
  w: Expression,
): (y: Expression) => Expression {
  const square = apply('square', w)
  const power = mul(at(mul(constant(0.5), bend), middle), square)
  const series = (first: number) => {
    let sum: Expression = constant(1 / factorial(first + 2 * TERMS))
    for (let k = TERMS - 1; k >= 0; k--) sum = add(constant(1 / factorial(first + 2 * k)), mul(power, sum))
    return sum
  }
  const [root, [atZero]] = [guarded(sigma), substitute([slope], new Map([[x, fill(zero, x.shape)]]))]
  const beta = at(atZero, middle)
  return (y) => {
    const moved = mul(inMiddle(root, x, y), mul(w, series(1)))
    return add(add(mul(y, series(0)), mul(mul(constant(0.5), beta), mul(square, series(2)))), moved)
  }
}

/** The least and the greatest value of each component, ∞ where there is none; both [dim]. */
export interface StateSpace {
  low: Float64Array
  high: Float64Array
}

/** The state space as far as σ² bounds it around x₀; null where it does not. */
export function stateSpace(
  { square, slope, bend }: QuadraticSquare,
  sigma: Expression,
  x0: Float64Array,
): StateSpace | null {
  if (!hasRoot(sigma) || [square, slope].some((value) => names(value).includes('t'))) return null
  const zeros = new Float64Array(x0.length)
  const gamma = evaluate(broadcast(square, [x0.length]), { x: zeros })
  const beta = evaluate(slope, { x: zeros })
  const alpha = evaluate(broadcast(bend, [x0.length])).map((value) => 0.5 * value)
  const [low, high] = [new Float64Array(x0.length), new Float64Array(x0.length)]
  for (let i = 0; i < x0.length; i++) {
    const roots = rootsOf(alpha[i], beta[i], gamma[i])
    const slope = (root: number) => 2 * alpha[i] * root + beta[i]
    low[i] = -Infinity
    high[i] = Infinity
    // Where the square is not negative around the start.
    for (const root of roots) {
      const isBelow = root < x0[i] || (root === x0[i] && slope(root) > 0)
      const isAbove = root > x0[i] || (root === x0[i] && slope(root) < 0)
      if (isBelow) low[i] = Math.max(low[i], root)
      if (isAbove) high[i] = Math.min(high[i], root)
    }
  }
  return low.some(Number.isFinite) || high.some(Number.isFinite) ? { low, high } : null
}

/** Where αx² + βx + γ is 0, if somewhere. */
function rootsOf(alpha: number, beta: number, gamma: number): number[] {
  if (alpha === 0) return beta === 0 ? [] : [-gamma / beta]
  const discriminant = beta * beta - 4 * alpha * gamma
  if (discriminant < 0) return []
  const root = Math.sqrt(discriminant)
  return [(-beta - root) / (2 * alpha), (-beta + root) / (2 * alpha)]
}

function hasRoot(value: Expression): boolean {
  return reachable([value]).some((node) => isApply(node, 'sqrt'))
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1)
}
