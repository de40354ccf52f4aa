import type { FunctionName } from './functions.ts'
import { fractionOf } from './print-number.ts'
import { strength } from './print-strength.ts'
import type { Style } from './print-style.ts'

const operators: Partial<Record<FunctionName, string>> = {
  add: ' + ',
  sub: ' - ',
  mul: ' * ',
  less: ' < ',
  lessEqual: ' <= ',
  greater: ' > ',
  greaterEqual: ' >= ',
  equal: ' == ',
  notEqual: ' != ',
  and: ' and ',
  or: ' or ',
  not: 'not ',
}

function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.join(', ')})`
}

/** The language that `parseFormula` reads. */
export const textStyle: Style = {
  number(value) {
    if (value === Math.PI) return 'pi'
    const fraction = fractionOf(value)
    return fraction === null ? `${value}` : fraction.join('/')
  },
  name: (name) => name,
  index: 'i',
  parenthesised: (inner) => `(${inner})`,
  operator: (fn) => operators[fn]!,
  elementwise: (rank) => (rank === 2 ? ' .* ' : ' * '),
  call: (name, _latex, args) => call(name, ...args),
  power: (base, exponent, isMatrix) => `${base}${isMatrix ? ' .^ ' : '^'}${exponent}`,
  quotient: (numerator, denominator) => ({
    text: `${numerator} / ${denominator}`,
    strength: strength.product,
  }),
  matrixQuotient: ' ./ ',
  hasFractions: false,
  root: (fn, inner) => call(fn, inner),
  conditional: (condition, yes, no) => call('if', condition, yes, no),
  bars: (fn, inner) => call(fn, inner),
  reduction: (operation, inner) => call(operation, inner),
  dot: (a, b) => call('dot', a, b),
  normSquared: (inner) => call('dot', inner, inner),
  subscript: (value, indices) => `${value}[${indices.join(', ')}]`,
  list: (items) => `[${items.join(', ')}]`,
  ellipsis: '…',
  matrix: (rows) => `[${rows.map((row) => `[${row.join(', ')}]`).join(', ')}]`,
  transposed: (inner) => call('transpose', inner),
}
