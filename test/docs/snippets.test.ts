/** README and docs are held to what the program understands: every command line, every name, every number of the first page. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import * as deepbsde from '../../src/index.ts'
import { run } from '../cli/run.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** Run as a whole by a test of its own, with a method that exists only there. */
const APART = ['adding-a-method.md']
const pages = [
  'README.md',
  ...readdirSync(`${root}docs`).flatMap((file) =>
    file.endsWith('.md') && !APART.includes(file) ? [`docs/${file}`] : [],
  ),
]
const texts = pages.map((page) => [page, readFileSync(root + page, 'utf8')] as const)

/** Command lines of code blocks, fenced or indented, and of the text that begin with `deepbsde`. */
function commandsOf(text: string): string[] {
  let isFenced = false
  const lines = text.split('\n').flatMap((line) => {
    if (line.startsWith('```')) isFenced = !isFenced
    const match = line.match(/^( {4}|\$ )?(?:npx )?(?:npm run -s )?deepbsde (?:-- )?(.+)$/)
    return match === null || (!isFenced && match[1] === undefined) ? [] : [match[2]]
  })
  const inline = [...text.matchAll(/`(?:npx )?deepbsde ([^`\n]+)`/g)].map(([, command]) => command)
  return [...lines, ...inline].map((command) => command.replace(/ {2,}.*$| +#.*$| [|&<>].*$/, '').trim())
}

/** A command with places left open is no command. */
const isWhole = (command: string) =>
  !command.includes('--help') && !/[…<[|]|\\$/.test(command) && !command.startsWith('-')
const commands = texts.flatMap(([page, text]) =>
  [...new Set(commandsOf(text))].filter(isWhole).map((command) => [page, command] as const),
)

describe('every command of the docs is understood', async () => {
  const program = await createProgram(() => {})
  for (const command of program.commands) command.action(() => {})

  it('and there are many', () => expect(commands.length).toBeGreaterThan(60))

  it.each(commands)('%s: %s', async (_, command) => {
    const words = command.match(/'[^']*'|"[^"]*"|\S+/g)!.map((word) => word.replace(/^(['"])(.*)\1$/, '$2'))
    const said = await program.parseAsync(words, { from: 'user' }).then(
      () => 'understood',
      ({ code, message }: { code?: string; message: string }) => code ?? message,
    )
    // A command that the text only mentions has no argument.
    const isMention = words.length <= 2 && said === 'commander.missingArgument'
    expect(isMention ? 'understood' : said).toBe('understood')
  })
})

describe('every name that the docs import', () => {
  const names = texts.flatMap(([page, text]) =>
    [...text.matchAll(/import \{([^}]+)\} from 'deepbsde'/g)].flatMap(([, list]) =>
      list.split(',').map((name) => [page, name.trim()] as const),
    ),
  )

  it.each(names)('%s: %s', (_, name) => expect(deepbsde).toHaveProperty(name))

  it.each([
    ...[
      'solve',
      'solveEnsemble',
      'ensembleOf',
      'solveBothWays',
      'sweep',
      'resume',
      'loadPage',
      'listProblems',
    ],
    ...['loadProblem', 'listMethods', 'loadModel', 'Model', 'loadPolicy', 'savePolicy', 'Policy', 'loadRule'],
    ...['defineProblem', 'defineControlProblem', 'writeReport', 'writePlot', 'UserError', 'DivergenceError'],
  ])('%s is there', (name) => expect(deepbsde).toHaveProperty(name))
})

describe('the first page', () => {
  const [, readme] = texts[0]

  it('shows what the command prints, up to times and threads', async () => {
    const shown = readme.match(/```\n(hjb-lq:[\s\S]*?)\n {2}machine/)![1]
    const { stdout } = await run(['solve', 'hjb-lq', '--quiet'])
    const wordsOf = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll(/[-+]?\d[\d.,e-]*/g, '#')
    expect(wordsOf(stdout)).toContain(wordsOf(shown))
    const value = (text: string) => Number(text.match(/u\(0, x0\) +([\d.]+)/)![1])
    expect(value(stdout)).toBeCloseTo(value(shown), 3)
  })

  it('shows what its program prints', async () => {
    const [, code, shown] = readme.match(/```ts\n([\s\S]*?)```\n```\n([\s\S]*?)```/)!
    const file = join(mkdtempSync(join(tmpdir(), 'deepbsde-readme-')), 'program.mts')
    writeFileSync(file, code.replace("'deepbsde'", JSON.stringify(`${root}src/index.ts`)))
    const loader = process.features.typescript ? [] : ['--import', import.meta.resolve('tsx')]
    const { stdout, stderr } = spawnSync(process.execPath, [...loader, file], { encoding: 'utf8' })
    expect(stderr).toBe('')
    const numbers = (text: string) => text.match(/[\d.]+/g)!.map(Number)
    expect(numbers(stdout)).toHaveLength(numbers(shown).length)
    for (const [k, number] of numbers(shown).entries()) expect(numbers(stdout)[k]).toBeCloseTo(number, 3)
  })
})
