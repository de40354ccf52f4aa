/** What `deepbsde solve --seeds` does: every seed, then the table of all runs or the JSON form. */

import type { ControlDefinition } from '../control/definition.ts'
import { ensembleOf, solveEnsemble } from '../entry/ensemble.ts'
import type { SolveOptions } from '../entry/solve.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { formatPercent, formatSignificant, formatWithError } from '../solution/format.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { say } from './print.ts'
import { deliver, type Rows } from './rows.ts'
import { solutionText } from './solution-rows.ts'

/** @returns the exit code */
export async function runEnsemble(
  problem: ProblemDefinition | ControlDefinition,
  seeds: readonly number[],
  options: SolveOptions,
  rows: Rows,
  quiet = false,
): Promise<number> {
  const interruption = new Interruption(() => say('stopping after this iteration\n'))
  try {
    const solutions = await solveEnsemble(
      problem,
      seeds,
      { ...options, signal: interruption.signal },
      (run) => {
        if (!quiet) say(`seed ${run.seed}: ${run.value} ± ${run.standardError}\n`)
      },
    )
    if (solutions.length > 0) {
      const ensemble = ensembleOf(solutions)
      await deliver(ensembleText(ensemble, rows), rows)
    }
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return solutions.some(({ status }) => status === 'unconverged') ? EXIT.unreliable : EXIT.done
  } finally {
    interruption.close()
  }
}

/** The runs; for people what they say together below. */
function ensembleText(ensemble: ReturnType<typeof ensembleOf>, rows: Rows): string {
  if (rows.format === 'json') return JSON.stringify(ensemble)
  const { mean, interval, standardDeviation, claimedError, confidence, runs } = ensemble
  const table = solutionText(
    runs.map((run) => ({ names: { seed: run.seed }, solution: run })),
    rows,
  )
  if (rows.format !== 'table') return table
  const shown = formatWithError([mean, ...(interval ?? [])], standardDeviation ?? claimedError)
  const [centre, low, high] = shown.values
  return [
    `${ensemble.problem}: ${runs.length} seeds`,
    '',
    table,
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
