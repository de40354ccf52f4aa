/** What `deepbsde solve` does: reads the problem and its settings, then runs and shows it. */
import { findProblem } from '../problem/find.ts'
import { applySettings } from '../problem/settings.ts'
import { showRun } from './show-run.ts'
import type { SolveFlags } from './solve.ts'

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function runSolve(argument: string, flags: SolveFlags): Promise<number> {
  const definition = await findProblem(argument)
  const { set = [], network, memory, every, ...options } = flags
  const settings = applySettings(definition, set)
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
