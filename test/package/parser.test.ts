/** dist/ has mathjs's parser alone, the sources take the library's bundle: both must read every text alike. */
import { create, parseDependencies } from 'mathjs/number'
import { expect, it } from 'vitest'
import { parseTree } from '../../src/formulas/parse.ts'
import { loadAllProblems } from '../../src/page/catalog.ts'

const alone = create(parseDependencies)

const ODD = [
  ...[
    '2x',
    'a(b)(c)',
    '-x^2',
    'x[1:3]',
    'x[end]',
    '1e400',
    '.5',
    '5.',
    '1.2.3',
    '10%',
    '3!',
    "x'",
    'a.b',
    '"text"',
  ],
  ...[
    'a = 1',
    'f(x) = x',
    'a; b',
    '{a: 1}',
    '[1, 2; 3, 4]',
    'x -> y',
    '1 < 2 <= 3',
    'a ? b : c',
    'not a',
    '2 cm',
  ],
  ...[
    '',
    '(',
    ')',
    'x +',
    '1 + * 2',
    'x[',
    '0x1f',
    '1:2:3',
    'a ? b',
    '#',
    'α + β',
    'x^-1',
    '2 mod 3',
    'true and null',
  ],
]

it('reads formulas and what is none as the whole library does', async () => {
  const formulas = (await loadAllProblems()).flatMap((page) => textsOf(page))
  expect(formulas.length).toBeGreaterThan(100)
  for (const text of [...formulas, ...ODD]) {
    const [here, there] = [await read(text, parseTree), await read(text, async (it) => alone.parse(it))]
    expect(there, text).toEqual(here)
  }
})

/** Whatever a page says in text: what is no formula is an odd text. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

async function read(text: string, parse: (text: string) => Promise<unknown>): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify(await parse(text)))
  } catch (error) {
    return (error as Error).message
  }
}
