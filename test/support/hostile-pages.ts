/** Pages that somebody wrote to break us: formulas of other languages, keys of objects, values of the wrong kind. */
import type { Random } from '../../src/problem/sample.ts'

export const hostileFormulas = [
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

/** A page of an equation with any of its formulas, keys and values wrong. */
export function hostileEquation(random: Random): Record<string, unknown> {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]
  const formula = () =>
    random() < 0.4 ? pick(['0', '1', 'x', 'sum(x)', 'y', 'dot(z, z)', 't']) : pick(hostileFormulas)
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

const BENIGN: readonly Record<string, unknown>[] = [
  {
    settings: { dim: 2, horizon: 1, kappa: 0.5 },
    let: { s: 'sum(x)' },
    x0: 1,
    drift: '0.1 * x',
    diffusion: '0.2',
    driver: 'kappa * (y - y^3) + sum(z)',
    terminal: 's',
    range: [-3, 3],
  },
  {
    settings: { dim: 2, horizon: 1 },
    controlDim: 1,
    x0: [1, 0],
    drift: '[x[2], a[1] - x[1]]',
    diffusion: '[0, 0.2]',
    controlSet: { kind: 'box', low: -1, high: 1 },
    runningCost: 'dot(x, x) + a[1]^2',
    terminalCost: 'dot(x, x)',
  },
  {
    settings: { dim: 2, horizon: 1 },
    x0: 1,
    drift: '0.05 * x',
    diffusion: '0.2 * x',
    driver: '-0.05 * y',
    stopping: { payoff: 'max(1 - mean(x), 0)', dates: 2 },
  },
]

/** A good page of any kind with up to three faults. */
export function damagedPage(random: Random): Record<string, unknown> {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]
  const page = structuredClone(pick(BENIGN))
  const owners = [
    page,
    ...Object.values(page).filter((value) => typeof value === 'object' && !Array.isArray(value)),
  ]
  for (let k = Math.floor(random() * 4); k > 0; k--) {
    const owner = pick(owners) as Record<string, unknown>
    const key = random() < 0.85 ? pick(Object.keys(owner).concat('id')) : pick([...keys, ...oddKeys])
    const fault = random()
    if (fault < 0.15) delete owner[key]
    else {
      const value =
        fault < 0.55
          ? pick(hostileFormulas)
          : fault < 0.7
            ? pick(['t', 'x', 'y', '2', 'x[1] * t', 'a'])
            : pick(oddValues)
      Object.defineProperty(owner, key, { value, enumerable: true, writable: true, configurable: true })
    }
  }
  return page
}
