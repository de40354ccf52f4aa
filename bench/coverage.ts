/**
 * `npm run bench -- coverage`: random manufactured equations at default settings, each on one worker, and how often their
 * intervals hold the truth, by class of dynamics, of driver and both. A class outside 90 to 98 %, its binomial error
 * allowed for, or a run that is wrong and sure ends it with exit code 1.
 *
 * Some thousand seconds; `node bench/coverage.ts 50` solves the first 50 alone, `--seed 7` one equation of every pair of classes with a seed of one's own,
 * and `--part 2/3` the second of every three, so that three commands share the cores. Measurements are added to
 * bench/results/coverage.jsonl, by commit, and those that are there are not solved again: the command without a part has the table of all.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  type ClassCoverage,
  coverageBy,
  coverageTable,
  failuresOf,
  pairTable,
} from '../test/support/random-equations/coverage.ts'
import { randomEquation } from '../test/support/random-equations/equation.ts'
import { type Measurement, measure } from '../test/support/random-equations/measure.ts'
import { everyPair, NIGHTLY_EQUATIONS } from '../test/support/random-equations/seeds.ts'
import type { BenchRow } from './suite.ts'

const folder = new URL('./results/', import.meta.url)
const file = new URL('coverage.jsonl', folder)

export async function coverageSuite(names: readonly string[] = NIGHTLY_EQUATIONS): Promise<BenchRow[]> {
  const measurements = await measured(names)
  const groups = {
    all: coverageBy(measurements, () => 'all'),
    dynamics: coverageBy(measurements, ({ dynamics }) => dynamics),
    driver: coverageBy(measurements, ({ driver }) => driver),
  }
  for (const [heading, rows] of Object.entries(groups)) console.log(`${coverageTable(heading, rows)}\n`)
  console.log(`${pairTable(measurements)}\n`)
  const failures = Object.values(groups).flat().flatMap(failuresOf)
  for (const failure of failures) console.log(`FAILED ${failure}`)
  if (failures.length > 0) process.exitCode = 1
  return Object.entries(groups).flatMap(([kind, rows]) =>
    rows.map((row) => benchRow(kind, row, measurements)),
  )
}

/** One after another, those that this commit has not measured yet. */
async function measured(names: readonly string[]): Promise<Measurement[]> {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  mkdirSync(folder, { recursive: true })
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  const records = lines.map((line) => JSON.parse(line) as Measurement & { commit: string })
  const known = new Map(records.filter((run) => run.commit === commit).map((run) => [run.name, run]))
  const measurements: Measurement[] = []
  for (const [index, name] of names.entries()) {
    const measurement = known.get(name) ?? (await measure(randomEquation(name)))
    if (!known.has(name)) appendFileSync(file, `${JSON.stringify({ commit, ...measurement })}\n`)
    measurements.push(measurement)
    console.error(`${index + 1}/${names.length} ${lineOf(measurement)}`)
  }
  return measurements
}

function lineOf({
  name,
  dim,
  status,
  score,
  relativeError,
  gradientError,
  seconds,
  reason,
}: Measurement): string {
  const errors = [relativeError, gradientError].map((error) =>
    error === null ? '–' : error.toExponential(1),
  )
  return `${name} d=${dim} ${status} ${score?.toFixed(1) ?? '–'} σ, errors ${errors.join(' and ')}, ${seconds.toFixed(1)} s ${reason ?? ''}`
}

function benchRow(kind: string, row: ClassCoverage, measurements: readonly Measurement[]): BenchRow {
  const { name, runs, sure, value, gradient } = row
  const own = measurements.filter((run) => kind === 'all' || run[kind as 'dynamics' | 'driver'] === name)
  const times = own.map(({ seconds }) => seconds).sort((a, b) => a - b)
  const figures = { sure: sure / runs, covered: value.share, gradient: gradient.share, wrong: value.beyond5 }
  const known = Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null)
  return {
    name: `coverage::solve:${kind}=${name}`,
    medianNs: times[times.length >> 1] * 1e9,
    samples: runs,
    figures: Object.fromEntries(known),
  }
}

/** What the command line names. */
function named(): string[] {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, part: { type: 'string', default: '1/1' } },
  })
  const all = values.seed === undefined ? NIGHTLY_EQUATIONS : everyPair(Number(values.seed))
  const [part, parts] = values.part.split('/').map(Number)
  return all.slice(0, Number(positionals[0] ?? all.length)).filter((_, k) => k % parts === part - 1)
}

if (import.meta.main) await coverageSuite(named())
