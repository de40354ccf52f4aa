/**
 * `node bench/cases.ts FOLDER [--jobs 2] [pattern]`: the pages of a folder at default settings, each as a command of its own on one worker, beside the values in
 * its `expected.json` ({ page: { value, uncertainty } }). A run that is sure and further off than four of its standard errors ends it with exit code 1.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** Standard errors that a right value may be off by. */
const MOST_OFF = 4
const LONGEST_MS = 900_000
const COMMAND = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))

interface Expected {
  value: number
  uncertainty: number
}

type Mark = 'right' | 'wrong' | 'unsure' | 'none'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '2' } },
})
const [folder, pattern = '.'] = positionals
if (folder === undefined) {
  console.error('bench/cases.ts: name the folder of the pages and their expected.json.')
  process.exit(2)
}
const expected: Record<string, Expected> = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
const left = Object.keys(expected).filter((name) => new RegExp(pattern).test(name))
const marks: Mark[] = []
await Promise.all(Array.from({ length: Number(values.jobs) }, worker))
console.log(
  ['right', 'wrong', 'unsure', 'none']
    .map((mark) => `${marks.filter((one) => one === mark).length} ${mark}`)
    .join(', '),
)
if (marks.includes('wrong')) process.exitCode = 1

async function worker(): Promise<void> {
  for (let name = left.shift(); name !== undefined; name = left.shift()) marks.push(await solveCase(name))
}

/** Prints a line. */
async function solveCase(name: string): Promise<Mark> {
  const start = performance.now()
  const printed = await output(['solve', join(folder, `${name}.yaml`), '--json', '--workers', '1'])
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  if (printed === '') {
    console.log(`none    ${name}: no value, ${seconds} s`)
    return 'none'
  }
  const { status, value, standardError, reason } = JSON.parse(printed)
  const { value: truth, uncertainty } = expected[name]
  const isNear = Math.abs(value - truth) <= MOST_OFF * standardError + uncertainty
  const isSure = status === 'converged' || status === 'imprecise'
  const mark = !isSure ? 'unsure' : isNear ? 'right' : 'wrong'
  const score = ((value - truth) / standardError).toFixed(1)
  console.log(
    `${mark.padEnd(7)} ${name}: ${value} ± ${standardError} for ${truth}, ${score} errors, ${status}, ${seconds} s ${reason ?? ''}`,
  )
  return mark
}

/** What the command prints; empty where it has no value. */
function output(args: string[]): Promise<string> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [COMMAND, ...args],
      { timeout: LONGEST_MS, maxBuffer: 2 ** 28 },
      (_error, stdout) => done(stdout.trim()),
    )
  })
}
