/**
 * What a driver with a square of z makes of a jump of g. Just before T, u runs from one side b of a jump to the other, a, within the reach √τ
 * of the noise that is still to come, and Z grows like 1/√τ: of f only q z² counts there, in the direction n across the jump. With
 * ψ(y) = exp(2qy) the layer's equation is that of heat for ψ(u) (Cole, Hopf), so that
 *
 *     u = ψ⁻¹(P ψ(a) + (1 − P) ψ(b)),    q = ½ n·f_zz n,
 *
 * P the probability of ending on a's side. Without a square it is the mean P a + (1 − P) b.
 */
import { add, apply, array, constant, div, dot, mul, one, select, sub } from '../../formulas/build.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'

/** A slope that is steep in every unit: where f_zz moves with z it is taken there. */
const STEEP = 1e4
/** Below this 2q is no square's. */
const LEAST = 1e-6
/** And 2q(a − b) below this makes no difference to the mean. */
const LEAST_BEND = 1e-4

/**
 * 2q of a jump where `d` changes its sign, of t, x and y.
 *
 * @returns null where the driver has no square of z across it
 */
export function layerBend(d: Expression, expressions: ProblemExpressions): Expression | null {
  return squareAlong(directionAcross(d, expressions), expressions)
}

/** Whether the driver has a square of z in some direction. */
export function hasSquare(expressions: ProblemExpressions): boolean {
  const { noiseDim } = expressions
  const one = (j: number) => Float64Array.from({ length: noiseDim }, (_, k) => +(k === j))
  const even = new Float64Array(noiseDim).fill(1 / Math.sqrt(noiseDim))
  return [even, one(0)].some((direction) => squareAlong(direction, expressions) !== null)
}

/** n·f_zz n; null where it is 0. */
function squareAlong(direction: Float64Array, { driver, variables }: ProblemExpressions): Expression | null {
  if (!names(driver).includes('z')) return null
  const n = array(direction, [direction.length])
  const bend = dot(gradient(dot(gradient(driver, variables.z), n), variables.z), n)
  const steep = mul(constant(STEEP), n)
  const [atJump] = names(bend).includes('z') ? substitute([bend], new Map([[variables.z, steep]])) : [bend]
  const isKnown = names(atJump).length === 0
  return isKnown && !(Math.abs(evaluate(atJump)[0]) > LEAST) ? null : atJump
}

/** σᵀ∇d at x₀, of length 1; where that says nothing, evenly along all components. */
function directionAcross(d: Expression, expressions: ProblemExpressions): Float64Array {
  const { noise, variables, horizon, x0, noiseDim } = expressions
  const slope = evaluate(noise.scale(gradient(d, variables.x)), { t: horizon, x: x0 })
  // Of a million components, which are no arguments of a call.
  const length = Math.sqrt(slope.reduce((sum, value) => sum + value * value, 0))
  const isTold = Number.isFinite(length) && length > 0
  return isTold ? slope.map((value) => value / length) : slope.fill(1 / Math.sqrt(noiseDim))
}

/** u in the layer between `a`, which holds with the probability `weight`, and `b`; `bend` as of `layerBend`. */
export function acrossLayer(
  weight: Expression,
  a: Expression,
  b: Expression,
  bend: Expression | null,
  y: Expression,
): Expression {
  const mean = () => add(mul(weight, a), mul(sub(one, weight), b))
  if (bend === null) return mean()
  const [bent] = substitute([bend], new Map([[y, mul(constant(0.5), add(a, b))]]))
  const jump = sub(a, b)
  const whole = mul(bent, jump)
  const c = select(apply('less', apply('abs', whole), constant(LEAST_BEND)), constant(LEAST_BEND), whole)
  // log(P eᶜ + 1 − P), so that nothing overflows.
  const most = apply('max', c, constant(0))
  const mixed = add(
    mul(weight, apply('exp', sub(c, most))),
    mul(sub(one, weight), apply('exp', sub(constant(0), most))),
  )
  const share = div(add(most, apply('log', mixed)), c)
  return add(b, mul(jump, share))
}
