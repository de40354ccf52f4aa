/** Trigonometric and hyperbolic functions, and their inverses. */
import { add, apply, div, mul, sub } from '../build.ts'
import { binary, type ScalarFunction, unary } from '../scalar-function.ts'
import { costly, inside, line, number, partial, positive, reciprocal, root, square } from './parts.ts'

export type TrigonometricName =
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'atan2'
  | 'sinh'
  | 'cosh'
  | 'tanh'

export const trigonometric: Readonly<Record<TrigonometricName, ScalarFunction>> = {
  sin: unary(
    (x) => `Math.sin(${x})`,
    Math.sin,
    (x) => apply('cos', x),
    line,
    { latex: '\\sin', ...costly },
  ),
  cos: unary(
    (x) => `Math.cos(${x})`,
    Math.cos,
    (x) => mul(number(-1), apply('sin', x)),
    line,
    {
      latex: '\\cos',
      ...costly,
    },
  ),
  tan: unary(
    (x) => `Math.tan(${x})`,
    Math.tan,
    (_x, self) => add(number(1), square(self)),
    [-1.3, 1.3],
    { latex: '\\tan', ...partial },
  ),
  asin: unary(
    (x) => `Math.asin(${x})`,
    Math.asin,
    (x) => reciprocal(root(-1, x)),
    inside,
    {
      latex: '\\arcsin',
      ...partial,
    },
  ),
  acos: unary(
    (x) => `Math.acos(${x})`,
    Math.acos,
    (x) => div(number(-1), root(-1, x)),
    inside,
    {
      latex: '\\arccos',
      ...partial,
    },
  ),
  atan: unary(
    (x) => `Math.atan(${x})`,
    Math.atan,
    (x) => reciprocal(add(number(1), square(x))),
    line,
    {
      latex: '\\arctan',
      ...costly,
    },
  ),
  atan2: binary(
    (a, b) => `Math.atan2(${a}, ${b})`,
    Math.atan2,
    (a, b) => {
      const s = add(square(a), square(b))
      return [div(b, s), mul(number(-1), div(a, s))]
    },
    [line, positive],
    { notation: 'call', latex: '\\operatorname{atan2}', ...partial },
  ),
  sinh: unary(
    (x) => `Math.sinh(${x})`,
    Math.sinh,
    (x) => apply('cosh', x),
    line,
    { latex: '\\sinh', ...partial },
  ),
  cosh: unary(
    (x) => `Math.cosh(${x})`,
    Math.cosh,
    (x) => apply('sinh', x),
    line,
    { latex: '\\cosh', ...partial },
  ),
  tanh: unary(
    (x) => `Math.tanh(${x})`,
    Math.tanh,
    (_x, self) => sub(number(1), square(self)),
    line,
    {
      latex: '\\tanh',
      ...costly,
    },
  ),
}
