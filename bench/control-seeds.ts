/**
 * `npm run bench -- control-seeds`: every control problem of the package as its page is, over seeds 1 to 5, as a table: values and errors, how far the
 * worst is from the page's reference, and whether seeds differ by more than three of their stated errors. Most of an hour.
 *
 * `node bench/control-seeds.ts [--seeds 1,2] [problem …]` prints some of it.
 */
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { type SolveOptions, solve } from '../src/entry/solve.ts'
import { listProblems } from '../src/page/catalog.ts'
import type { Solution } from '../src/solution/solution.ts'
import type { BenchRow } from './suite.ts'

const SEEDS = [1, 2, 3, 4, 5]
/** Beside the pages as they are. */
const MORE: Study[] = [{ id: 'oscillator-chain', options: { settings: { dim: 100 } } }]
const COLUMNS = [
  'problem',
  'values at seeds',
  'errors',
  'spread',
  'reference',
  'worst',
  'other side',
  'status',
]

interface Study {
  id: string
  options?: SolveOptions
}

/** Prints a line of the table for each problem as it is done. */
export async function controlSeeds(seeds = SEEDS, names?: readonly string[]): Promise<BenchRow[]> {
  const all: Study[] = [...(await listProblems('control')).map((id) => ({ id })), ...MORE]
  const rows: BenchRow[] = []
  console.log(`| ${COLUMNS.join(' | ')} |\n|${' --- |'.repeat(COLUMNS.length)}`)
  for (const { id, options } of all.filter((study) => names === undefined || names.includes(study.id))) {
    const runs: Solution[] = []
    for (const seed of seeds) runs.push(await solve(id, { ...options, seed, workers: 1 }))
    const settings = Object.entries(options?.settings ?? {}).map(([name, value]) => ` ${name}=${value}`)
    console.log(`| ${lineOf(`${id}${settings.join('')}`, runs).join(' | ')} |`)
    rows.push(rowOf(`control-seeds::solve:problem=${id}${settings.join('')},seeds=${seeds.length}`, runs))
  }
  return rows
}

function lineOf(name: string, runs: readonly Solution[]): string[] {
  const [first] = runs
  const errors = runs.map(({ standardError }) => standardError)
  const { reference, hindsight, programme } = first
  const side = [hindsight, programme].find((one) => one !== undefined && one.value !== null)
  const worst = worstOf(runs)
  return [
    `\`${name}\``,
    runs.map(({ value }) => value.toPrecision(5)).join(', '),
    `${Math.min(...errors).toPrecision(2)} to ${Math.max(...errors).toPrecision(2)}`,
    spreadOf(runs).toFixed(2),
    reference === null ? 'none' : reference.value.toPrecision(5),
    worst === null ? '' : `${(100 * worst).toPrecision(2)} %`,
    side ? `${side.value!.toPrecision(5)} ± ${side.standardError!.toPrecision(2)}` : '',
    [...new Set(runs.map(({ status }) => status))].join(', '),
  ]
}

function rowOf(name: string, runs: readonly Solution[]): BenchRow {
  const times = runs.map(({ elapsedMs }) => elapsedMs.total).sort((a, b) => a - b)
  const worst = worstOf(runs)
  return {
    name,
    medianNs: times[times.length >> 1] * 1e6,
    samples: runs.length,
    figures: {
      spread: spreadOf(runs),
      ...(worst !== null && { errorPercent: 100 * worst }),
      unconverged: runs.filter(({ status }) => status === 'unconverged').length,
      oneSided: runs.filter(({ status }) => status === 'one-sided').length,
    },
  }
}

/** Above 1 seeds differ by more than three of their stated errors. */
function spreadOf(runs: readonly Solution[]): number {
  const values = runs.map(({ value }) => value)
  const error = Math.max(...runs.map(({ standardError }) => standardError))
  return (Math.max(...values) - Math.min(...values)) / (3 * error)
}

function worstOf(runs: readonly Solution[]): number | null {
  const known = runs.map(({ relativeError }) => relativeError).filter((error) => error !== null)
  return known.length === 0 ? null : Math.max(...known)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: 'string' } },
  })
  await controlSeeds(values.seeds?.split(',').map(Number), positionals.length > 0 ? positionals : undefined)
}
