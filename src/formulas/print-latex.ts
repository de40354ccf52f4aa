import type { FunctionName } from './functions.ts'
import { fractionOf } from './print-number.ts'
import { strength } from './print-strength.ts'
import type { Style } from './print-style.ts'

const operators: Partial<Record<FunctionName, string>> = {
  add: ' + ',
  sub: ' - ',
  mul: ' \\, ',
  less: ' < ',
  lessEqual: ' \\le ',
  greater: ' > ',
  greaterEqual: ' \\ge ',
  equal: ' = ',
  notEqual: ' \\ne ',
  and: ' \\land ',
  or: ' \\lor ',
  not: '\\lnot ',
}

const greek = new Set(
  (
    'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega ' +
    'Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega'
  ).split(' '),
)

const brackets = {
  abs: ['\\lvert ', ' \\rvert'],
  floor: ['\\lfloor ', ' \\rfloor'],
  norm: ['\\lVert ', ' \\rVert'],
}

const reductions: Readonly<Record<string, string>> = {
  sum: '\\sum',
  prod: '\\prod',
  max: '\\max',
  min: '\\min',
  argmax: '\\arg\\max',
  argmin: '\\arg\\min',
}

function word(name: string): string {
  if (greek.has(name)) return `\\${name}`
  return [...name].length === 1 ? name : `\\mathrm{${name.replaceAll('_', '\\_')}}`
}

/** Names of a page's own that the printed equation uses for something else. */
const symbols = new Set(['mu', 'sigma', 'rho', 'f', 'g', 'u', 'T', 'W', 'X'])

/** lambda → \lambda, x0 → x_{0}, sigma_bar → \sigma_{\mathrm{bar}}; mu → \bar{\mu}, for \mu is the drift */
function name(text: string): string {
  if (text === 'gradU') return '\\nabla u'
  if (symbols.has(text)) return `\\bar{${word(text)}}`
  const [, base, index] = text.match(/^(.+?)_?(\d+|(?<=_)\w+)$/) ?? [text, text, '']
  return index === '' ? word(base) : `${word(base)}_{${/^\d+$/.test(index) ? index : word(index)}}`
}

function parenthesised(inner: string): string {
  return `\\left(${inner}\\right)`
}

export const latexStyle: Style = {
  number(value) {
    if (value === Math.PI) return '\\pi'
    const fraction = fractionOf(value)
    if (fraction !== null) return `${value < 0 ? '-' : ''}\\tfrac{${Math.abs(fraction[0])}}{${fraction[1]}}`
    const [mantissa, exponent] = `${value}`.split('e')
    return exponent === undefined ? mantissa : `${mantissa} \\cdot 10^{${Number(exponent)}}`
  },
  name,
  index: 'i',
  parenthesised,
  operator: (fn) => operators[fn]!,
  elementwise: () => ' \\odot ',
  call: (_name, latex, args) => `${latex}${parenthesised(args.join(', '))}`,
  power: (base, exponent, isMatrix) => `${base}^{${isMatrix ? '\\circ ' : ''}${exponent}}`,
  quotient: (numerator, denominator) => ({
    text: `\\frac{${numerator}}{${denominator}}`,
    strength: strength.minus,
  }),
  matrixQuotient: ' \\oslash ',
  hasFractions: true,
  root: (fn, inner) => `${fn === 'sqrt' ? '\\sqrt' : '\\sqrt[3]'}{${inner}}`,
  conditional: (condition, yes, no) =>
    `\\begin{cases} ${yes} & \\text{if } ${condition} \\\\ ${no} & \\text{else} \\end{cases}`,
  bars: (fn, inner) => brackets[fn].join(inner),
  reduction: (operation, inner, isAtom) => {
    if (inner === 'i') return `${reductions[operation]}_i i`
    const term = isAtom && /^\w$/.test(inner) ? inner : parenthesised(inner)
    return `${reductions[operation]}_i ${term}_i`
  },
  dot: (a, b) => `${a} \\cdot ${b}`,
  normSquared: (inner) => `\\lVert ${inner} \\rVert^2`,
  subscript: (value, indices) => `${value}_{${indices.join(',')}}`,
  list: (items) => parenthesised(items.join(', ')),
  ellipsis: '\\dots',
  matrix: (rows) => `\\begin{pmatrix} ${rows.map((row) => row.join(' & ')).join(' \\\\ ')} \\end{pmatrix}`,
  transposed: (inner) => `${inner}^\\top`,
}
