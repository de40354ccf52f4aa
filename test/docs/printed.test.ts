/**
 * Every command and program of README and docs runs as it is printed, a page in a folder, in the order of the page. Where no output is printed
 * runs are made short; `NOT_RUN` has what is not run, and why.
 */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, run } from '../cli/run.ts'
import { shellWords } from '../cli/shell-words.ts'
import { outputsOf, type PrintedStep, printedSteps } from './printed-steps.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const loader = process.features.typescript ? [] : ['--import', import.meta.resolve('tsx')]

/** Pages that a test of their own runs, with the output that they print. */
const APART: Record<string, string> = {
  'docs/adding-a-problem.md': 'test/docs/adding-a-problem.test.ts',
  'docs/adding-a-method.md': 'test/docs/adding-to-a-copy.test.ts',
  'docs/adding-a-part.md': 'test/docs/adding-to-a-copy.test.ts',
}

/** Page, what is not run, and why. */
const NOT_RUN: [string, RegExp, string][] = [
  ['README.md', /^npm (?:ci|cit)\b/, 'installs anew; snippets.test.ts compares what `npm start` prints'],
  ['README.md', /verify --quick/, 'test/verify/quick.test.ts solves the same problems'],
  ['README.md', /^import \{ solve \}/, 'snippets.test.ts runs it and compares what it prints'],
  ['docs/verification.md', /verify(?: +#| --)/, 'all problems at their own size: minutes to hours'],
  [
    'docs/many-machines.md',
    /queue|worker|^npm /,
    'needs a server: test/queue runs the same commands with one',
  ],
  ['docs/stochastic-control.md', /^export default/, 'a built-in page, shortened to show its form'],
]

/** Files that a page takes for granted. */
const GIVEN: Record<string, Record<string, string>> = {
  'docs/command-line.md': { 'my-equation.yaml': readFileSync(`${root}examples/my-equation.yaml`, 'utf8') },
  'docs/sweeps.md': {
    'my-equation.yaml':
      'settings: { dim: 1, horizon: 0.5, strike: 100, sigma: 0.2 }\nx0: 100\ndrift: "0"\ndiffusion: "sigma * x"\ndriver: "0"\nterminal: "max(x[1] - strike, 0)"\n',
    'cases.csv': 'dim,lambda\n2,0.5\n3,1\n',
  },
  'docs/stochastic-control.md': { 'points.csv': '1,0.5\n0,1\n' },
  'docs/optimal-stopping.md': { 'points.csv': '100,100,100,100,100\n' },
  'docs/verification.md': {
    'mine.yaml':
      'settings: { dim: 2, horizon: 0.1 }\nx0: 0\ndrift: "0"\ndiffusion: "1"\ndriver: "0"\nterminal: "dot(x, x)"\nreference: { value: 0.2, source: by hand }\n',
  },
}

/** Runs are made short here, by what is added to commands of these forms. */
const SHORT: [string, string][] = [
  ['solve*max-call*', '--batch-size 512 --paths 512'],
  ['solve*my-american*', '--batch-size 512 --paths 512'],
  ['solve*cart-pole*', '--iterations 3 --paths 128 --steps 40'],
  ['solve*', '--iterations 3 --paths 128 --steps 4'],
  ['sweep*', '--iterations 3 --paths 128 --steps 4'],
  ['study*', '--iterations 3'],
  ['check*', '--no-trial'],
]

/** The words of a command made short, and the file that takes what it prints. */
function wordsOf(command: string): { words: string[]; file: string | undefined } {
  const [line, file] = command.replace(/ +# .*$/, '').split(' > ')
  const rest = line.match(/^(?:(?:npx )?deepbsde|npm run -s deepbsde --) (.*)$/)?.[1]
  if (rest === undefined) throw new Error(`${command} is no command of deepbsde`)
  const form = SHORT.find(([glob]) => new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(rest))
  return { words: shellWords(`${rest} ${form?.[1] ?? ''}`), file }
}

const pages = [
  'README.md',
  ...readdirSync(`${root}docs`).flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : [])),
]
const isLeftOut = (page: string, { text }: PrintedStep) =>
  NOT_RUN.some(([where, what]) => where === page && what.test(text))
const all = pages
  .filter((page) => !(page in APART))
  .map((page) => ({ page, steps: printedSteps(readFileSync(root + page, 'utf8')) }))

it('leaves out little, and nothing that is gone', () => {
  expect(NOT_RUN.length).toBeLessThanOrEqual(6)
  for (const [page, what] of NOT_RUN) {
    const { steps } = all.find((each) => each.page === page)!
    expect(
      steps.some(({ text }) => what.test(text)),
      `${page}: ${what}`,
    ).toBe(true)
  }
  for (const test of Object.values(APART)) expect(existsSync(root + test), test).toBe(true)
})

const kept = all
  .map(({ page, steps }) => ({ page, steps: steps.filter((step) => !isLeftOut(page, step)) }))
  .filter(({ steps }) => steps.length > 0)

describe.each(kept)('$page', ({ page, steps }) => {
  const folder = mkdtempSync(join(tmpdir(), 'deepbsde-printed-'))
  beforeAll(() => {
    mkdirSync(join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{}')
    symlinkSync(root.slice(0, -1), join(folder, 'node_modules/deepbsde'))
    for (const [name, text] of Object.entries(GIVEN[page] ?? {})) writeFileSync(join(folder, name), text)
    // Its commands name a page that is printed below them.
    const printed = steps.find(({ kind }) => kind === 'page')
    if (printed !== undefined) writeFileSync(join(folder, 'my-american.yaml'), printed.text)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function runCommand(command: string): Promise<Outcome> {
    const { words, file } = wordsOf(command)
    const outcome = await run(words, {}, folder)
    if (file !== undefined) writeFileSync(join(folder, file), outcome.stdout)
    return outcome
  }

  it.each(steps.map((step) => [step.text.trim().split('\n')[0], step] as const))('%s', async (_, {
    kind,
    text,
  }) => {
    if (kind === 'program') {
      writeFileSync(join(folder, 'program.mts'), text)
      const { status, stderr } = spawnSync(process.execPath, [...loader, 'program.mts'], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect([status, stderr]).toEqual([0, ''])
      return
    }
    if (kind === 'page') {
      writeFileSync(join(folder, 'printed.yaml'), text)
      const { exitCode, stderr } = await runCommand('deepbsde check printed.yaml')
      expect(exitCode, stderr).toBe(0)
      return
    }
    const { exitCode, stderr } = await runCommand(text)
    // 3: so short a run may say that it is not sure.
    expect([0, 3], stderr).toContain(exitCode)
    for (const file of outputsOf(text)) expect(existsSync(join(folder, file)), file).toBe(true)
  })
})

describe('the commands in the text of README.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepbsde-printed-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const text = readFileSync(`${root}README.md`, 'utf8')
  const commands = [...text.matchAll(/`npx deepbsde ((?:new|check|solve) [^`…]+)`/g)].map(
    ([, words]) => words,
  )

  it('there are three', () => expect(commands.length).toBeGreaterThanOrEqual(3))

  it.each(commands)('npx deepbsde %s', async (command) => {
    const { exitCode, stderr } = await run(wordsOf(`npx deepbsde ${command}`).words, {}, folder)
    expect([0, 3], stderr).toContain(exitCode)
  })
})
