/** One word, one meaning: those of docs/notation.md, and the rooms that they do not belong to. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourceImports } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** The words that people may use, which are read and turned into ours. */
const TURNED = /^src\/(cli\/command-errors|problem\/foreign-keys)\.ts$/

const WORDS: [word: string, meaning: string, pattern: RegExp, elsewhere: RegExp][] = [
  ['chunk', 'none: a block, a shard or a piece', /chunk/i, /./],
  ['epoch', 'none: an iteration', /\bepochs?\b/i, /./],
  ['nonlinearity', 'none: a driver', /nonlinearit/i, /./],
  ['region', 'a set of x; of memory it is a span', /\bregions?\b/i, /^src\/(memory|parallel|kernels)\//],
  [
    'control',
    'what a page chooses, or a variate; the words of a team are its signals',
    /\bcontrols?\b/i,
    /^src\/(parallel|memory|kernels|networks|optimizer|executor|program)\/|^workers\//,
  ],
  [
    'stage',
    'a part of a run that a session runs',
    /\bstages?\b/i,
    /^src\/(formulas|problem|page|program|stopping)\//,
  ],
  [
    'scheme',
    'how a time step is taken',
    /\bschemes?\b/i,
    /^src\/(formulas|networks|optimizer|memory|kernels|page)\/(?!component)/,
  ],
  [
    'plan',
    'where the arrays of a stage lie',
    /\bplans?\b|Plan\b/,
    /^src\/(formulas|page|studies|sweeps|queue|api)\//,
  ],
  [
    'shard',
    'a part of paths with sums of its own',
    /shard/i,
    /^src\/(?!bounds|control|entry|estimation|fields|methods|paths|program|training)/,
  ],
  [
    'block',
    'numbers that are worked on at once',
    /\bblocks?\b(?!:| \{)/i,
    /^src\/(api|checkpoint|cli|entry|options|page|queue|runs|solution|studies|sweeps|verify)\//,
  ],
  [
    'piece',
    'what a worker claims, or where one formula holds',
    /\bpieces?\b/i,
    /^src\/(api|checkpoint|cli|entry|kernels|memory|options|page|program|queue|report|runs|solution|studies|sweeps|verify)\//,
  ],
  [
    'group',
    'what shares something',
    /\bgroups?\b/i,
    /^src\/(bounds|control|executor|fields|formulas|kernels|memory|networks|optimizer|parallel|paths|program|random|statistics|training)\//,
  ],
  [
    'round',
    'paths after which a run asks whether it goes on',
    /(?<!Math\.)\brounds?\b(?! brackets)/i,
    /^src\/(api|formulas|networks|optimizer|options|page|paths|problem|program|report|studies|sweeps|training|verify)\/(?!pictures|foreign)/,
  ],
]

const files = [...sourceImports().keys()].filter((file) => !TURNED.test(file))

describe('the words of docs/notation.md', () => {
  it.for(WORDS)('%s: %s', ([, , pattern, elsewhere]) => {
    const wrong = files
      .filter((file) => elsewhere.test(file))
      .flatMap((file) =>
        readFileSync(join(root, file), 'utf8')
          .split('\n')
          .flatMap((line, k) => (pattern.test(line) ? [`${file}:${k + 1}: ${line.trim()}`] : [])),
      )
    expect(wrong).toEqual([])
  })

  it('are the same in that page', () => {
    const page = readFileSync(join(root, 'docs/notation.md'), 'utf8')
    for (const [word] of WORDS) expect(page).toMatch(new RegExp(`\\*\\*${word}\\*\\*|“${word}”`))
  })
})
