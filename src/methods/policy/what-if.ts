/** A trained rule on another plant: the page's settings changed after training, as where a mass is not what it was taken for. */

import { compileControl } from '../../control/compile.ts'
import { UserError } from '../../errors/errors.ts'
import { hasPart } from '../../page/page.ts'
import { applySettings } from '../../problem/settings.ts'
import { Policy } from './policy.ts'

/** What a rule's form depends on. */
const KEPT = ['dim', 'rawDim', 'controlDim', 'noiseDim', 'horizon', 'isDiscrete'] as const

/**
 * The same networks under other settings ("mass=1.2"); bounds that depend on settings are those of the new ones.
 * @throws UserError for a setting that the page does not have, or that gives the problem another form
 */
export async function underSettings(policy: Policy, assignments: readonly string[]): Promise<Policy> {
  const { page } = policy.run
  if (!hasPart(page, 'control') || assignments.length === 0) return policy
  const { problem: own } = policy.trained
  const problem = await compileControl(page, applySettings(page, assignments))
  const changed = KEPT.find((name) => problem[name] !== own[name])
  if (changed !== undefined) {
    throw new UserError(
      `${own.id}: the rule was trained for ${changed} = ${own[changed]}, the settings make it ${problem[changed]}. Train it again.`,
    )
  }
  return Policy.open({ ...policy.trained, problem }, policy.run)
}
