/** A learned rule in a file of our form: a page of formulas, settings, options and arrays. What it computes is compiled again. */

import { readSaved } from '../../checkpoint/model-file.ts'
import { UserError } from '../../errors/errors.ts'
import { Arena } from '../../memory/arena.ts'
import { hasPart } from '../../page/page.ts'
import { lawOf } from '../../problem/laws/laws.ts'
import { applySettings } from '../../problem/settings.ts'
import { compileStopping } from '../../stopping/compile.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { runsOf } from './options.ts'
import { StoppingRule } from './rule.ts'
import { planRule } from './rule-plan.ts'

/** What a rule's form depends on: other settings may not change it. */
const KEPT = ['dim', 'noiseDim', 'horizon'] as const

/**
 * The rule of a file that `solve` has saved, ready to be asked.
 * @param assignments settings of another world that it is tried in, "sigma=0.3"
 * @throws UserError for a file that is no rule, not whole, or of a version that does not fit; for a setting that the page does not
 * have, or that gives the rule another form
 */
export async function loadRule(path: string, assignments: readonly string[] = []): Promise<StoppingRule> {
  const { description, arrays } = await readSaved(path, 'rule')
  const { page, version, options, fingerprint, regions } = description
  if (!hasPart(page, 'stopping')) {
    throw new UserError(`${path}: its page has no right to stop. Use another copy.`)
  }
  const own = await compileStopping(page, page.settings)
  const runs = runsOf(own, options)
  const last = runs[runs.length - 1]
  const { bytes } = planRule(new Arena(), own, last, 1).learned
  if (JSON.stringify(runs) !== fingerprint || regions.length !== 1 || arrays.length !== bytes) {
    throw new UserError(
      `${path}: written by deepbsde ${version}, whose rules have another form than ours. Fit it again.`,
    )
  }
  const problem =
    assignments.length === 0 ? own : await compileStopping(page, applySettings(page, assignments))
  requireSameForm(own, problem)
  return StoppingRule.open({ problem, options: last, learned: arrays })
}

function requireSameForm(own: CompiledStopping, other: CompiledStopping): void {
  const changed = KEPT.find((name) => own[name] !== other[name])
  if (changed !== undefined) {
    throw new UserError(
      `${own.id}: the rule is for ${changed} = ${own[changed]}, the settings make it ${other[changed]}. Fit it again.`,
    )
  }
  const form = ({ stopping, dynamics }: CompiledStopping) =>
    JSON.stringify([stopping.dates, stopping.isExchangeable, lawOf(dynamics).components?.logarithm != null])
  if (form(own) !== form(other)) {
    throw new UserError(
      `${own.id}: the settings change the dates, or what tells the components apart. Fit the rule again.`,
    )
  }
}
