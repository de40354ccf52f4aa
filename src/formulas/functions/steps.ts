/** Smooth steps from one level to another, and their integrals. */
import { apply, mul, sub } from '../build.ts'
import { type ScalarFunction, unary } from '../scalar-function.ts'
import { helpers } from '../special.ts'
import { costly, line, number, square } from './parts.ts'

export type StepName = 'erf' | 'normcdf' | 'normint' | 'sigmoid' | 'softplus'

export const steps: Readonly<Record<StepName, ScalarFunction>> = {
  erf: unary(
    (x) => `erf(${x})`,
    helpers.erf,
    (x) => mul(number(2 / Math.sqrt(Math.PI)), apply('exp', mul(number(-1), square(x)))),
    line,
    { latex: '\\operatorname{erf}', helper: 'erf', ...costly },
  ),
  /** Φ, the standard normal distribution function. */
  normcdf: unary(
    (x) => `normcdf(${x})`,
    helpers.normcdf,
    (x) => mul(number(1 / Math.sqrt(2 * Math.PI)), apply('exp', mul(number(-0.5), square(x)))),
    line,
    { latex: '\\Phi', helper: 'normcdf', ...costly },
  ),
  /** ∫Φ from −∞, x Φ(x) + φ(x): E max(x + N, 0) of a standard normal N. */
  normint: unary(
    (x) => `normint(${x})`,
    helpers.normint,
    (x) => apply('normcdf', x),
    line,
    { latex: '\\Phi_1', notation: 'internal', helper: 'normint', ...costly },
  ),
  sigmoid: unary(
    (x) => `1 / (1 + Math.exp(-${x}))`,
    (x) => 1 / (1 + Math.exp(-x)),
    (_x, self) => mul(self, sub(number(1), self)),
    line,
    { latex: '\\operatorname{sigmoid}', ...costly },
  ),
  softplus: unary(
    (x) => `Math.max(${x}, 0) + Math.log1p(Math.exp(-Math.abs(${x})))`,
    (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    (x) => apply('sigmoid', x),
    line,
    { latex: '\\operatorname{softplus}', ...costly },
  ),
}
