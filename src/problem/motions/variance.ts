/**
 * Steps for volatilities that are roots of components of the state which 0 is reached by, as Heston's where Feller's condition does not
 * hold. Between two halves of the drift's flow a variance v moves by Andersen's quadratic-exponential law to v₊ (2008,
 * doi:10.21314/JCF.2008.189). What the others are moved by is then known from it: ∫√v dW = (v₊ − v)/ξ, and ∫v dt is the
 * trapezium's, with whose root the noise beside W comes in. Both have the moments that order 2 needs.
 *
 * Differs from the paper: drift and noise take turns, so that a drift may couple components, and no correction makes a price a
 * martingale to the last digit, which changed a call by less than 10⁻⁴ in steps of a tenth of a year.
 */
import {
  add,
  apply,
  concat,
  constant,
  div,
  element,
  mul,
  one,
  sub,
  variable,
  zero,
} from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { quadraticExponential } from './boundary.ts'
import { DriftFlow } from './drift-flow.ts'
import { relaxed } from './exponential.ts'
import { rungeKutta } from './flow.ts'
import { guarded } from './guard.ts'
import type { Motion } from './motion.ts'
import { at, dt, inMiddle, middle, time } from './quadrature.ts'
import { type VarianceShape, varianceShape } from './variance-shape.ts'

/** Below this a root has no derivative that is a number. */
const FLOOR = 1e-16

/** Null where σ is not of this kind. */
export function varianceMotion(expressions: ProblemExpressions): Motion | null {
  const shape = varianceShape(expressions)
  if (shape === null) return null
  const { drift, variables } = expressions
  const { x } = variables
  const flow = new DriftFlow(drift, x)
  const half = mul(constant(0.5), dt)
  const moved = new VarianceNoise(shape, x).move(held(flow.advance(x, time, half), shape))
  const step = held(flow.advance(moved, middle, half), shape)
  return {
    dynamics: { kind: 'splitting', order: 2, isSingular: false, mayRest: true },
    mixing: shape.directions,
    step,
  }
}

/** Variances are not negative, but by rounding. */
function held(value: Expression, { scales }: VarianceShape): Expression {
  return concat(
    scales.map((scale, i) => (scale === null ? element(value, i) : apply('max', element(value, i), zero))),
  )
}

/** The noise of one step, without drift. */
class VarianceNoise {
  readonly #shape: VarianceShape
  readonly #x: Expression
  readonly #w: Expression
  /** σ of the others for variances of 1, and its derivative by their own component. */
  readonly #sizes: (Expression | null)[]
  readonly #slopes: (Expression | null)[]

  constructor(shape: VarianceShape, x: Expression) {
    const { scales, sizes } = shape
    this.#shape = shape
    this.#x = x
    this.#w = variable('w', [scales.length])
    const units = concat(scales.map((scale, i) => (scale === null ? element(x, i) : one)))
    const [apart] = substitute([guarded(sizes)], new Map([[x, units]]))
    this.#sizes = scales.map((scale, i) => (scale === null ? element(apart, i) : null))
    this.#slopes = this.#sizes.map((size, i) => size && element(gradient(size, x), i))
  }

  move(y: Expression): Expression {
    const { scales, drivers } = this.#shape
    const ends = scales.map((scale, i) => (scale === null ? null : this.#variance(element(y, i), scale, i)))
    return concat(
      scales.map((_, i) => {
        const [end, driver] = [ends[i], drivers[i]]
        if (end !== null) return end
        if (driver === null) return this.#moved(i, y, element(this.#w, i), dt)
        const [from, to] = [element(y, driver), ends[driver]!]
        const mean = mul(constant(0.5), add(from, to))
        const own = mul(
          root(mean),
          sub(element(this.#w, i), mul(constant(this.#shape.shared[i]), element(this.#w, driver))),
        )
        const driven = mul(constant(this.#shape.shared[i] / scales[driver]!), sub(to, from))
        return this.#moved(i, y, add(driven, own), mul(mean, dt))
      }),
    )
  }

  #variance(from: Expression, scale: number, i: number): Expression {
    const variance = mul(constant(scale * scale), mul(from, dt))
    const normal = div(mul(constant(Math.sign(scale)), element(this.#w, i)), apply('sqrt', dt))
    return quadraticExponential(from, variance, normal)
  }

  /** Component i of y along noise of the given size and quadratic variation: Itô's dy = σ(y)dM. */
  #moved(i: number, y: Expression, noise: Expression, variation: Expression): Expression {
    const [size, slope] = [this.#sizes[i]!, this.#slopes[i]!]
    const start = element(y, i)
    const place = (value: Expression, own: Expression) => inMiddle(value, this.#x, this.#with(i, own))
    const speed = (own: Expression) => sub(noise, mul(place(slope, own), mul(constant(0.5), variation)))
    const field = (own: Expression) => mul(place(size, own), speed(own))
    if (names(slope).includes('x')) return rungeKutta(field, start)
    return relaxed(start, field(start), mul(at(slope, middle), speed(start)), one)
  }

  /** The state with one component of another value; the others are not looked at. */
  #with(i: number, own: Expression): Expression {
    return concat(this.#sizes.map((_, k) => (k === i ? own : one)))
  }
}

function root(value: Expression): Expression {
  return apply('sqrt', apply('max', value, constant(FLOOR)))
}
