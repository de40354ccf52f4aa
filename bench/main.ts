/**
 * `npm run bench [-- suite …]`: runs the suites, saves the medians with machine, Node and commit, and compares them with the last saved
 * ones of the same kind of machine. `coverage`, `stopping` and `control-seeds`, which take most of an hour each, and `dimensions` and
 * `stopping-dimensions`, which take minutes, run where they are named; `--to 1000000` takes `dimensions` further than ten thousand.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { commandSuite } from './commands.ts'
import { controlSuite } from './control.ts'
import { controlSeeds } from './control-seeds.ts'
import { coverageSuite } from './coverage.ts'
import { dimensionSuite } from './dimensions.ts'
import { formulaSuite } from './formulas.ts'
import { kernelSuite } from './kernels.ts'
import { rooflineSuite } from './roofline.ts'
import { stoppingDimensions, stoppingSuite } from './stopping.ts'
import { type BenchRow, formatRow } from './suite.ts'
import { trainingSuite } from './training.ts'

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { to: { type: 'string', default: '10000' } },
})

const SUITES: Record<string, () => Promise<BenchRow[]>> = {
  kernels: () => kernelSuite(),
  training: trainingSuite,
  formulas: formulaSuite,
  commands: () => commandSuite(),
  roofline: rooflineSuite,
  control: () => controlSuite(),
  'control-seeds': () => controlSeeds(),
  coverage: () => coverageSuite(),
  stopping: () => stoppingSuite(),
  'stopping-dimensions': () => stoppingDimensions(),
  dimensions: () => dimensionSuite(Number(values.to)),
}
/** What runs where no suite is named: not what takes long, which runs where it is. */
const LONG = ['coverage', 'stopping', 'stopping-dimensions', 'dimensions', 'control-seeds']
const USUAL = Object.keys(SUITES).filter((name) => !LONG.includes(name))

interface SavedRun {
  savedAt: string
  machine: string
  cores: number
  node: string
  commit: string
  rows: BenchRow[]
}

const folder = new URL('./results/', import.meta.url)
const unknown = names.filter((name) => !(name in SUITES))
if (unknown.length > 0) {
  console.error(`bench: unknown suite '${unknown[0]}'. Suites: ${Object.keys(SUITES).join(', ')}.`)
  process.exit(2)
}
for (const name of names.length > 0 ? names : USUAL) {
  const last = lastSaved(name)
  const rows = await SUITES[name]()
  const run = { ...describeMachine(), rows }
  for (const row of rows) console.log(`${formatRow(row)}${change(row, last)}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(run, null, 2)}\n`)
}

function lastSaved(name: string): SavedRun | null {
  const file = new URL(`${name}.json`, folder)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

/** The ratio to the last saved median, where that was taken on the same kind of machine. */
function change(row: BenchRow, last: SavedRun | null): string {
  const before =
    last?.machine === cpus()[0].model ? last.rows.find(({ name }) => name === row.name) : undefined
  return before && before.medianNs > 0
    ? `  (×${(row.medianNs / before.medianNs).toFixed(2)} of the last)`
    : ''
}

function describeMachine(): Omit<SavedRun, 'rows'> {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  return {
    savedAt: new Date().toISOString(),
    machine: cpus()[0].model,
    cores: cpus().length,
    node: process.version,
    commit: git('rev-parse', '--short', 'HEAD'),
  }
}
