/**
 * The flow of a drift over a part of a step, of order 2: exponential integrators, which are exact where the drift is affine in
 * each component, and stay bounded where it is stiff or grows faster than the state.
 */
import { add, broadcast, constant, fill, mul, sub, zero } from '../../formulas/build.ts'
import { componentDerivative, jacobianDiagonal } from '../../formulas/component-derivative.ts'
import type { Expression } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'
import { phi2, relaxed } from './exponential.ts'
import { time } from './quadrature.ts'

export class DriftFlow {
  readonly #drift: Expression
  readonly #x: Expression
  /** ∂μᵢ/∂xᵢ, where each component has a derivative of its own, or beside what the components do to each other. */
  readonly #rate: Expression
  readonly #isSeparate: boolean

  /**
   * @param drift μ(t,x) [dim]
   * @param stiff the part of it that may be stiff, whose derivatives are taken where the components mix
   */
  constructor(drift: Expression, x: Expression, stiff = drift) {
    this.#drift = drift
    this.#x = x
    const own = componentDerivative(drift, x)
    this.#isSeparate = own !== null
    this.#rate = broadcast(own ?? jacobianDiagonal(stiff, x) ?? fill(zero, x.shape), x.shape)
  }

  /** X at `from` + h, from y at `from`. */
  advance(y: Expression, from: Expression, h: Expression): Expression {
    return this.#isSeparate ? this.#rosenbrock(y, from, h) : this.#rungeKutta(y, from, h)
  }

  /** Exponential Rosenbrock–Euler with t in the middle: y + h φ₁(hJ) μ(y), J the whole Jacobian. */
  #rosenbrock(y: Expression, from: Expression, h: Expression): Expression {
    const middle = add(from, mul(constant(0.5), h))
    const [mu, rate] = this.#at(middle, y)
    return relaxed(y, mu, rate, h)
  }

  /**
   * Cox and Matthews's exponential Runge–Kutta method of order 2 (ETD2RK) with the Jacobian's diagonal as its linear part; any
   * linear part keeps the order, 0 makes it Heun's.
   */
  #rungeKutta(y: Expression, from: Expression, h: Expression): Expression {
    const [mu, rate] = this.#at(from, y)
    const predicted = relaxed(y, mu, rate, h)
    const [next] = this.#at(add(from, h), predicted)
    const change = sub(sub(next, mu), mul(rate, sub(predicted, y)))
    return add(predicted, mul(h, mul(phi2(mul(h, rate)), change)))
  }

  #at(t: Expression, y: Expression): Expression[] {
    return substitute(
      [this.#drift, this.#rate],
      new Map([
        [time, t],
        [this.#x, y],
      ]),
    )
  }
}
