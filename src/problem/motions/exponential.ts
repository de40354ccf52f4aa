/** Exponential integrators. */
import { add, apply, mul } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'

/** φ₁(z) = (eᶻ − 1)/z, elementwise. */
export function phi1(z: Expression): Expression {
  return apply('phi1', z)
}

/** φ₂(z) = (eᶻ − 1 − z)/z², elementwise. */
export function phi2(z: Expression): Expression {
  return apply('phi2', z)
}

/** y after time h of dy/dt = rate∘y + slope at y₀: y₀ + h φ₁(h·rate)∘slope. */
export function relaxed(y: Expression, slope: Expression, rate: Expression, h: Expression): Expression {
  return add(y, mul(h, mul(phi1(mul(h, rate)), slope)))
}
