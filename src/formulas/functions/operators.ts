/** Arithmetic, comparisons, logic and the conditional. */
import { apply, div, mul, select, sub } from '../build.ts'
import { binary, comparison, type ScalarFunction, unary } from '../scalar-function.ts'
import { line, number, partial, plain, positive, reciprocal } from './parts.ts'

export type OperatorName =
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

export const operators: Readonly<Record<OperatorName, ScalarFunction>> = {
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
    powerCode,
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
}

/** √√a, √a and √a·√√a: quarters of a power by what is correctly rounded everywhere, and several times as fast as `Math.pow`. */
const QUARTERS = [
  (_: string) => '1',
  (a: string) => `Math.sqrt(Math.sqrt(${a}))`,
  (a: string) => `Math.sqrt(${a})`,
  (a: string) => `Math.sqrt(${a}) * Math.sqrt(Math.sqrt(${a}))`,
] as const

/** aᵇ; where b is a number of quarters within ±2 and no whole number, by roots. */
function powerCode(a: string, b: string): string {
  const quarters = 4 * Number(b.replace(/[()\s]/g, ''))
  const size = Math.abs(quarters)
  if (!Number.isInteger(quarters) || quarters % 4 === 0 || size > 8) return `Math.pow(${a}, ${b})`
  const power = [...Array<string>(Math.floor(size / 4)).fill(a), QUARTERS[size % 4](a)].join(' * ')
  return quarters > 0 ? power : `1 / (${power})`
}
