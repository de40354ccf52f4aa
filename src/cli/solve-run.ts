/** What `deepbsde solve` does: reads the problem and its settings, then runs and shows it. */

import { findControl } from '../control/page.ts'
import { UserError } from '../errors.ts'
import { findProblem } from '../problem/find.ts'
import { applySettings, overrideSettings } from '../problem/settings.ts'
import { pointFrom } from './point.ts'
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
  if (flags.sharedNetwork !== undefined) {
    throw new UserError('--shared-network is for control problems. Leave it out.')
  }
  const definition = await findProblem(argument)
  const { set = [], at = [], network, memory, every, seeds, ...options } = flags
  const chosen = applySettings(definition, set)
  const points = at.map((text) => pointFrom(text, chosen.dim))
  const settings = points.length === 1 ? overrideSettings(definition, { ...chosen, x0: points[0] }) : chosen
  if (points.length > 1) {
    refuseTogether(flags, '--at')
    const { runPoints } = await import('./points-run.ts')
    const memoryLimit = memory === undefined ? undefined : memory * 2 ** 20
    return runPoints(definition, points, { ...options, settings, family: network, memoryLimit }, flags)
  }
  if (seeds !== undefined) {
    refuseTogether(flags, '--seeds')
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
function refuseTogether(flags: SolveFlags, many: '--seeds' | '--at'): void {
  const { seed, checkpoint, save, report, log } = flags
  const single = many === '--at' ? { checkpoint, save, report, log } : { seed, checkpoint, save, report, log }
  const [name] = Object.entries(single).find(([, value]) => value !== undefined) ?? []
  if (name !== undefined) throw new UserError(`--${name} is for one run. Leave out --${name} or ${many}.`)
}
