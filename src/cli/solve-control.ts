/** `deepbsde solve` for a control problem: by its policy, by its Bellman equation, or both ways. */

import type { ControlDefinition } from '../control/definition.ts'
import type { SolveOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import type { Solution } from '../solution/solution.ts'
import { rowsOf } from './rows.ts'
import { type ShownRun, showRun } from './show-run.ts'
import type { SolveFlags } from './solve-flags.ts'
import { inputsOf, refuseTogether, solveOptionsOf, startsOf } from './solve-flags.ts'

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function runSolveControl(
  definition: ControlDefinition,
  argument: string,
  flags: SolveFlags,
): Promise<number> {
  const { both, seeds } = flags
  if (both) refuseBesideBoth(flags)
  const method = both ? 'policy' : (flags.method ?? 'policy')
  const inputs = inputsOf(argument, flags)
  const rows = rowsOf(flags, inputs)
  const { settings, points } = await startsOf(definition, flags)
  const options = { ...solveOptionsOf(flags, settings), method }
  if (points.length > 0) {
    refuseTogether(flags, '--at')
    const { runPoints } = await import('./points-run.ts')
    return runPoints(definition, points, options, rows, flags.quiet)
  }
  if (seeds !== undefined) {
    refuseTogether(flags, '--seeds')
    const { runEnsemble } = await import('./ensemble-run.ts')
    return runEnsemble(definition, seeds, options, flags, rows)
  }
  const { log, json, report, plot, quiet, debug, history, format, out, ...choices } = flags
  const { seed = 1, checkpoint } = flags
  const shown: ShownRun = { definition, settings, method, seed, checkpoint, choices, inputs }
  return showRun(shown, flags, async (hooks) => {
    const own: SolveOptions = { ...options, ...hooks }
    return both ? bothWays(own) : solveOne(own)
  })

  async function solveOne(own: SolveOptions): Promise<Solution> {
    const { solve } = await import('../entry/solve.ts')
    return solve(definition, own)
  }

  async function bothWays({ settings: overrides, ...own }: SolveOptions): Promise<Solution> {
    const { solveBothWays } = await import('../entry/both.ts')
    const ways = await solveBothWays(definition, { ...own, settings: overrides })
    const { bellman, gap, gapError, relativeGap } = ways
    const { history, samples, ...form } = bellman
    return Object.assign(ways.policy, {
      bellman: form,
      gap: { value: gap, standardError: gapError, relative: relativeGap },
    })
  }
}

/** @throws UserError for what belongs to one run of one method */
function refuseBesideBoth({ method, seeds, secondOpinion, checkpoint }: SolveFlags): void {
  const given = { method, seeds, 'second-opinion': secondOpinion || undefined, checkpoint }
  const name = Object.entries(given).find(([, value]) => value !== undefined)?.[0]
  if (name !== undefined)
    throw new UserError(`--${name} is for one run, --both makes two. Leave one of them out.`)
}
