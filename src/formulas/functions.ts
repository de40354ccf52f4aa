/**
 * The one table of scalar functions: value, JavaScript, derivative, domain, LaTeX.
 *
 * It and `build.ts` use each other, but only inside functions, so the order of loading does not matter.
 */
import { add, apply, constant, div, mul, select, sub } from './build.ts'
import type { Expression } from './expression.ts'
import { binary, comparison, type ScalarFunction, unary } from './scalar-function.ts'
import { helpers } from './special.ts'

export type FunctionName =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'equal'
  | 'notEqual'
  | 'and'
  | 'or'
  | 'not'
  | 'select'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'relu'
  | 'max'
  | 'min'
  | 'mod'
  | 'square'
  | 'cube'
  | 'sqrt'
  | 'normRoot'
  | 'cbrt'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
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
  | 'erf'
  | 'normcdf'
  | 'sigmoid'
  | 'softplus'

const { exp, log, sqrt, sin, cos, tan, sinh, cosh, tanh, asin, acos, atan, atan2 } = Math

function number(value: number): Expression {
  return constant(value)
}
function square(x: Expression): Expression {
  return apply('square', x)
}
/** √(1 + c·x²) with c = ±1, a factor of several derivatives. */
function root(c: number, x: Expression): Expression {
  return apply('sqrt', add(number(1), mul(number(c), square(x))))
}
function reciprocal(x: Expression): Expression {
  return div(number(1), x)
}

const line: readonly [number, number] = [-3, 3]
const positive: readonly [number, number] = [0.5, 4]
const inside: readonly [number, number] = [-0.9, 0.9]
const costly = { isCostly: true } as const
const partial = { isCostly: true, isPartial: true } as const
const plain = { notation: 'operator' } as const

export const functions: Readonly<Record<FunctionName, ScalarFunction>> = {
  // operators
  add: binary(
    (a, b) => `${a} + ${b}`,
    (a, b) => a + b,
    () => [number(1), number(1)],
    [line, line],
    { latex: '+' },
  ),
  sub: binary(
    (a, b) => `${a} - ${b}`,
    (a, b) => a - b,
    () => [number(1), number(-1)],
    [line, line],
    { latex: '-' },
  ),
  mul: binary(
    (a, b) => `${a} * ${b}`,
    (a, b) => a * b,
    (a, b) => [b, a],
    [line, line],
    { latex: '\\cdot' },
  ),
  div: binary(
    (a, b) => `${a} / ${b}`,
    (a, b) => a / b,
    (_a, b, self) => [reciprocal(b), mul(number(-1), div(self, b))],
    [line, positive],
    { latex: '/', isPartial: true },
  ),
  pow: binary(
    (a, b) => `Math.pow(${a}, ${b})`,
    (a, b) => a ** b,
    (a, b, self) => [mul(b, apply('pow', a, sub(b, number(1)))), mul(self, apply('log', a))],
    [positive, line],
    { latex: '^', ...partial },
  ),
  less: comparison('<', (a, b) => a < b, '<'),
  lessEqual: comparison('<=', (a, b) => a <= b, '\\le'),
  greater: comparison('>', (a, b) => a > b, '>'),
  greaterEqual: comparison('>=', (a, b) => a >= b, '\\ge'),
  equal: comparison('===', (a, b) => a === b, '='),
  notEqual: comparison('!==', (a, b) => a !== b, '\\ne'),
  and: binary(
    (a, b) => `${a} && ${b}`,
    (a, b) => Number(a !== 0 && b !== 0),
    () => [null, null],
    [line, line],
    { latex: '\\land', returnsBoolean: true, takesBoolean: 2 },
  ),
  or: binary(
    (a, b) => `${a} || ${b}`,
    (a, b) => Number(a !== 0 || b !== 0),
    () => [null, null],
    [line, line],
    { latex: '\\lor', returnsBoolean: true, takesBoolean: 2 },
  ),
  not: unary(
    (x) => `!${x}`,
    (x) => Number(x === 0),
    () => null,
    line,
    {
      ...plain,
      latex: '\\lnot',
      returnsBoolean: true,
      takesBoolean: 1,
    },
  ),
  select: {
    notation: 'operator',
    arity: 3,
    value: (c, a, b) => (c !== 0 ? a : b),
    code: (c, a, b) => `${c} ? ${a} : ${b}`,
    derivative: ([c]) => [null, select(c, number(1), number(0)), select(c, number(0), number(1))],
    domain: [line, line, line],
    latex: '\\operatorname{if}',
    takesBoolean: 1,
  },

  // not smooth: the derivative at the kink is a stated choice
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

  // powers and roots
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
    sqrt,
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
    sqrt,
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

  // exponentials and logarithms
  exp: unary(
    (x) => `Math.exp(${x})`,
    exp,
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
  log: unary((x) => `Math.log(${x})`, log, reciprocal, positive, { latex: '\\ln', ...partial }),
  log1p: unary(
    (x) => `Math.log1p(${x})`,
    Math.log1p,
    (x) => reciprocal(add(number(1), x)),
    [-0.5, 4],
    { latex: '\\operatorname{log1p}', ...partial },
  ),

  // trigonometric and hyperbolic
  sin: unary(
    (x) => `Math.sin(${x})`,
    sin,
    (x) => apply('cos', x),
    line,
    { latex: '\\sin', ...costly },
  ),
  cos: unary(
    (x) => `Math.cos(${x})`,
    cos,
    (x) => mul(number(-1), apply('sin', x)),
    line,
    {
      latex: '\\cos',
      ...costly,
    },
  ),
  tan: unary(
    (x) => `Math.tan(${x})`,
    tan,
    (_x, self) => add(number(1), square(self)),
    [-1.3, 1.3],
    { latex: '\\tan', ...partial },
  ),
  asin: unary(
    (x) => `Math.asin(${x})`,
    asin,
    (x) => reciprocal(root(-1, x)),
    inside,
    {
      latex: '\\arcsin',
      ...partial,
    },
  ),
  acos: unary(
    (x) => `Math.acos(${x})`,
    acos,
    (x) => div(number(-1), root(-1, x)),
    inside,
    {
      latex: '\\arccos',
      ...partial,
    },
  ),
  atan: unary(
    (x) => `Math.atan(${x})`,
    atan,
    (x) => reciprocal(add(number(1), square(x))),
    line,
    {
      latex: '\\arctan',
      ...costly,
    },
  ),
  atan2: binary(
    (a, b) => `Math.atan2(${a}, ${b})`,
    atan2,
    (a, b) => {
      const s = add(square(a), square(b))
      return [div(b, s), mul(number(-1), div(a, s))]
    },
    [line, positive],
    { notation: 'call', latex: '\\operatorname{atan2}', ...partial },
  ),
  sinh: unary(
    (x) => `Math.sinh(${x})`,
    sinh,
    (x) => apply('cosh', x),
    line,
    { latex: '\\sinh', ...partial },
  ),
  cosh: unary(
    (x) => `Math.cosh(${x})`,
    cosh,
    (x) => apply('sinh', x),
    line,
    { latex: '\\cosh', ...partial },
  ),
  tanh: unary(
    (x) => `Math.tanh(${x})`,
    tanh,
    (_x, self) => sub(number(1), square(self)),
    line,
    {
      latex: '\\tanh',
      ...costly,
    },
  ),

  // smooth steps
  erf: unary(
    (x) => `erf(${x})`,
    helpers.erf,
    (x) => mul(number(2 / sqrt(Math.PI)), apply('exp', mul(number(-1), square(x)))),
    line,
    { latex: '\\operatorname{erf}', helper: 'erf', ...costly },
  ),
  /** Φ, the standard normal distribution function. */
  normcdf: unary(
    (x) => `normcdf(${x})`,
    helpers.normcdf,
    (x) => mul(number(1 / sqrt(2 * Math.PI)), apply('exp', mul(number(-0.5), square(x)))),
    line,
    { latex: '\\Phi', helper: 'normcdf', ...costly },
  ),
  sigmoid: unary(
    (x) => `1 / (1 + Math.exp(-${x}))`,
    (x) => 1 / (1 + exp(-x)),
    (_x, self) => mul(self, sub(number(1), self)),
    line,
    { latex: '\\operatorname{sigmoid}', ...costly },
  ),
  softplus: unary(
    (x) => `Math.max(${x}, 0) + Math.log1p(Math.exp(-Math.abs(${x})))`,
    (x) => Math.max(x, 0) + Math.log1p(exp(-Math.abs(x))),
    (x) => apply('sigmoid', x),
    line,
    { latex: '\\operatorname{softplus}', ...costly },
  ),
}

function choice(first: Expression): readonly Expression[] {
  return [select(first, number(1), number(0)), select(first, number(0), number(1))]
}
