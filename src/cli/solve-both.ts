/** `deepbsde solve --both`: a control problem by its policy and by its Bellman equation. */

import type { ControlDefinition } from '../control/definition.ts'
import type { BothWays } from '../entry/both.ts'
import type { SolveOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import { hasPart, type Page } from '../page/page.ts'
import type { Solution } from '../solution/solution.ts'
import { print } from './print.ts'
import { rowsOf } from './rows.ts'
import { type ShownRun, showRun } from './show-run.ts'
import type { SolveFlags } from './solve-flags.ts'
import { inputsOf, refuseTogether, solveOptionsOf, startsOf } from './solve-flags.ts'

/** @returns the exit code. @throws whatever `solve` throws, but for a divergence. */
export async function runSolveBoth(page: Page, argument: string, flags: SolveFlags): Promise<number> {
  if (!hasPart(page, 'control')) throw new UserError('--both is for control problems. Leave --both out.')
  refuseBesideBoth(flags)
  const inputs = inputsOf(argument, flags)
  const rows = rowsOf(flags, inputs)
  const { settings, points } = await startsOf(page, flags)
  if (points.length > 0) refuseTogether(flags, '--at')
  const options = solveOptionsOf(flags, settings)
  const { log, json, report, plot, quiet, debug, history, format, out, ...choices } = flags
  const { seed = 1, checkpoint } = flags
  const shown: ShownRun = { definition: page, settings, method: 'policy', seed, checkpoint, choices, inputs }
  let ways: BothWays | null = null
  const code = await showRun(shown, flags, (hooks) => bothWays(page, { ...options, ...hooks }))
  if (ways !== null && rows.format === 'table' && rows.out === undefined) print(`\n${bothText(ways)}\n`)
  return code

  async function bothWays(definition: ControlDefinition, own: SolveOptions): Promise<Solution> {
    const { solveBothWays } = await import('../entry/both.ts')
    ways = await solveBothWays(definition, own)
    const { gap, gapError, relativeGap } = ways
    return Object.assign(ways.policy, {
      bellman: formOf(ways),
      gap: gap === null ? null : { value: gap, standardError: gapError, relative: relativeGap },
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

function formOf({ bellman, missing }: BothWays): object {
  if (bellman === null) return { method: 'deep-bsde', status: 'diverged', value: null, reason: missing }
  const { history, samples, ...form } = bellman
  return form
}

/** Both values with their intervals, and the gap. */
function bothText({ policy, bellman, missing, gap, gapError, relativeGap }: BothWays): string {
  const line = (label: string, { value, standardError, interval, confidence }: Solution) =>
    `  ${label.padEnd(16)}${value.toPrecision(8)} ± ${standardError.toPrecision(2)}   ${100 * confidence} % interval [${interval[0].toPrecision(7)}, ${interval[1].toPrecision(7)}]`
  const share = relativeGap === null ? '' : `   ${(100 * relativeGap).toPrecision(2)} % of the value`
  if (bellman === null) return `${line('policy', policy)}\n  ${'Bellman'.padEnd(16)}diverged: ${missing}`
  return [
    line('policy', policy),
    line('Bellman', bellman),
    `  ${'gap'.padEnd(16)}${gap!.toPrecision(2)} ± ${gapError!.toPrecision(2)}${share}`,
  ].join('\n')
}
