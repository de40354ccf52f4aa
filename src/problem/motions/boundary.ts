/**
 * Steps beside a bound of the state space that σ vanishes at like a root, where Stratonovich's drift points outward: there the
 * noise's flow, which turns around at the bound, is not X's. Between two halves of Itô's drift X's distance from the bound
 * moves by Andersen's quadratic-exponential law (2008, doi:10.21314/JCF.2008.189) of the right mean and variance, a rising
 * function of ΔW that may end on the bound. The same two moments are what Alfonsi asks for there (2010, doi:10.1090/S0025-5718-09-02252-2).
 */
import { add, apply, array, constant, div, mul, one, select, sub, zero } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { DriftFlow } from './drift-flow.ts'
import { phi1 } from './exponential.ts'
import { at, dt, inMiddle, middle, time } from './quadrature.ts'
import type { QuadraticSquare, StateSpace } from './square-root.ts'

/** The bound is near up to so many times ∂σ²Δt: beyond, the noise's flow turns around at 2.8 deviations or more. */
const NEAR = 2
/** Andersen's change of branches, in squared deviations per mean. */
const SKEWED = 1.5

/** `interior`, but beside the bounds the step described above. */
export function besideBounds(
  interior: Expression,
  drift: Expression,
  square: QuadraticSquare,
  { low, high }: StateSpace,
  x: Expression,
  w: Expression,
): Expression {
  const flow = new DriftFlow(drift, x)
  const half = mul(constant(0.5), dt)
  const start = flow.advance(x, time, half)
  const growth = mul(dt, phi1(mul(constant(0.5), mul(at(square.bend, middle), dt))))
  const variance = mul(growth, apply('max', inMiddle(square.square, x, start), zero))
  const normal = div(w, apply('sqrt', dt))
  const sides = [new Side(low, one, x), new Side(high, constant(-1), x)]
  return sides.reduce((step, side, k) => {
    if (!side.isThere) return step
    const isNear = apply('less', side.distance(x), mul(constant(NEAR), mul(side.slope(square), dt)))
    const isNearer = sides[1 - k].isThere
      ? apply('lessEqual', side.distance(x), sides[1 - k].distance(x))
      : one
    const moved = quadraticExponential(side.distance(start), variance, mul(side.inward, normal))
    const end = side.distance(flow.advance(side.inside(moved), middle, half))
    const isUsed = apply('and', apply('equal', side.has, one), apply('and', isNear, isNearer))
    return select(isUsed, within(side.inside(end), { low, high }), step)
  }, interior)
}

/** One bound of all components, as far as they have it. */
class Side {
  readonly isThere: boolean
  readonly has: Expression
  readonly inward: Expression
  readonly #wall: Expression
  readonly #x: Expression

  constructor(bound: Float64Array, inward: Expression, x: Expression) {
    this.isThere = bound.some(Number.isFinite)
    this.has = array(
      bound.map((end) => (Number.isFinite(end) ? 1 : 0)),
      x.shape,
    )
    this.#wall = array(
      bound.map((end) => (Number.isFinite(end) ? end : 0)),
      x.shape,
    )
    this.inward = inward
    this.#x = x
  }

  distance(y: Expression): Expression {
    return apply('max', mul(this.inward, sub(y, this.#wall)), zero)
  }

  /** The state at a distance. */
  inside(distance: Expression): Expression {
    return add(this.#wall, mul(this.inward, distance))
  }

  /** |∂σ²/∂x| at the bound. */
  slope(square: QuadraticSquare): Expression {
    return apply('abs', inMiddle(square.slope, this.#x, this.#wall))
  }
}

/** Held within bounds that X never passes, but by rounding. */
export function within(value: Expression, { low, high }: StateSpace): Expression {
  const above = low.some(Number.isFinite) ? apply('max', value, array(low, value.shape)) : value
  return high.some(Number.isFinite) ? apply('min', above, array(high, value.shape)) : above
}

/** A positive variable of this mean and variance as a rising function of a standard normal; 0 where the mean is. */
export function quadraticExponential(mean: Expression, variance: Expression, normal: Expression): Expression {
  const isMoving = apply('greater', mean, constant(1e-300))
  const safe = select(isMoving, mean, one)
  const ratio = select(isMoving, div(variance, apply('square', safe)), one)
  // (b + Z)² of the right skewness, up to a factor.
  const inverse = div(constant(2), apply('max', apply('min', ratio, constant(SKEWED)), constant(1e-12)))
  const beyond = sub(inverse, one)
  const b = apply('sqrt', add(beyond, apply('sqrt', mul(inverse, beyond))))
  const quadratic = mul(div(safe, add(one, apply('square', b))), apply('square', add(b, normal)))
  // An atom at 0 and an exponential tail.
  const skewed = apply('max', ratio, constant(SKEWED))
  const atom = div(sub(skewed, one), add(skewed, one))
  const above = sub(one, atom)
  const tail = apply('max', apply('normcdf', mul(constant(-1), normal)), constant(1e-300))
  const exponential = mul(div(safe, above), apply('max', apply('log', div(above, tail)), zero))
  const moved = select(apply('lessEqual', ratio, constant(SKEWED)), quadratic, exponential)
  return select(isMoving, moved, zero)
}
