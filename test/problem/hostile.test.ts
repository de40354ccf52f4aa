/** Thousands of hostile pages: each ends in a clear error or compiles, and none reaches anything else. */
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { parsePage } from '../../src/problem/page.ts'
import { seededRandom } from '../../src/problem/sample.ts'

const PAGES = 3000
const SEED = 20261122

const formulas = [
  'constructor',
  'constructor.constructor("return process")()',
  '__proto__',
  'x.__proto__.polluted = 1',
  'x.constructor',
  'toString',
  'hasOwnProperty("a")',
  'import({ a: 1 })',
  'import("fs")',
  'createUnit("foo")',
  'evaluate("1+1")',
  'parse("x")',
  'simplify("x")',
  'derivative("x^2", "x")',
  'f(x) = x',
  'a = 1',
  'y = 1; y',
  '"text"',
  "'text'",
  '`text`',
  `$${'{process.exit(1)}'}`,
  '*/ process.exit(1) /*',
  'x; process.exit(1)',
  '(() => process.exit(1))()',
  'function(){}',
  'sqrt(-1)',
  'log(-1)',
  '(-1)^0.5',
  'i',
  'i * y',
  '5 cm',
  '3 kg * y',
  'Infinity',
  'NaN',
  'null',
  'undefined',
  'true',
  '1 / 0',
  '1e999',
  '9'.repeat(400),
  `${'('.repeat(500)}y${')'.repeat(500)}`,
  `${'['.repeat(300)}1${']'.repeat(300)}`,
  `${'-'.repeat(3000)}y`,
  `y${'+y'.repeat(3000)}`,
  `y${'^y'.repeat(500)}`,
  `${'sin('.repeat(150)}y${')'.repeat(150)}`,
  'x[1e9]',
  'x[0]',
  'x[-1]',
  'x[1.5]',
  'x[1:1e9]',
  'x["constructor"]',
  'x[y]',
  '[x, x]',
  '[]',
  '[[1, 2], [3]]',
  '{a: 1}.a',
  'ones(1e9)',
  'zeros(1e9, 1e9)',
  'range(1, 1e12)',
  'factorial(1e6)',
  'random()',
  'config({})',
  'typed("a", {})',
  'map(x, f)',
  '\u202ey',
  'у', // Cyrillic
  'y\u0000',
  '𝒚 + 1',
  'x̄',
  'y ⁄ 2',
  '∑x',
  '# comment',
  'y // 2',
  'y %',
  "x'",
  'y!',
  'max()',
  'min(x, [1])',
  'if(y, x, 1)',
  'y ? x',
  'dot(x, 1)',
  'diag(diag(x))',
  'transpose(y)',
  'sum(z) * y - gradU[1]',
  'kappa * (y - y^3)',
]

const keys = [
  'id',
  'title',
  'settings',
  'let',
  'x0',
  'noiseDim',
  'drift',
  'diffusion',
  'correlation',
  'driver',
]
const oddKeys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'then',
  'default',
  'x',
  '',
  ' ',
  'sett\u0000ings',
]
const oddValues = [
  null,
  true,
  {},
  [],
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  [[]],
  [1, [2]],
  { value: 1 },
  { dim: 2 },
  'a'.repeat(20_000),
  [1, 2],
  [
    [1, 0.5],
    [0.5, 1],
  ],
]

function hostilePage(random: () => number): unknown {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]
  const formula = () =>
    random() < 0.4 ? pick(['0', '1', 'x', 'sum(x)', 'y', 'dot(z, z)', 't']) : pick(formulas)
  const page: Record<string, unknown> = {
    id: 'hostile',
    settings: { dim: pick([1, 2, 3, 7]), horizon: 1, kappa: random() },
    x0: random() < 0.8 ? 1 : formula(),
    drift: random() < 0.7 ? '0' : formula(),
    diffusion: random() < 0.7 ? '1' : formula(),
    driver: formula(),
    terminal: random() < 0.7 ? 'sum(x)' : formula(),
  }
  if (random() < 0.2) page.let = { s: formula(), r: 's' }
  if (random() < 0.2) page.exact = formula()
  if (random() < 0.1) page.correlation = random() < 0.5 ? random() * 3 - 1.5 : formula()
  if (random() < 0.2) page[pick(keys)] = pick(oddValues)
  if (random() < 0.1) Object.defineProperty(page, pick(oddKeys), { value: pick(oddValues), enumerable: true })
  if (random() < 0.05) delete page[pick(keys)]
  return page
}

/** The outcome: an error's message, or null where the page compiles. */
async function outcome(text: string, format: 'yaml' | 'json'): Promise<string | null> {
  try {
    await compileProblem(await parsePage(text, format))
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(`${text.slice(0, 400)}\n${(error as Error).stack}`)
    return error.message
  }
}

describe('hostile pages', () => {
  it(`${PAGES} generated ones compile or say in one line what is wrong`, async () => {
    const random = seededRandom(SEED)
    let compiled = 0
    for (let k = 0; k < PAGES; k++) {
      const page = JSON.stringify(hostilePage(random))
      const message = await outcome(page, random() < 0.5 ? 'json' : 'yaml')
      if (message === null) compiled++
      else {
        expect(message.length, message).toBeLessThan(1500)
        expect(message, page.slice(0, 300)).toMatch(/^(page\.\w+|hostile|[\w.-]+): ./)
        expect(message).not.toMatch(/\n/)
      }
    }
    // Both kinds occur, or the test shows nothing.
    expect(compiled).toBeGreaterThan(PAGES / 20)
    expect(compiled).toBeLessThan(PAGES / 2)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('refuses every hostile formula as a whole page of it', async () => {
    for (const formula of formulas) {
      const page = { settings: { dim: 2, horizon: 1 }, x0: 1, drift: formula, diffusion: formula }
      const text = JSON.stringify({ ...page, driver: formula, terminal: formula, let: { s: formula } })
      // No formula fits all of these places.
      expect(await outcome(text, 'json'), formula.slice(0, 80)).not.toBeNull()
    }
  })

  it('reads random bytes and cut-off pages to an error', async () => {
    const random = seededRandom(SEED + 1)
    const whole =
      'settings: { dim: 2, horizon: 1 }\nx0: 0\ndrift: "0"\ndiffusion: "1"\ndriver: "y"\nterminal: "sum(x)"\n'
    expect(await outcome(whole, 'yaml')).toBeNull()
    for (let k = 0; k < 300; k++) {
      const bytes = Array.from({ length: 40 }, () => String.fromCodePoint(Math.floor(random() * 0x2ff))).join(
        '',
      )
      const at = Math.floor(random() * whole.length)
      await outcome(bytes, random() < 0.5 ? 'json' : 'yaml')
      await outcome(whole.slice(0, at), 'yaml')
      await outcome(whole.slice(0, at) + bytes + whole.slice(at), 'yaml')
    }
  })
})
