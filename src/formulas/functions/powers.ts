/** Powers, roots, exponentials and logarithms. */
import { add, apply, div, mul, select } from '../build.ts'
import { type ScalarFunction, unary } from '../scalar-function.ts'
import { line, number, partial, positive, reciprocal, square } from './parts.ts'

export type PowerName = 'square' | 'cube' | 'sqrt' | 'normRoot' | 'cbrt' | 'exp' | 'expm1' | 'log' | 'log1p'

export const powers: Readonly<Record<PowerName, ScalarFunction>> = {
  square: unary(
    (x) => `${x} * ${x}`,
    (x) => x * x,
    (x) => mul(number(2), x),
    line,
    { latex: '' },
  ),
  cube: unary(
    (x) => `${x} * ${x} * ${x}`,
    (x) => x * x * x,
    (x) => mul(number(3), square(x)),
    line,
    { latex: '' },
  ),
  sqrt: unary(
    (x) => `Math.sqrt(${x})`,
    Math.sqrt,
    (_x, self) => div(number(0.5), self),
    positive,
    {
      latex: '\\sqrt',
      ...partial,
    },
  ),
  /** √s of a sum of squares s: the norm. Its derivative is 0 at 0. */
  normRoot: unary(
    (x) => `Math.sqrt(${x})`,
    Math.sqrt,
    (_x, self) => select(apply('greater', self, number(0)), div(number(0.5), self), number(0)),
    positive,
    { notation: 'internal', latex: '\\sqrt', ...partial },
  ),
  cbrt: unary(
    (x) => `Math.cbrt(${x})`,
    Math.cbrt,
    (_x, self) => div(number(1 / 3), square(self)),
    positive,
    {
      latex: '\\sqrt[3]',
      ...partial,
    },
  ),
  exp: unary(
    (x) => `Math.exp(${x})`,
    Math.exp,
    (_x, self) => self,
    line,
    { latex: '\\exp', ...partial },
  ),
  expm1: unary(
    (x) => `Math.expm1(${x})`,
    Math.expm1,
    (x) => apply('exp', x),
    line,
    {
      latex: '\\operatorname{expm1}',
      ...partial,
    },
  ),
  log: unary((x) => `Math.log(${x})`, Math.log, reciprocal, positive, { latex: '\\ln', ...partial }),
  log1p: unary(
    (x) => `Math.log1p(${x})`,
    Math.log1p,
    (x) => reciprocal(add(number(1), x)),
    [-0.5, 4],
    { latex: '\\operatorname{log1p}', ...partial },
  ),
}
