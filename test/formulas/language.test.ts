import { beforeAll, describe, expect, test } from 'vitest'
import { iota } from '../../src/formulas/build.ts'
import { evaluate } from '../../src/formulas/evaluate.ts'
import { freeVariables } from '../../src/formulas/expression.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'

beforeAll(loadParser)

const scope = {
  place: 'my-page driver',
  variables: { t: [], y: [], x: [4], A: [2, 3] } as const,
  constants: {
    dim: 4,
    lambda: 2,
    m: [1, 2, 3, 4],
    M: [
      [1, 2, 3, 4],
      [0, 1, 0, 1],
    ],
    n: 2,
  }, // prettier-ignore
  definitions: { i: iota(4) },
}
const bindings = { t: 0.5, y: -2, x: [3, -1, 4, 2], A: [1, 2, 3, 4, 5, 6] }

function value(text: string): number[] {
  return [...evaluate(parseFormula(text, scope), bindings)]
}

function error(text: string): string {
  try {
    parseFormula(text, scope)
  } catch (thrown) {
    expect((thrown as Error).name).toBe('UserError')
    return (thrown as Error).message
  }
  throw new Error(`no error for ${text}`)
}

describe('formulas and their values', () => {
  test.each<[string, number[]]>([
    // arithmetic, precedence, implicit products with a number
    ['-2^2', [-4]],
    ['2^3^2', [512]],
    ['1 - 2 - 3', [-4]],
    ['8 / 2 / 2', [2]],
    ['2y', [-4]],
    ['2(y + 1)', [-2]],
    ['2 y^2', [8]],
    ['-lambda/2*y', [2]],
    ['+y', [-2]],
    ['1e-3 + .5 + 16', [16.501]],
    ['y \n + t', [-1.5]],
    ['2*pi + e', [2 * Math.PI + Math.E]],
    // logic
    ['y < 0', [1]],
    ['(y < 0) * 3', [3]],
    ['0 < t <= 0.5', [1]],
    ['y > 0 or not (t == 1)', [1]],
    ['y != -2 and y == -2', [0]],
    ['if(y > 0, 1, if(t > 0, 2, 3))', [2]],
    ['y > 0 ? 1 : t > 0 ? 2 : 3', [2]],
    ['7 mod 4 + mod(-1, 4)', [6]],
    // vectors
    ['x + 1', [4, 0, 5, 3]],
    ['x * m', [3, -2, 12, 8]],
    ['x .* m', [3, -2, 12, 8]],
    ['x ./ m', [3, -0.5, 4 / 3, 0.5]],
    ['x^2', [9, 1, 16, 4]],
    ['x .^ 2 / 2', [4.5, 0.5, 8, 2]],
    ['2^x', [8, 0.5, 16, 4]],
    ['max(x, 0)', [3, 0, 4, 2]],
    ['max(x, 0, 2.5)', [3, 2.5, 4, 2.5]],
    ['if(x > 0, x, -x)', [3, 1, 4, 2]],
    ['[y, 1, t]', [-2, 1, 0.5]],
    ['if(mod(i, 2) == 1, 1, 0.5)', [1, 0.5, 1, 0.5]],
    ['concat(x[3:4], y, [1, 2])', [4, 2, -2, 1, 2]],
    // reductions
    ['sum(x)', [8]],
    ['prod(x)', [-24]],
    ['mean(x)', [2]],
    ['max(x)', [4]],
    ['min(x)', [-1]],
    ['norm(x)', [Math.sqrt(30)]],
    ['dot(x, m)', [21]],
    ['sum(i)', [10]],
    ['sum(M)', [12]],
    // indices
    ['x[1]', [3]],
    ['x[end]', [2]],
    ['x[dim - 1]', [4]],
    ['x[n:end]', [-1, 4, 2]],
    ['x[1:2:4]', [3, 4]],
    ['x[2:2]', [-1]],
    ['x[:]', [3, -1, 4, 2]],
    ['x[2:4][2]', [4]],
    ['(x + m)[3]', [7]],
    ['M[1, 3]', [3]],
    ['M[2, :]', [0, 1, 0, 1]],
    ['M[:, 2]', [2, 1]],
    ['A[2, 2:3]', [5, 6]],
    ['m[n]', [2]],
    // matrices
    ['M * x', [21, 1]],
    ['transpose(M) * [1, y]', [1, 0, 3, 2]],
    ["M' * [1, y]", [1, 0, 3, 2]],
    ['A * [1, 1, y]', [-3, -3]],
    ['(A * transpose(A))[1, 2]', [32]],
    ['diag(m) * x', [3, -2, 12, 8]],
    ['diag(m)[2, 2] + diag(m)[1, 2]', [2]],
    ['[[y, 1], [0, t]] * [1, 2]', [0, 1]],
    ['[[1, 2], [3, 4]] * y', [-2, -4, -6, -8]],
    ['[1, 2; 3, 4] * [1, 1]', [3, 7]],
    ['(2 * M) * x', [42, 2]],
  ])('%s', (text, expected) => {
    const actual = value(text)
    expect(actual).toHaveLength(expected.length)
    for (const [k, number] of expected.entries()) expect(actual[k]).toBeCloseTo(number, 12)
  })
})

describe('errors name the place, what was found and what to write', () => {
  test.each<[string, string]>([
    [
      'lamda * y',
      'unknown name "lamda" at column 1. Did you mean "lambda"? Known names: t, y, x, A, i, dim, lambda, m, M, n, pi, e.',
    ],
    ['max(a, y)', 'unknown name "a" at column 5'],
    ['sine(y)', 'unknown function "sine" at column 1. Did you mean "sin"?'],
    ['ln(y)', 'unknown function "ln" at column 1. Write log(x).'],
    ['lambda(y + 1)', 'lambda is a value, not a function. Write * to multiply.'],
    ['sin', 'sin is a function: write its argument in parentheses, as in sin(x).'],
    ['sin y', 'there is no operator between sin and y. Write sin(y) to call sin.'],
    ['t y', 'there is no operator between t and y. Write *.'],
    [
      '3 cm',
      'unknown name "cm" at column 3. Give it under settings (a number) or let (a formula). Known names:',
    ],
    ['T * y', 'unknown name "T" at column 1. Did you mean "t"?'],
    ['ip * y', 'Did you mean "pi"?'],
    ['y − y^3', 'unexpected character − (U+2212) at column 3. Write -.'],
    ['y²', 'unexpected character ² (U+00b2) at column 2. Write ^2.'],
    ['½ * y', 'unexpected character ½ (U+00bd) at column 1. Write 0.5.'],
    ['х[1]', 'unexpected character х (U+0445) at column 1. It is a Cyrillic letter. Write x.'],
    ['2 * π', 'unexpected character π (U+03c0) at column 5. Write pi.'],
    ['x₁', 'unexpected character ₁ (U+2081) at column 2. Write 1, or [1] for a component.'],
    ['y · t', 'unexpected character · (U+00b7) at column 3. Write *.'],
    ['é', 'unexpected character é (U+00e9) at column 1. Names are written in the letters a–z and A–Z.'],
    ['😀', 'unexpected character 😀 (U+1f600) at column 1.'],
    ['1e400 * y', '1e400 is too large: numbers are finite up to 1.8e+308.'],
    ['Infinity', 'Infinity is not a finite real number.'],
    ['1/2y', 'there is no operator between 1 / 2 and y. Write *.'],
    ['1/(2)y', 'can be read in two ways. Write parentheses.'],
    ['y / 2 t', 'can be read in two ways. Write parentheses.'],
    ['sqrt(-1)', 'sqrt(-1) is NaN, which is not a finite real number.'],
    ['log(0) + y', 'log(0) is -Infinity, which is not a finite real number.'],
    ['1/0', 'is Infinity'],
    ['y!', 'operator ! is not part of the language. Operators: + - *'],
    ['5%', 'write mod(a, b), or a / 100 for per cent'],
    ['x % 2', 'write mod(a, b), or a / 100 for per cent'],
    ['a = 3', 'an assignment; == compares'],
    ['f(q) = q', 'a function definition'],
    ['true', 'not a number'],
    ['null', 'not a number'],
    ['NaN', 'not a finite real number'],
    ['1:3', 'a range stands only in an index, as in x[1:5].'],
    ['y xor t', 'operator xor is not part'],
    ['y to t', 'operator to is not part'],
    ['~y', 'operator ~ is not part'],
    ['(y', 'cannot read the formula at column 3'],
    ['y +', 'cannot read the formula at column 4'],
    ['', 'the formula is empty. Write 0 for nothing.'],
    ['  ', 'the formula is empty'],
    ['y # comment', 'unexpected character # at column 3'],
    ['y; t', 'several formulas'],
    ['"y"', 'unexpected character " at column 1'],
    ['{y: 1}', 'unexpected character {'],
    ['y\u200b', 'unexpected character U+200b'],
    // shapes
    ['x + [1, 2]', 'vector[4] and vector[2] do not fit together, in x + [1, 2].'],
    ['dot(x, 1)', 'dot needs two vectors of one length, got vector[4] and scalar'],
    ['sum(y)', 'sum needs a vector, got a scalar, in sum(y).'],
    ['max(y)', 'max needs a vector, or two values or more, got a scalar'],
    ['mean(y)', 'mean needs a vector, got a scalar'],
    ['norm(y)', 'norm needs a vector, got a scalar'],
    ['max()', 'max needs a vector, or two values or more, got nothing.'],
    ['M * [1, 2]', 'matrix[2×4] times vector[2] is not defined'],
    ['x * M', 'a vector times a matrix is not defined; write transpose(M) * v'],
    ['M * M', 'matrix[2×4] times matrix[2×4] is not defined'],
    ['y / M', 'there is no division by a matrix'],
    ['M^2', 'there is no power of a matrix'],
    ['transpose(x)', 'transpose needs a matrix, got a vector[4]'],
    ['diag(M)', 'diag needs a vector, got a matrix[2×4]'],
    ['[x, y]', 'element 1 of [x, y] is a vector[4], not a scalar.'],
    ['[[1, 2], [3]]', 'the rows of [[1, 2], [3]] differ in length.'],
    ['[]', 'a vector has at least one element'],
    // indices
    ['x[5]', 'x[5]: an index is an integer from 1 to 4, got 5.'],
    ['x[0]', 'an index is an integer from 1 to 4, got 0.'],
    ['x[1.5]', 'got 1.5'],
    ['x[y]', 'x[y]: an index is a constant integer, got y.'],
    ['x[3:2]', 'the range 3:2 is empty'],
    ['x[1:9]', 'from 1 to 4, got 9'],
    ['x[1, 2]', 'a vector[4] takes one index, got 2.'],
    ['M[1]', 'a matrix[2×4] takes two indices, got 1.'],
    ['M[1:2, 1:2]', 'take a row M[1, :], a column M[:, 1] or an element'],
    ['y[1]', 'y is a scalar and has no elements.'],
    ['end', 'unknown name "end"'],
    ['x.y', 'a formula has no properties. Write * to multiply.'],
    // arguments
    ['sin(y, t)', 'sin takes 1 argument, got 2.'],
    ['if(y, t)', 'if takes 3 arguments, got 2.'],
    ['atan2(y)', 'atan2 takes 2 arguments, got 1.'],
  ])('%s', (text, message) => {
    const got = error(text)
    expect(got).toMatch(/^my-page driver: /)
    expect(got).toContain(message)
  }) // prettier-ignore

  test('a formula that is no text', () => {
    for (const [text, got] of [
      [null, 'null'],
      [undefined, 'undefined'],
      [3, 'number'],
      [{}, 'object'],
      [[], 'object'],
    ] as const) {
      expect(error(text as unknown as string)).toBe(
        `my-page driver: a formula is text, got ${got}. Put it in quotes.`,
      )
    }
  })

  test('settings that are no numbers', () => {
    for (const bad of [
      '1',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [],
      [[]],
      [1, '2'],
      [[1, 2], [3]],
      null,
      {},
    ]) {
      const constants = { k: bad as number }
      expect(() => parseFormula('k', { place: 'page driver', variables: {}, constants })).toThrow(
        'page driver: setting k must be a finite number, a list of them, or a list of equally long rows of them.',
      )
    }
  })
})

describe('names', () => {
  test('variables come before definitions, definitions before constants, all before pi and e', () => {
    const read = (names: string) => {
      const [variables, constants, definitions] = names.split(' ').map((list) => list.split(''))
      const e = parseFormula('e', {
        place: 'test',
        variables: Object.fromEntries(variables.map((name) => [name, [] as const])),
        constants: Object.fromEntries(constants.map((name) => [name, 5])),
        definitions: Object.fromEntries(definitions.map((name) => [name, iota(3)])),
      })
      return e.kind
    }
    expect(read('e e e')).toBe('variable')
    expect(read('a e e')).toBe('iota')
    expect(read('a e b')).toBe('constant')
    expect(read('a b c')).toBe('constant')
  })

  test('a setting may be named as a function, or as i', () => {
    const page = { place: 'test', variables: {}, constants: { max: 2, i: 3 } }
    expect(evaluate(parseFormula('max(max, i)', page))[0]).toBe(3)
  })

  test('an index may be a formula of settings, but not of a variable that hides one', () => {
    const constants = { n: 2, t: 1 }
    const page = { place: 'test', variables: { t: [], x: [4] } as const, constants }
    for (const keepNames of [false, true]) {
      const value = parseFormula('x[2*n - 1]', { ...page, keepNames })
      expect(evaluate(value, { x: [5, 6, 7, 8] })[0]).toBe(7)
      expect(() => parseFormula('x[t]', { ...page, keepNames })).toThrow(
        'an index is a constant integer, got t',
      )
    }
  })

  test('simplification forgets variables that do not matter', () => {
    const page = { place: 'test', variables: { x: [4], y: [], t: [] } as const }
    expect([...freeVariables([parseFormula('0 * x[1] + y + (t - t)', page)])]).toEqual(['y'])
  })

  test('i is the imaginary unit nowhere', () => {
    expect(() => parseFormula('i^2', { place: 'test', variables: {} })).toThrow('unknown name "i"')
  })

  test('names that objects have by nature are unknown', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype']) {
      expect(error(name)).toContain(`unknown name "${name}"`)
      expect(error(`${name}(y)`)).toContain(`unknown function "${name}"`)
    }
  })
})
