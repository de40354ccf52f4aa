/** φₖ(z) = Σ zʲ/(j + k)!, which exponential integrators are made of: φ₁ = (eᶻ − 1)/z, φₖ₊₁ = (φₖ − 1/k!)/z. */
import { add, apply, div, mul, select, sub } from '../build.ts'
import type { Expression } from '../expression.ts'
import { type ScalarFunction, unary } from '../scalar-function.ts'
import { helpers } from '../special.ts'
import { costly, line, number } from './parts.ts'

export type ExponentialName = 'phi1' | 'phi2' | 'phi3' | 'phi4'

export const exponentials: Readonly<Record<ExponentialName, ScalarFunction>> = {
  phi1: member('phi1', (z, self) => slope(1, self, apply('phi2', z))),
  phi2: member('phi2', (z, self) => slope(2, self, apply('phi3', z))),
  phi3: member('phi3', (z, self) => slope(3, self, apply('phi4', z))),
  /** φ₅ near 0 to its third order: no step is differentiated so often. */
  phi4: member('phi4', (z, self) =>
    slope(
      4,
      self,
      select(apply('less', apply('abs', z), number(1e-2)), fifth(z), div(sub(self, number(1 / 24)), z)),
    ),
  ),
}

function member(
  name: ExponentialName,
  derivative: (z: Expression, self: Expression) => Expression,
): ScalarFunction {
  const latex = `\\varphi_${name.slice(-1)}`
  return unary((z) => `${name}(${z})`, helpers[name], derivative, line, {
    latex,
    notation: 'internal',
    helper: name,
    ...costly,
  })
}

/** φₖ' = φₖ − k φₖ₊₁ */
function slope(k: number, self: Expression, next: Expression): Expression {
  return sub(self, mul(number(k), next))
}

function fifth(z: Expression): Expression {
  const [first, second, third] = [120, 720, 5040].map((divisor) => number(1 / divisor))
  return add(first, mul(z, add(second, mul(z, third))))
}
