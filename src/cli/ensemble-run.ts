/** What `deepbsde solve --seeds` does: every seed, then the table of all runs or the JSON form. */

import type { ControlDefinition } from '../control/definition.ts'
import { checkRun, type SolveOptions } from '../entry/solve.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import type { Table } from '../report/table.ts'
import { ensembleOf, ensembleTasks } from '../runs/ensemble.ts'
import { jobOptionsOf } from '../runs/job.ts'
import { formatDuration, formatPercent, formatSignificant, formatWithError } from '../solution/format.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { type ManyFlags, runManyShown } from './many.ts'
import { print } from './print.ts'

/** @returns the exit code */
export async function runEnsemble(
  page: ProblemDefinition | ControlDefinition,
  seeds: readonly number[],
  options: SolveOptions,
  flags: ManyFlags & { json?: boolean },
): Promise<number> {
  const { settings = {}, ...given } = options
  await checkRun(page, { ...given, seed: seeds[0] })
  const tasks = ensembleTasks({ page, settings, options: jobOptionsOf(given) }, seeds)
  const { rows, received } = await runManyShown(
    {
      what: `solve ${page.id}`,
      tasks,
      labels: seeds.map((seed) => `seed ${seed}`),
      lineOf: ({ answer }) => `seed ${answer.seed}: ${answer.value} ± ${answer.standardError}`,
    },
    flags,
  )
  if (rows.length > 0) {
    const ensemble = ensembleOf(rows.map(({ answer }) => answer))
    print(`${flags.json ? JSON.stringify(ensemble) : await ensembleText(ensemble)}\n`)
  }
  if (received !== null) return exitCodeOf(received)
  return rows.some(({ answer }) => answer.status === 'unconverged') ? EXIT.unreliable : EXIT.done
}

async function ensembleText(ensemble: ReturnType<typeof ensembleOf>): Promise<string> {
  const { formatTable } = await import('../report/table.ts')
  const { mean, interval, standardDeviation, claimedError, confidence, runs } = ensemble
  const table: Table = {
    columns: [
      { key: 'seed', title: 'seed' },
      { key: 'value', title: 'value', format: (value) => formatSignificant(value, 8) },
      { key: 'standardError', title: '±', format: (value) => formatSignificant(value, 2) },
      { key: 'relativeError', title: 'error', format: formatPercent },
      { key: 'status', title: 'status' },
      { key: 'time', title: 'time', format: formatDuration },
    ],
    rows: runs.map(({ seed, value, standardError, relativeError, status, elapsedMs }) => [
      seed,
      value,
      standardError,
      relativeError,
      status,
      elapsedMs.total, // biome-ignore format: a row
    ]),
  }
  const shown = formatWithError([mean, ...(interval ?? [])], standardDeviation ?? claimedError)
  const [centre, low, high] = shown.values
  return [
    `${ensemble.problem}: ${runs.length} seeds`,
    '',
    formatTable(table, 'text'),
    '',
    `mean ${centre}${shown.exponent}, standard deviation of a run ${standardDeviation === null ? 'unknown' : formatSignificant(standardDeviation, 2)}, claimed ${formatSignificant(claimedError, 2)}`,
    ...(interval === null
      ? []
      : [`${100 * confidence} % interval of the mean [${low}, ${high}]${shown.exponent}`]),
    ...(ensemble.relativeError === null
      ? []
      : [
          `relative error of the mean ${formatPercent(ensemble.relativeError)}, mean of the runs' ${formatPercent(ensemble.meanRelativeError ?? 0)}`,
        ]),
  ].join('\n')
}
