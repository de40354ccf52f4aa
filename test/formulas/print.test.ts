import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { iota, variable } from '../../src/formulas/build.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import { gradient } from '../../src/formulas/gradient.ts'
import { mathematicalConstants } from '../../src/formulas/language.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { toLatex, toText } from '../../src/formulas/print.ts'
import { type Formula, scalarFormula, scope, values, vectorFormula } from './random-formula.ts'

beforeAll(loadParser)

const page = {
  place: 'page',
  variables: { t: [], y: [], x: [5], z: [5] } as const,
  constants: {
    lambda: 1,
    sigma_bar: 0.2,
    K: 100,
    n: 2,
    mu: 0.06,
    rho_2: 0.5,
    m: [1, 2, 3, 4, 5],
    M: [
      [1, 2],
      [3, 4],
    ],
  }, // prettier-ignore
  definitions: { i: iota(5), N: variable('N', [5, 5]), P: variable('P', [5, 5]), Q: variable('Q', [2, 3]) },
  keepNames: true,
}

test.each([
  ['-lambda/2*dot(z,z)', '-0.5 * lambda * dot(z, z)', '-0.5 \\, \\lambda \\, \\lVert z \\rVert^2'],
  ['1/(2+0.4*dot(x,x))', '1 / (2 + 0.4 * dot(x, x))', '\\frac{1}{2 + 0.4 \\, \\lVert x \\rVert^2}'],
  ['max(max(x) - K, 0)', 'max(max(x) - K, 0)', '\\max\\left(\\max_i x_i - K, 0\\right)'],
  ['y - y^3', 'y - y^3', 'y - y^{3}'],
  ['y - 50', 'y - 50', 'y - 50'],
  ['(y - t)*-2 + 1', '1 - 2 * (y - t)', '1 - 2 \\, \\left(y - t\\right)'],
  ['sum(z)/sigma_bar', 'sum(z) / sigma_bar', '\\frac{\\sum_i z_i}{\\sigma_{\\mathrm{bar}}}'],
  ['norm(x)', 'norm(x)', '\\lVert x \\rVert'],
  ['sin(i*x)', 'sin(i * x)', '\\sin\\left(i \\, x\\right)'],
  ['x[n]*x[2:end][n]', 'x[2] * x[3]', 'x_{2} \\, x_{3}'],
  ['M * [y, t]', 'M * [y, t]', 'M \\, \\left(y, t\\right)'],
  ["M' * [y, t]", 'transpose(M) * [y, t]', 'M^\\top \\, \\left(y, t\\right)'],
  [
    'y > 0 and not (t < 1) ? y : -y',
    'if(y > 0 and not (t < 1), y, -y)',
    '\\begin{cases} y & \\text{if } y > 0 \\land \\lnot \\left(t < 1\\right) \\\\ -y & \\text{else} \\end{cases}',
  ],
  ['M * [1, 1]', 'M * [1, 1]', 'M \\, \\left(1, 1\\right)'],
  ['x * (N * z) * 2', '2 * x * (N * z)', '2 \\, x \\odot \\left(N \\, z\\right)'],
  ['x - N * z', 'x - N * z', 'x - N \\, z'],
  ['2/3*y + pi', '2/3 * y + pi', '\\tfrac{2}{3} \\, y + \\pi'],
  ['1e-7*exp(-y)', '1e-7 * exp(-y)', '1 \\cdot 10^{-7} \\, \\exp\\left(-y\\right)'],
  ['sqrt(2) * y', 'sqrt(2) * y', '\\sqrt{2} \\, y'],
  ['y / 13 + log(3)^2', 'y / 13 + log(3)^2', '\\frac{y}{13} + \\ln\\left(3\\right)^{2}'],
  ['-2 * pi + e', 'e - 2 * pi', 'e - 2 \\, \\pi'],
  ['-sqrt(2) * y', '-sqrt(2) * y', '-\\sqrt{2} \\, y'],
  ['sqrt(4) * y / 4', '0.5 * y', '0.5 \\, y'],
  ['x .* z', 'x * z', 'x \\odot z'],
  ['N .* P', 'N .* P', 'N \\odot P'],
  ['P ./ N', 'P ./ N', 'P \\oslash N'],
  ['N .^ 2', 'N .^ 2', 'N^{\\circ 2}'],
  ['mu * rho_2', 'mu * rho_2', '\\bar{\\mu} \\, \\rho_{2}'],
  ['[[1, 1], [1, 1]]', '[[1, 1], [1, 1]]', '\\begin{pmatrix} 1 & 1 \\\\ 1 & 1 \\end{pmatrix}'],
  ['[[1], [1]]', '[[1], [1]]', '\\begin{pmatrix} 1 \\\\ 1 \\end{pmatrix}'],
  ['sqrt(2) * [[1, 1]]', '[[sqrt(2), sqrt(2)]]', '\\begin{pmatrix} \\sqrt{2} & \\sqrt{2} \\end{pmatrix}'],
  ['[[1, 1], [1, 1]] * Q', '[[1, 1], [1, 1]] * Q', '\\begin{pmatrix} 1 & 1 \\\\ 1 & 1 \\end{pmatrix} \\, Q'],
  ['(-y)^3 + 2^(-y)', '(-y)^3 + 2^(-y)', '\\left(-y\\right)^{3} + 2^{-y}'],
])('%s', (formula, text, latex) => {
  const expression = parseFormula(formula, page)
  expect(toText(expression)).toBe(text)
  expect(toLatex(expression)).toBe(latex)
})

test.each([
  ['i[1:3]', 'i[1:3]', 'i_{1:3}'],
  ['i[2:4] * x[1:3]', '(1 + i[1:3]) * x[1:3]', '\\left(1 + i_{1:3}\\right) \\odot x_{1:3}'],
  ['sum(i)', 'sum(i)', '\\sum_i i'],
])('a part of the indices, %s, names its length', (formula, text, latex) => {
  const expression = parseFormula(formula, page)
  expect(toText(expression, false, 5)).toBe(text)
  expect(toLatex(expression, false, 5)).toBe(latex)
})

describe('what is printed reads back', () => {
  test.each<[string, fc.Arbitrary<Formula>]>([
    ['scalars', scalarFormula],
    ['vectors', vectorFormula],
  ])('%s', (_, formulas) => {
    fc.assert(
      fc.property(formulas, values, fc.boolean(), ({ text }, at, keepNames) => {
        const { k, m, M } = scope.constants!
        const bindings = {
          ...at,
          ...mathematicalConstants,
          k: k as number,
          m: m as number[],
          M: (M as number[][]).flat(),
        }
        const expression = parseFormula(text, { ...scope, keepNames })
        const printed = toText(expression)
        fc.pre(!printed.includes('…')) // too long to print whole
        const again = parseFormula(printed, { ...scope, keepNames })
        const expected = evaluate(expression, bindings)
        evaluate(again, bindings).forEach((value, n) => {
          expect(Math.abs(value - expected[n])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected[n])))
        })
      }),
    )
  })
})

test('a page keeps its constants as written, and computes with their values', () => {
  const kept = parseFormula('sqrt(2) * y + x[floor(pi)]', page)
  expect(toText(kept)).toBe('sqrt(2) * y + x[3]')
  expect(toText(parseFormula('sqrt(2)', { ...page, keepNames: false }))).toBe('1.4142135623730951')
})

test('a vector of equal elements is one of them where a scalar does, else a list', () => {
  const equal = parseFormula('[y, y]', page)
  expect([toText(equal), toText(equal, true), toLatex(equal, true)]).toEqual([
    'y',
    '[y, y]',
    '\\left(y, y\\right)',
  ])
})

test('derivatives print', () => {
  const value = parseFormula('-lambda/2*dot(z,z) + log(1 + dot(x,x))', page)
  expect(toText(gradient(value, variable('z', [5])))).toBe('-lambda * z')
  expect(toText(gradient(value, variable('x', [5])))).toBe('2 / (1 + dot(x, x)) * x')
})

test('what is shared does not make endless text', () => {
  let value = variable('y')
  for (let k = 0; k < 60; k++) {
    value = parseFormula('sin(a) + cos(a)', { place: 'test', variables: {}, definitions: { a: value } })
  }
  expect(toText(value).length).toBeLessThan(11_000)
  expect(toLatex(value).length).toBeLessThan(11_000)
})
