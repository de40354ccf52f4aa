/** `deepbsde solve --both`: a control problem by its policy and by its Bellman equation. */

import type { ControlDefinition } from '../control/definition.ts'
import type { SolveOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import { hasPart, type Page } from '../page/page.ts'
import type { Solution } from '../solution/solution.ts'
import { type ShownRun, showRun } from './show-run.ts'
import type { SolveFlags } from './solve-flags.ts'
import { inputsOf, refuseTogether, solveOptionsOf, startsOf } from './solve-flags.ts'

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function runSolveBoth(page: Page, argument: string, flags: SolveFlags): Promise<number> {
  if (!hasPart(page, 'control')) throw new UserError('--both is for control problems. Leave --both out.')
  refuseBesideBoth(flags)
  const inputs = inputsOf(argument, flags)
  const { settings, points } = await startsOf(page, flags)
  if (points.length > 0) refuseTogether(flags, '--at')
  const options = solveOptionsOf(flags, settings)
  const { log, json, report, plot, quiet, debug, history, format, out, ...choices } = flags
  const { seed = 1, checkpoint } = flags
  const shown: ShownRun = { definition: page, settings, method: 'policy', seed, checkpoint, choices, inputs }
  return showRun(shown, flags, (hooks) => bothWays(page, { ...options, ...hooks }))

  async function bothWays(definition: ControlDefinition, own: SolveOptions): Promise<Solution> {
    const { solveBothWays } = await import('../entry/both.ts')
    const ways = await solveBothWays(definition, own)
    if (ways.bellman === null) return Object.assign(ways.policy, { noBellman: ways.missing })
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
