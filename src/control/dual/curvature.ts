/**
 * A quadratic that bends nowhere more than a given cost: with it any tangent of the cost becomes a bound from below,
 *
 *     φ(z) ≥ φ(z̄) + ∇φ(z̄)·(z − z̄) + ½ (z − z̄)ᵀ ∇²κ (z − z̄)     for all z and z̄.
 *
 * κ is the cost itself where that is quadratic, 0 where it is convex by the rules of `formulas/curvature.ts`, and
 * −ρ‖u‖² for a function of ‖u‖², u affine, whose second derivative is bounded from below; sums are taken term by term.
 */
import { add, apply, constant, dot, isApply, mul, sub, variable, zero } from '../../formulas/build.ts'
import { curvatureOf, isSmooth } from '../../formulas/curvature.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { gradient, gradients } from '../../formulas/gradient.ts'
import { rangeOf } from '../../formulas/interval.ts'
import { substitute } from '../../formulas/substitute.ts'

/** κ in the variables `z`; null where no rule applies. Everything else in the formula counts as any number. */
export function quadraticBelow(cost: Expression, z: readonly Expression[]): Expression | null {
  if (isQuadratic(cost, z)) return cost
  let total: Expression = zero
  for (const term of termsOf(cost, z)) {
    const own = termBelow(term, z)
    if (own === null) return null
    total = add(total, own)
  }
  return total
}

export function isQuadratic(value: Expression, z: readonly Expression[]): boolean {
  return isSmooth(value, z) && isFree(hessianTimes(value, z, z.map(directionOf)), z)
}

/** Of a scalar or a vector. */
export function isAffine(value: Expression, z: readonly Expression[]): boolean {
  const scalar = value.shape.length === 0 ? value : dot(variable('direction', value.shape), value)
  return isSmooth(value, z) && isFree(gradients(scalar, z), z)
}

/** ∇²value · directions, one vector for each of `z`. */
export function hessianTimes(
  value: Expression,
  z: readonly Expression[],
  directions: readonly Expression[],
): Expression[] {
  const slopes = gradients(value, z)
  const along = slopes.map((slope, k) => dot(slope, directions[k])).reduce(add)
  return gradients(along, z)
}

function directionOf(z: Expression, place: number): Expression {
  return variable(`direction ${place}`, z.shape)
}

function isFree(values: readonly Expression[], z: readonly Expression[]): boolean {
  const nodes = reachable(values)
  return z.every((one) => !nodes.includes(one))
}

/** The summands of a formula; factors without `z` are multiplied into each. */
function termsOf(value: Expression, z: readonly Expression[]): Expression[] {
  const has = (part: Expression) => reachable([part]).some((node) => z.includes(node))
  if (isApply(value, 'add')) return value.args.flatMap((part) => termsOf(part, z))
  if (isApply(value, 'sub')) {
    const [a, b] = value.args
    return [...termsOf(a, z), ...termsOf(b, z).map((term) => sub(zero, term))]
  }
  if (isApply(value, 'mul')) {
    const [a, b] = value.args
    if (!has(a) && isSum(b)) return termsOf(b, z).map((term) => mul(a, term))
    if (!has(b) && isSum(a)) return termsOf(a, z).map((term) => mul(b, term))
  }
  return [value]
}

function isSum(value: Expression): boolean {
  return isApply(value, 'add') || isApply(value, 'sub')
}

function termBelow(term: Expression, z: readonly Expression[]): Expression | null {
  if (isQuadratic(term, z)) return term
  const found = curvatureOf(term, z)
  if (found === 'constant' || found === 'affine' || found === 'convex') return zero
  return radialBelow(term, z)
}

/** h(s), s = ‖u‖² with u affine: ∇²h ≥ (h′ + 2s·min(0, h″))·∇²s, so that κ = inf(…)·s. */
function radialBelow(term: Expression, z: readonly Expression[]): Expression | null {
  const square = reachable([term]).find((node) => isSquaredNorm(node, z))
  if (square === undefined) return null
  const s = variable('squared norm')
  const [h] = substitute([term], new Map([[square, s]]))
  if (!isFree([h], z) || !isSmooth(h, [s])) return null
  const slope = gradient(h, s)
  const bend = apply('min', zero, gradient(slope, s))
  const least = leastOver(add(slope, mul(mul(constant(2), s), bend)), s)
  return Number.isFinite(least) ? mul(constant(Math.min(0, least)), square) : null
}

function isSquaredNorm(node: Expression, z: readonly Expression[]): boolean {
  if (node.kind !== 'reduce' || node.operation !== 'sum') return false
  const [squares] = node.args
  return isApply(squares, 'square') && squares.args[0].shape.length === 1 && isAffine(squares.args[0], z)
}

/** Pieces of [0, 1e18], each 0.5 % long, over which the least value is bounded by interval arithmetic. */
const FIRST = 1e-8
const LAST = 1e18
const RATIO = 1.005

function leastOver(value: Expression, s: Expression): number {
  let least = rangeOf(value, new Map([[s, { low: 0, high: FIRST }]])).low
  for (let low = FIRST; low < LAST && Number.isFinite(least); low *= RATIO) {
    least = Math.min(least, rangeOf(value, new Map([[s, { low, high: low * RATIO }]])).low)
  }
  return least
}
