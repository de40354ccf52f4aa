/** Pages of up to a megabyte that ask for minutes or gigabytes, each as text. */
import { byDay } from '../support/night.ts'

const MEGABYTE = 1_000_000

const head = 'settings: { dim: 2, horizon: 1 }\nx0: 0\ndrift: "0"\ndiffusion: "1"\n'
const page = (rest: string) => `${head}terminal: "sum(x)"\n${rest}`
const driver = (formula: string) => page(`driver: "${formula}"\n`)
const named = (first: string, step: (before: string) => string, levels: number, last: string) => {
  const lines = Array.from({ length: levels }, (_, k) => `  m${k + 1}: "${step(`m${k}`)}"`)
  return page(
    `let:\n  m0: "${first}"\n${lines.join('\n')}\ndriver: "${last.replaceAll('LAST', `m${levels}`)}"\n`,
  )
}
const many = (text: string, bytes = MEGABYTE) => text.repeat(Math.floor(bytes / text.length))
const lines = (line: (k: number) => string, bytes = MEGABYTE) => {
  let text = ''
  for (let k = 0; text.length < bytes - 100; k++) text += line(k)
  return text
}

/** What is repeated to a megabyte, and to forty kilobytes, as YAML and as JSON. */
const repeated = [
  ...[
    '? ',
    '[,',
    ',',
    '[',
    '{',
    ']',
    '}',
    '{a: ',
    '[a: ',
    '{? ',
    '[{',
    '{[',
    '- ',
    '-\n',
    '- - \n',
    'a: ',
    ': ',
  ],
  ...[
    'a:\n',
    'a\n',
    'a',
    ' ',
    '\n',
    '\t',
    '\r',
    '#\n',
    '#',
    '%',
    '%a\n',
    '!',
    '! ',
    '!a ',
    '&a ',
    '*a ',
    '---\n',
  ],
  ...[
    '...\n',
    '"',
    "'",
    '"\n',
    "'\n",
    '"a" ',
    '"\\n',
    '|',
    '|\n',
    '>\n',
    '- |\n',
    '- >\n ',
    '\\',
    '\\u',
    '`',
  ],
  ...[
    '0',
    '0x',
    '1e',
    '1,',
    '[1],',
    '"a":1,',
    '{"a":',
    '["a",',
    '\ufeff',
    '\u2028',
    '\u0000',
    '\ud800',
    '💣',
    'é',
  ],
  ...[
    'a b ',
    'a:b',
    '@',
    '<<: ',
    '[]',
    '{}',
    '[],',
    '{},',
    'null,',
    ',,',
    '[[1]]',
    '? a\n: b\n',
    ' \n',
    '\n ',
    '[\n',
  ],
]

const texts: Record<string, () => string> = {
  'different keys': () => lines((k) => `k${k}: 1\n`),
  'different keys in braces': () => `{${lines((k) => `k${k}: 1, `)}}`,
  'different settings': () => `settings:\n${lines((k) => `  k${k}: 1\n`)}`,
  'settings and let of the same names': () =>
    `settings:\n${lines((k) => `  k${k}: 1\n`, 5e5)}let:\n${lines((k) => `  k${k}: 1\n`, 5e5)}`,
  'ever deeper': () => lines((k) => `${' '.repeat(k)}a:\n`),
  'ever deeper lists': () => lines((k) => `${' '.repeat(2 * k)}-\n`),
  'a long key': () => `${many('a')}: 1\n`,
  'a long list': () => `x0: [${many('1,')}1]\n${page('driver: "y"\n')}`,
  'a long matrix': () => page(`driver: "y"\ncorrelation: [${many('[1,2],')}[1,2]]\n`),
  'a comment': () => page(`driver: "y" # ${many('a')}\n`),
  'a title': () => page(`driver: "y"\ntitle: "${many('a')}"\n`),
  'an id': () => page(`driver: "y"\nid: "${many('a')}"\n`),
  'lines of text': () => `title: |\n${many(' a\n')}`,
  'quoted lines': () => `title: "${many('a\n ')}"`,
  'an unknown key beside its like': () => `${many('driver')}: 1`,
}

const formulas: Record<string, () => string> = {
  'matrices squared': () => named('[[x[1], x[2]], [y, t]]', (m) => `${m} * ${m}`, 40, 'dot(LAST * x, x)'),
  'transposes of products': () =>
    named('[[x[1], x[2]], [y, t]]', (m) => `(${m} * ${m}')'`, 40, '(LAST * x)[1]'),
  'sums of squares of matrices': () =>
    named('[[x[1], x[2]], [y, t]]', (m) => `${m} * ${m} + ${m}'`, 40, '(LAST * x)[1]'),
  'elements of elements': () =>
    named('[y, t]', (m) => `[${m}[1] * ${m}[2], ${m}[2] + ${m}[1]]`, 150, 'LAST[1]'),
  'concatenations that double': () => named('x', (m) => `concat(${m}, ${m})`, 40, 'sum(sin(LAST))'),
  'maxima that double': () => named('y', (m) => `max(${m} * t, ${m} + t)`, 150, 'LAST'),
  'powers of powers': () => named('y', (m) => `${m} ^ ${m}`, 150, 'LAST'),
  'choices that double': () => named('y', (m) => `${m} > t ? ${m} * t : ${m} - t`, 150, 'LAST'),
  'long formulas': () =>
    page(
      `let:\n${Array.from({ length: 50 }, (_, k) => `  m${k}: "${many('sin(y)+', 19_900)}0"`).join('\n')}\ndriver: "m1"\n`,
    ),
  'a sum of thousands': () => driver(`${many('y*t+', 19_900)}0`),
  'a list of thousands': () => driver(`sum([${Array.from({ length: 3000 }, (_, k) => `y*${k}`).join(',')}])`),
  'elements of a list of thousands': () =>
    driver(`[${Array.from({ length: 1500 }, (_, k) => `y*${k}`).join(',')}]${'[1:end]'.repeat(1300)}[1]`),
  brackets: () => driver(`${'('.repeat(199)}y${')'.repeat(199)}`),
  'transposed often': () => driver(`sum([[1,2],[3,4]]${"'".repeat(19_000)} * x)`),
  signs: () => driver(`${'-'.repeat(19_000)}y`),
  conditions: () => driver(`${'y?1:'.repeat(4_000)}0`),
  'an index of an index': () => driver(`x[${'x['.repeat(190)}1${']'.repeat(190)}]`),
  'products of constant matrices': () =>
    page(`driver: "sum(${many('A*', 15_000)}A*x)"\n`).replace(
      'dim: 2, horizon: 1',
      `dim: 200, horizon: 1, A: [${Array.from({ length: 200 }, () => `[${Array.from({ length: 200 }, (_, k) => k % 3).join(',')}]`).join(',')}]`,
    ),
}

/** Pages in many dimensions, whose few formulas stand for much. */
const dimensions = (dim: number, formula: string, x0 = '0') =>
  `settings: { dim: ${dim}, horizon: 1 }\nx0: "${x0}"\ndrift: "0"\ndiffusion: "1"\nterminal: "sum(x)"\ndriver: "${formula}"\n`
const large: Record<string, () => string> = {
  'a matrix of a million rows': () => dimensions(1_000_000, 'sum(diag(x) * diag(x))'),
  'a product of constant matrices': () => dimensions(20_000, '((diag(x)*0+1) * (diag(x)*0+1))[1,1]'),
  'a sum of a dense matrix': () => dimensions(100_000, 'sum(diag(x) + 1)'),
  'a dense product': () => dimensions(3000, 'sum((diag(x) + y) * (diag(x) + t))'),
  'a start of a million': () => dimensions(1_000_000, 'y', 'sin(i) + cos(i)'),
  'a start through a matrix': () => dimensions(30_000, 'y', 'diag(i) * i'),
  'a start through a product': () => dimensions(1500, 'y', '(diag(i) + i[1]) * (diag(i) + i[2]) * i'),
  'a diffusion of a million squared': () =>
    dimensions(1_000_000, 'y').replace('diffusion: "1"', 'diffusion: "diag(x) + 1"'),
}

/** Pages that mean it: a million components, each by a formula, in every kind of motion and with every check; the dearest first. */
const million = (drift: string, diffusion: string, rest: string) =>
  `settings: { dim: 1000000, horizon: 1 }\nx0: 1\ndrift: "${drift}"\ndiffusion: "${diffusion}"\n${rest}`
const smooth = 'terminal: "1 / (2 + mean(x))"\ndriver: "y - y^3"\n'
const millions: Record<string, () => string> = {
  'a million of square roots that know each other': () => million('mean(x) - x', '0.2 * sqrt(x)', smooth),
  'a million with kinks at the end': () =>
    million('0.1 * x', '0.2 * x', 'terminal: "max(x[1] > 1 ? x[1] : 1, mean(x))"\ndriver: "norm(z)"\n'),
  'a million of powers': () => million('1 - x', '0.2 * x^0.75', smooth),
  'a million with a jump at the end': () =>
    million('0', '1', 'terminal: "mean(x) > 1 ? 1 : 0"\ndriver: "norm(z)"\n'),
  'a million of Brownian motions with an exact solution': () =>
    million('0', '1', `${smooth}exact: "1 / (2 + mean(x))"\n`),
  'a million of geometric motions': () => million('0.1 * x', '0.2 * x', smooth),
  'a million that return to their mean': () => million('1 - x', '0.2', smooth),
  'a million of square roots': () => million('1 - x', '0.2 * sqrt(x)', smooth),
  'a million of square roots that reach zero': () => million('t * (1 - x)', '0.9 * sqrt(x)', smooth),
  'a million with coefficients of t': () => million('x * exp(-t)', '0.2 * x * (1 + t)', smooth),
  'a million of nonlinear motions': () => million('sin(x)', '1 + 0.1 * tanh(x)', smooth),
  'a million with a declared curvature': () =>
    million('0', '1', 'terminal: "norm(x)"\ndriver: "norm(z)"\ncurvature: convex\n'),
}

export interface Bomb {
  name: string
  /** Made when it is needed: together they are hundreds of megabytes. */
  text: () => string
  format: 'yaml' | 'json'
}

export function bombs(): Bomb[] {
  const written = (group: Record<string, () => string>): Bomb[] =>
    Object.entries(group).map(([name, text]) => ({ name, text, format: 'yaml' }))
  const again = repeated.map((text) => [
    ...[MEGABYTE, 40_000].flatMap((bytes) =>
      (['yaml', 'json'] as const).map((format) => ({
        name: `${JSON.stringify(text)} in ${bytes} bytes of ${format}`,
        text: () => many(text, bytes),
        format,
      })),
    ),
    {
      name: `${JSON.stringify(text)} inside a page`,
      text: () => page(`driver: ${many(text, 40_000)}\n`),
      format: 'yaml' as const,
    },
  ])
  return [
    // By day each in one of these ways, all ways by turns.
    ...again.flatMap((ways, k) =>
      byDay(1, [...ways.slice(k % ways.length), ...ways.slice(0, k % ways.length)]),
    ),
    ...written(texts),
    ...written(formulas),
    ...written(large),
    ...byDay(2, written(millions)),
  ]
}
