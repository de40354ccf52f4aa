/** φ₁ and φ₂ of exponential integrators, smooth through 0, with their derivatives. */
import { add, apply, constant, div, mul, select, sub } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'

/** Below this the quotients lose digits and the series has them all. */
const SMALL = 1 / 16

/** φ₁(z) = (eᶻ − 1)/z, elementwise. */
export function phi1(z: Expression): Expression {
  return nearZero(z, 1, div(apply('expm1', z), z))
}

/** φ₂(z) = (eᶻ − 1 − z)/z², elementwise. */
export function phi2(z: Expression): Expression {
  return nearZero(z, 2, div(sub(apply('expm1', z), z), apply('square', z)))
}

/** Σ zʲ/(j + k)! near 0, else the quotient. */
function nearZero(z: Expression, k: number, quotient: Expression): Expression {
  let series: Expression = constant(1 / factorial(8 + k))
  for (let j = 7; j >= 0; j--) series = add(constant(1 / factorial(j + k)), mul(z, series))
  if (z.kind === 'constant') return Math.abs(z.value) < SMALL ? series : quotient
  return select(apply('less', apply('abs', z), constant(SMALL)), series, quotient)
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1)
}

/** y after time h of dy/dt = rate∘y + slope at y₀: y₀ + h φ₁(h·rate)∘slope. */
export function relaxed(y: Expression, slope: Expression, rate: Expression, h: Expression): Expression {
  return add(y, mul(h, mul(phi1(mul(h, rate)), slope)))
}
