/** What `deepbsde solve` does: reads the problem and its settings, then runs and shows it. */

import { findControl } from '../control/page.ts'
import { UserError } from '../errors.ts'
import { findProblem } from '../problem/find.ts'
import { applySettings } from '../problem/settings.ts'
import { showRun } from './show-run.ts'
import type { SolveFlags } from './solve.ts'

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function runSolve(argument: string, flags: SolveFlags): Promise<number> {
  const control = await findControl(argument)
  if (control !== null) {
    const { runSolveControl } = await import('./solve-control.ts')
    return runSolveControl(control, flags)
  }
  if (flags.both) throw new UserError('--both is for control problems. Leave --both out.')
  const definition = await findProblem(argument)
  const { set = [], network, memory, every, seeds, ...options } = flags
  const settings = applySettings(definition, set)
  if (seeds !== undefined) {
    refuseTogether(flags)
    const { runEnsemble } = await import('./ensemble-run.ts')
    const memoryLimit = memory === undefined ? undefined : memory * 2 ** 20
    return runEnsemble(definition, seeds, { ...options, settings, family: network, memoryLimit }, flags)
  }
  const { log, json, report, plot, quiet, debug, history, ...choices } = flags
  const { method = 'deep-bsde', seed = 1, checkpoint } = flags
  return showRun({ definition, settings, method, seed, checkpoint, choices }, flags, async (hooks) => {
    const { solve } = await import('../solve.ts')
    return solve(definition, {
      ...options,
      ...hooks,
      settings,
      samples: report !== undefined,
      family: network,
      memoryLimit: memory === undefined ? undefined : memory * 2 ** 20,
      checkpointEveryMs: every,
    })
  })
}

/** What belongs to one run. @throws UserError */
function refuseTogether(flags: SolveFlags): void {
  const { seed, checkpoint, save, report, log } = flags
  const [name] =
    Object.entries({ seed, checkpoint, save, report, log }).find(([, value]) => value !== undefined) ?? []
  if (name !== undefined) throw new UserError(`--${name} is for one run. Leave out --${name} or --seeds.`)
}
