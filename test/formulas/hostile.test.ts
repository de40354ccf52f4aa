/** Untrusted text ends in a UserError or in an expression, soon, and reaches nothing else. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { variable } from '../../src/formulas/build.ts'
import { generateBatchFunction } from '../../src/formulas/generate.ts'
import { gradient } from '../../src/formulas/gradient.ts'
import { functionNames } from '../../src/formulas/language.ts'
import { loadParser, parseFormula } from '../../src/formulas/parse.ts'
import { toLatex, toText } from '../../src/formulas/print.ts'
import { seedCount } from '../support/night.ts'
import { processorSeconds } from '../support/processor.ts'

beforeAll(loadParser)

const scope = {
  place: 'hostile',
  variables: { t: [], y: [], x: [6] } as const,
  constants: { k: 2, m: [1, 2, 3, 4, 5, 6] },
}

/** Reads a text; what is read must also differentiate, print and generate. True if it is a formula. */
function survives(text: string): boolean {
  let value: ReturnType<typeof parseFormula>
  try {
    value = parseFormula(text, scope)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    expect(error.message.startsWith('hostile: ')).toBe(true)
    expect(error.message.length).toBeLessThan(1000)
    expect(error.message).not.toMatch(/[\n\r]/)
    return false
  }
  toText(value)
  toLatex(value)
  const x = variable('x', [6])
  const inputs = [
    { name: 'y', shape: [] },
    { name: 'x', shape: [6] },
  ] as const // prettier-ignore
  const outputs = value.shape.length === 0 ? [value, gradient(value, x)] : [value]
  const source = generateBatchFunction({ inputs, outputs })
  // nothing of the text gets into the source: only what the generator wrote itself
  const words = new Set(source.match(/[A-Za-z_$][\w$]*/g))
  for (const word of words) expect(word).toMatch(allowedWord)
  return true
}

const allowedWord =
  /^(use|strict|const|let|new|Float64Array|Math|return|function|batch|for|if|row|count|t|fill|else|e\d*|abs|sign|sqrt|cbrt|exp|log|log1p|expm1|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|floor|max|min|pow|erf|erfSmall|erfcLarge|normcdf|[a-z]|[a-z]\d+(_\d)?)$/

const tricks = [
  'constructor',
  '__proto__',
  'x.constructor',
  'x["constructor"]',
  'x.__proto__.polluted',
  '(1).constructor',
  'f = x.constructor',
  'cos.constructor("return process")()',
  'import("fs")',
  'import({a: 1})',
  'createUnit("foo")',
  'eval("1")',
  'evaluate("1")',
  'parse("1")',
  'simplify("x")',
  'derivative("x^2", "x")',
  'process.exit(1)',
  'globalThis',
  'this',
  'window',
  'require("fs")',
  'new Date()',
  '() => 1',
  'function () {}',
  'x => x',
  '`$' + '{1}`',
  '[1].map(x)',
  'map([1], f)',
  'f(x) = f(x)',
  'y = y',
  'y += 1',
  'y++',
  'a.b.c.d',
  'x[1] = 2',
  'x[constructor]',
  'x["__proto__"]',
  '{a: 1}.a',
  '{"__proto__": 1}',
  '{constructor: 1}',
  'chain(1)',
  'typed("f", 1)',
  'unit("5 cm")',
  '5 cm to inch',
  '5 kg',
  'bignumber(1)',
  'complex(1, 2)',
  'i',
  '2i',
  'sqrt(-1)',
  '(-8)^(1/3)',
  'log(-1)',
  'asin(2)',
  '0/0',
  '1/0',
  '-1/0',
  '0^-1',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'null',
  'true',
  'false',
  'help(sin)',
  'config({})',
  'random()',
  'randomInt(1)',
  'x;y',
  'x\ny',
  'x\r\ny',
  '# comment',
  'x # comment',
  '//',
  '/* */',
  'x!',
  '5!!',
  "x'",
  "x''''",
  "'x'",
  '"x',
  "'x",
  'x[',
  'x]',
  '(((',
  ')))',
  '[[[',
  ']',
  '()',
  '(,)',
  'sin(',
  'sin()',
  'sin(,)',
  'sin(x,)',
  '[,]',
  '[1,]',
  '[;]',
  'x[,]',
  'x[]',
  'x[1,]',
  'x[:',
  'x[::]',
  'x[1:0:2]',
  'x[-1]',
  'x[1e308]',
  'x[end+1]',
  'x[2^53]',
  'x[[1,2]]',
  'x[x]',
  'x[1][1]',
  '1..2',
  '1e',
  '1e+',
  '0x',
  '0b102',
  '0o9',
  '1.2.3',
  '..',
  '...',
  '?',
  ':',
  '? :',
  'y ? 1',
  'y ? : 1',
  'y ?? 1',
  'x?.y',
  '@',
  '$',
  '$x',
  '_',
  '__',
  '%',
  '5 % 3',
  '5%',
  '%5',
  '&',
  '|',
  '~y',
  'y & 1',
  'y | 1',
  'y << 1',
  'y >>> 1',
  'y -> t',
  'y in t',
  'y to t',
  'not',
  'and',
  'not not not y',
  '----y',
  '+-+-y',
  '2^-2^-2',
  '\\u0061',
  '\u0000',
  'y\u0000',
  '\ufeffy',
  'y\u202ex',
  '\ud800',
  '😀',
  'π',
  'λ',
  'x₁',
  'ｙ',
  'é',
  '１',
  'y\u00a0+ t',
  '∞',
  '√2',
  'y²',
  'mod(1, 0)',
  'x / 0',
  'max(x, [1])',
  'dot(x)',
  'norm()',
  'prod(m)^1000',
  'exp(1000)',
  'k^k^k^k^k^k^k',
  '1e308*10',
  'concat()',
  'concat(x, [[1]])',
  'transpose(transpose([[1,2]]))',
  'diag(diag(x))',
  '[[1,2],[3,[4]]]',
  '[[x]]',
  '[[],[]]',
] // prettier-ignore

test.each(tricks)('%j', (text) => {
  survives(text)
  expect({}).not.toHaveProperty('polluted')
})

describe('size', () => {
  const deep = (open: string, inner: string, close: string, n: number) =>
    open.repeat(n) + inner + close.repeat(n)
  test.each<[string, string, boolean]>([
    ['megabytes', 'y+'.repeat(1_000_000), false],
    ['megabytes of space', ' '.repeat(1_000_000), false],
    ['a long sum', Array(3000).fill('y*t').join('+'), true],
    ['a long sum of different terms', Array.from({ length: 2000 }, (_, k) => `${k}*y`).join('+'), true],
    ['a long product', Array(1500).fill('sin(y)').join('*'), true],
    [
      'a longer chain',
      Array.from({ length: 3000 }, (_, k) => `y^${k}`)
        .join('+')
        .slice(0, 19_997),
      false,
    ],
    ['brackets', deep('(', 'y', ')', 190), true],
    ['more brackets', deep('(', 'y', ')', 201), false],
    ['many brackets', '('.repeat(20_000), false],
    ['calls', deep('sin(', 'y', ')', 190), true],
    ['lists', deep('[', 'y', ']', 200), false],
    ['signs', `${'-'.repeat(19_000)}y`, false],
    ['not', `${'not '.repeat(4_000)}y`, false],
    ['powers', Array(9_000).fill('y').join('^'), false],
    ['conditionals', `${'y?1:'.repeat(4_000)}0`, false],
    ['a long list', `sum([${Array.from({ length: 2500 }, (_, k) => `y*${k}`).join(',')}])`, true],
    ['a long number', `0.${'1'.repeat(19_000)}`, true],
    ['a long name', 'y'.repeat(19_000), false],
    ['comparisons', Array(5_000).fill('y').join('<'), false],
    ['indices', 'x[1]'.repeat(4_000), false],
    ['ranges', `x${'[1:6]'.repeat(3_000)}`, false],
    ['transposes', `y${"'".repeat(15_000)}`, false],
  ])('%s', (_, text, isFormula) => {
    const before = process.cpuUsage()
    expect(survives(text)).toBe(isFormula)
    expect(processorSeconds(before)).toBeLessThan(5)
  })

  test('definitions that double do not', () => {
    let a = variable('x', [6])
    for (let k = 0; k < 90; k++) {
      a = parseFormula('sin(a) * a + a[2] * cos(a)', { ...scope, definitions: { a } })
    }
    const value = parseFormula('sum(a)', { ...scope, definitions: { a } })
    const outputs = [value, gradient(value, variable('x', [6]))]
    expect(generateBatchFunction({ inputs: [{ name: 'x', shape: [6] }], outputs }).length).toBeLessThan(1e6)
  })
})

describe('generated texts', () => {
  const words = [
    ...functionNames,
    'x',
    'y',
    't',
    'k',
    'm',
    'i',
    'e',
    'pi',
    'end',
    'foo',
    'constructor',
    '__proto__',
    'mod',
    'and',
    'or',
    'not',
    'to',
    '+',
    '-',
    '*',
    '/',
    '^',
    '.*',
    './',
    '.^',
    '(',
    ')',
    '[',
    ']',
    ',',
    ':',
    '?',
    '<',
    '<=',
    '==',
    '!=',
    "'",
    '!',
    '%',
    '.',
    ';',
    '=',
    '0',
    '1',
    '2',
    '6',
    '1.5',
    '1e3',
    ' ',
    '\n',
    '"',
  ] // prettier-ignore
  test('words in any order', () => {
    let formulas = 0
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 14 }), (parts) => {
        if (survives(parts.join(''))) formulas++
        survives(parts.join(' '))
      }),
      { numRuns: 2000 },
    )
    expect(formulas).toBeGreaterThan(10)
  })

  test('any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        survives(text)
      }),
      { numRuns: seedCount(300, 1000) },
    )
  })

  test('calls of every function with anything', () => {
    const argument = fc.constantFrom(
      'x',
      'y',
      't',
      'm',
      'k',
      '0',
      '-1',
      '[y, t]',
      '[[y, t], [1, 2]]',
      'x[2]',
      'x[1:3]',
      'x > 0',
      'diag(x)',
      'diag(m)',
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...functionNames),
        fc.array(argument, { maxLength: 4 }),
        argument,
        (name, args, other) => {
          survives(`${name}(${args.join(', ')})`)
          survives(`${name}(${args.join(', ')}) * ${other}`)
        },
      ),
      { numRuns: seedCount(700, 1500) },
    )
  }) // prettier-ignore
})
