/** The page of statuses has every reason that the program can give, and every status. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const page = read('docs/statuses.md')

/** Where reasons are made. */
const SOURCES = [
  'src/bounds/contradiction.ts',
  'src/control/train.ts',
  'src/control/verdict.ts',
  'src/entry/rule-gap.ts',
  'src/entry/second-opinion.ts',
  'src/methods/deep-bsde/silence.ts',
  'src/methods/deep-bsde/verdict.ts',
  'src/methods/monte-carlo/result.ts',
  'src/methods/multilevel-picard/verdict.ts',
  'src/methods/stopping/verdict.ts',
  'src/solution/contradiction.ts',
  'src/solution/precision.ts',
  'src/solution/unmet.ts',
  'src/training/diagnosis.ts',
]
/** Of a name that says that it judges, or with a divergence of its own, but without words: they pass on what the others say. */
const WITHOUT_WORDS = [
  'src/estimation/gradient/result.ts',
  'src/methods/deep-bsde/run.ts',
  'src/runs/outcome.ts',
  'src/training/rollback.ts',
  'src/verify/run-case.ts',
]

const JUDGES =
  /function (?:judge|doubt|contradicts|against|worse|diagnose)\w*\(|new DivergenceError\(|const say = /
/** A text that is returned or thrown as a reason. */
const REASON =
  /(?:return|(?:const )?(?:reason|message)(?: =|:)|DivergenceError\(|say = .*=>|\? |: )\s*(?:'([a-z][^'\n]{20,})'|`([^`\n]{20,})`)/g
/** The first words between numbers that tell a reason from others. */
const LEAST = 12

function reasonsOf(path: string): string[] {
  return [...read(path).matchAll(REASON)]
    .map(([, plain, template]) => plain ?? template)
    .filter(
      (text) =>
        !/^(?:stops|never|both limits|monte-carlo gives|no limit|the ?\$\{|\$\{kept)/.test(text) &&
        !/^Try |^Look /.test(text),
    )
}

/** What of it must stand in the page. */
function toldBy(reason: string): string {
  const parts = reason.split(/\$\{(?:[^{}]|\{[^}]*\})*\}|[;:,(]/).map((part) => part.trim())
  return parts.find((part) => part.length >= LEAST) ?? parts.toSorted((a, b) => b.length - a.length)[0]
}

describe('docs/statuses.md', () => {
  const reasons = SOURCES.flatMap((path) =>
    reasonsOf(path).map((reason) => [path, reason, toldBy(reason)] as const),
  )

  it('is asked for many', () => expect(reasons.length).toBeGreaterThan(40))

  it.each(reasons)('%s: %s', (_path, _reason, told) => {
    expect(page.replaceAll('`', '')).toContain(told)
  })

  it('knows every file that makes reasons', () => {
    const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.startsWith('cli/'))
      .map((file) => `src/${file}`)
      .filter((file) => JUDGES.test(read(file)))
    expect(files.filter((file) => !SOURCES.includes(file) && !WITHOUT_WORDS.includes(file))).toEqual([])
  })

  it('has every status', () => {
    const [, union] = /export type Status = ([^\n]*(?:\n {2}\|[^\n]*)*)/.exec(read('src/solution/status.ts'))!
    const statuses = [...union.matchAll(/'([\w-]+)'/g)].map(([, status]) => status)
    expect(statuses.length).toBeGreaterThan(3)
    for (const status of statuses) expect(page).toMatch(new RegExp(`^\\| \`${status}\` \\|`, 'm'))
  })
})
