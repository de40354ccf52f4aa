/**
 * A control problem solved both ways: the cost of a rule that anyone can run, and the value of its Bellman equation. Up to
 * their errors no rule beats the value, so the gap tells how much the rule leaves on the table.
 */

import type { ControlDefinition } from '../control/definition.ts'
import { DivergenceError, UserError } from '../errors/errors.ts'
import { hasPart } from '../page/page.ts'
import { overrideSettings } from '../problem/settings.ts'
import type { Solution } from '../solution/solution.ts'
import type { Status } from '../solution/status.ts'
import { judgedGap } from './rule-gap.ts'
import { type SolveOptions, solve } from './solve.ts'

/** A control problem's two answers, and how far they are apart. */
export type BothWays = Compared | Diverged

/** The Bellman equation's training diverged. */
interface Diverged {
  /** The rule and its cost. */
  policy: Solution
  bellman: null
  /** How it diverged. */
  missing: string
}

interface Compared {
  /** The rule and its cost. */
  policy: Solution
  /** The value by the Bellman equation. */
  bellman: Solution
  /** What the rule costs more (gains less) than the Bellman value. */
  gap: number
  /** Standard error of the gap. */
  gapError: number
  /** |gap| / |Bellman value|; null where that is 0. */
  relativeGap: number | null
}

/** Standard errors, and shares of the value, from which on a rule is worse than the value, and better. */
const SEEN = 3
const WIDE = { worse: 0.01, better: 0.002 } as const
/** And up to which their errors are small enough to tell that they are near. */
const NEAR = 0.05
const SURE: readonly Status[] = ['converged', 'imprecise', 'one-sided']

/** @throws UserError where the problem has no Bellman equation at hand, before any training. */
export async function solveBothWays(
  definition: ControlDefinition,
  options: SolveOptions = {},
): Promise<BothWays> {
  if (!hasPart(definition, 'control'))
    throw new UserError('both ways: only a control problem is solved both ways.')
  const { compileBellman } = await import('../control/bellman.ts')
  await compileBellman(definition, overrideSettings(definition, options.settings ?? {}))
  const policy = await solve(definition, { ...options, method: 'policy' })
  // Batch, rate and network were chosen for the policy; the other method has defaults of its own, no bounds, and no files.
  const { batchSize, iterations, learningRate, hidden, steps, sharedNetwork, bounds, ...rest } = options
  const { save, checkpoint, ...machine } = rest
  try {
    const bellman = await solve(definition, { ...machine, method: 'deep-bsde' })
    return compared(policy, bellman, definition.goal === 'maximize' ? -1 : 1)
  } catch (error) {
    // The rule that was found is not lost with the other method.
    if (!(error instanceof DivergenceError)) throw error
    return { policy, bellman: null, missing: error.message }
  }
}

function compared(policy: Solution, bellman: Solution, sign: 1 | -1): Compared {
  const gap = sign * (policy.value - bellman.value)
  const gapError = Math.hypot(policy.standardError, bellman.standardError)
  const relativeGap = bellman.value === 0 ? null : Math.abs(gap / bellman.value)
  const isSure = ({ status }: Solution) => SURE.includes(status)
  const isSeen = isSure(policy) && isSure(bellman) && Math.abs(gap) > SEEN * gapError
  const isNear = isSure(bellman) && SEEN * gapError <= NEAR * Math.abs(bellman.value)
  const isWide = isSeen && (relativeGap ?? 1) > (gap > 0 ? WIDE.worse : WIDE.better)
  const judged = isWide ? { ...policy, ...judgedGap(gap, sign, bellman) } : isNear ? closed(policy) : policy
  return { policy: judged, bellman, gap, gapError, relativeGap }
}

/** Of a rule whose other side was not known, or far away, and now is near. */
function closed(policy: Solution): Solution {
  return policy.status === 'one-sided' ? { ...policy, status: 'converged', reason: null } : policy
}
