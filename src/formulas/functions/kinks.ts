/** Functions that are not smooth: the derivative at the kink is a stated choice. */
import { apply, div, mul, select } from '../build.ts'
import { binary, type ScalarFunction, unary } from '../scalar-function.ts'
import { choice, line, number, positive } from './parts.ts'

export type KinkName = 'abs' | 'sign' | 'floor' | 'relu' | 'max' | 'min' | 'mod'

export const kinks: Readonly<Record<KinkName, ScalarFunction>> = {
  /** 0 at 0. */
  abs: unary(
    (x) => `Math.abs(${x})`,
    Math.abs,
    (x) => apply('sign', x),
    line,
    { latex: '\\operatorname{abs}' },
  ),
  sign: unary(
    (x) => `Math.sign(${x})`,
    Math.sign,
    () => null,
    line,
    { latex: '\\operatorname{sign}' },
  ),
  /** The derivative is 0 everywhere. */
  floor: unary(
    (x) => `Math.floor(${x})`,
    Math.floor,
    () => null,
    line,
    { latex: '\\operatorname{floor}' },
  ),
  /** 0 at 0. */
  relu: unary(
    (x) => `Math.max(${x}, 0)`,
    (x) => Math.max(x, 0),
    (x) => select(apply('greater', x, number(0)), number(1), number(0)),
    line,
    { latex: '\\operatorname{relu}' },
  ),
  /** At a tie the first argument's. */
  max: binary(
    (a, b) => `Math.max(${a}, ${b})`,
    Math.max,
    (a, b) => choice(apply('greaterEqual', a, b)),
    [line, line],
    { notation: 'call', latex: '\\max' },
  ),
  /** At a tie the first argument's. */
  min: binary(
    (a, b) => `Math.min(${a}, ${b})`,
    Math.min,
    (a, b) => choice(apply('lessEqual', a, b)),
    [line, line],
    { notation: 'call', latex: '\\min' },
  ),
  /** a − b⌊a/b⌋, of the sign of b. */
  mod: binary(
    (a, b) => `${a} - ${b} * Math.floor(${a} / ${b})`,
    (a, b) => a - b * Math.floor(a / b),
    (a, b) => [number(1), mul(number(-1), apply('floor', div(a, b)))],
    [line, positive],
    { notation: 'call', latex: '\\bmod', isPartial: true },
  ),
}
