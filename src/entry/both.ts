/**
 * A control problem solved both ways: the cost of a rule that anyone can run, and the value of its Bellman equation. Up to
 * their errors no rule beats the value, so the gap tells how much the rule leaves on the table.
 */

import type { ControlDefinition } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import { hasPart } from '../page/page.ts'
import type { Solution } from '../solution/solution.ts'
import { type SolveOptions, solve } from './solve.ts'

/** A control problem's two answers, and how far they are apart. */
export interface BothWays {
  policy: Solution
  bellman: Solution
  /** What the rule costs more (gains less) than the Bellman value, and its standard error. */
  gap: number
  gapError: number
  /** |gap| / |Bellman value|; null where that is 0. */
  relativeGap: number | null
}

/** @throws UserError where the problem has no Bellman equation at hand, before any training. */
export async function solveBothWays(
  definition: ControlDefinition,
  options: SolveOptions = {},
): Promise<BothWays> {
  if (!hasPart(definition, 'control'))
    throw new UserError('both ways: only a control problem is solved both ways.')
  const { compileBellman } = await import('../control/bellman.ts')
  await compileBellman(definition, definition.settings)
  const policy = await solve(definition, { ...options, method: 'policy' })
  // Batch, rate and network were chosen for the policy; the other method has defaults of its own, no bounds, and no files.
  const { batchSize, iterations, learningRate, hidden, steps, sharedNetwork, bounds, ...rest } = options
  const { save, checkpoint, ...machine } = rest
  const bellman = await solve(definition, { ...machine, method: 'deep-bsde' })
  const sign = definition.goal === 'maximize' ? -1 : 1
  const gap = sign * (policy.value - bellman.value)
  return {
    policy,
    bellman,
    gap,
    gapError: Math.hypot(policy.standardError, bellman.standardError),
    relativeGap: bellman.value === 0 ? null : Math.abs(gap / bellman.value),
  }
}
