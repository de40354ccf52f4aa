/** What `deepbsde solve` does: reads the problem and its settings, then runs and shows it. */

import { UserError } from '../errors/errors.ts'
import type { Threads } from '../executor/threads.ts'
import { usualMethod } from '../methods/catalog.ts'
import { findPage } from '../page/catalog.ts'
import { rowsOf } from './rows.ts'
import { showRun } from './show-run.ts'
import type { SolveFlags } from './solve-flags.ts'
import { inputsOf, refuseAlone, refuseTogether, solveOptionsOf, startsOf } from './solve-flags.ts'

/**
 * @param threads for a single run
 * @returns the exit code. @throws whatever `solve` throws, but for a divergence.
 */
export async function runSolve(argument: string, flags: SolveFlags, threads: Threads): Promise<number> {
  if (flags.seeds === undefined) refuseAlone(flags)
  const definition = await findPage(argument)
  if (flags.both) {
    if (flags.queue !== undefined)
      throw new UserError('--queue is for one method. Leave out --queue or --both.')
    const { runSolveBoth } = await import('./solve-both.ts')
    return runSolveBoth(definition, argument, flags)
  }
  const inputs = inputsOf(argument, flags)
  const rows = rowsOf(flags, inputs)
  const { settings, points } = await startsOf(definition, flags)
  const options = solveOptionsOf(flags, settings)
  if (points.length > 0) {
    refuseTogether(flags, '--at')
    const { runPoints } = await import('./points-run.ts')
    return runPoints(definition, points, options, rows, flags)
  }
  if (flags.seeds !== undefined) {
    refuseTogether(flags, '--seeds')
    const { runEnsemble } = await import('./ensemble-run.ts')
    return runEnsemble(definition, flags.seeds, options, flags, rows)
  }
  const { log, json, report, plot, quiet, debug, history, format, out, queue, queuePrefix, run, ...choices } =
    flags
  const { method = await usualMethod(definition), seed = 1, checkpoint } = flags
  const shown = { definition, settings, method, seed, checkpoint, choices, inputs }
  return showRun(shown, flags, async (hooks) => {
    const { solve } = await import('../entry/solve.ts')
    if (queue === undefined) return solve(definition, { ...options, ...hooks, threads })
    const { withSharedRounds } = await import('./shared-rounds.ts')
    return withSharedRounds(definition, options, hooks, flags, (own) => solve(definition, own))
  })
}
