/** What `deepbsde solve --seeds` does: every seed, then the table of all runs or the JSON form. */

import { checkRun, type SolveOptions } from '../entry/solve.ts'
import type { Page } from '../page/page.ts'
import { ensembleOf, ensembleTasks } from '../runs/ensemble.ts'
import { jobOptionsOf } from '../runs/job.ts'
import { formatPercent, formatPlusMinus, formatSignificant, formatWithError } from '../solution/format.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { type ManyFlags, runManyShown } from './many.ts'
import { deliver, proseText, type Rows } from './rows.ts'
import { solutionText } from './solution-rows.ts'

/** @returns the exit code */
export async function runEnsemble(
  page: Page,
  seeds: readonly number[],
  options: SolveOptions,
  flags: ManyFlags,
  output: Rows,
): Promise<number> {
  const { settings = {}, ...given } = options
  await checkRun(page, { ...given, seed: seeds[0] })
  const tasks = ensembleTasks({ page, settings, options: jobOptionsOf(given) }, seeds)
  const { rows, received } = await runManyShown(
    {
      what: `solve ${page.id}`,
      tasks,
      labels: seeds.map((seed) => `seed ${seed}`),
      lineOf: ({ answer }) => `seed ${answer.seed}: ${formatPlusMinus(answer.value, answer.standardError)}`,
    },
    flags,
  )
  if (rows.length > 0) {
    const ensemble = ensembleOf(rows.map(({ answer }) => answer))
    await deliver(ensembleText(ensemble, output), output)
  }
  if (received !== null) return exitCodeOf(received)
  return rows.some(({ answer }) => answer.status === 'unconverged') ? EXIT.unreliable : EXIT.done
}

/** The runs; for people what they say together below. */
function ensembleText(ensemble: ReturnType<typeof ensembleOf>, output: Rows): string {
  if (output.format === 'json') return JSON.stringify(ensemble)
  const { mean, interval, standardDeviation, claimedError, confidence, runs } = ensemble
  const named = runs.map((run) => ({ names: { seed: run.seed }, solution: run }))
  const table = solutionText(named, output)
  if (output.format !== 'table') return table
  const shown = formatWithError([mean, ...(interval ?? [])], standardDeviation ?? claimedError)
  const [centre, low, high] = shown.values
  const prose = [
    `mean ${centre}${shown.exponent}, standard deviation of a run ${standardDeviation === null ? 'unknown' : formatSignificant(standardDeviation, 2)}, claimed ${formatSignificant(claimedError, 2)}`,
    ...(interval === null
      ? []
      : [`${100 * confidence} % interval of the mean [${low}, ${high}]${shown.exponent}`]),
    ...(ensemble.relativeError === null
      ? []
      : [
          `relative error of the mean ${formatPercent(ensemble.relativeError)}, mean of the runs' ${formatPercent(ensemble.meanRelativeError ?? 0)}`,
        ]),
  ].map((line) => proseText(line, output))
  return [`${ensemble.problem}: ${runs.length} seeds`, '', table, '', ...prose].join('\n')
}
