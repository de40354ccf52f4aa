/** What an answer says about the rule that training began with. */

import type { StartReport } from '../../solution/details/start.ts'
import type { PolicyPlan } from '../plan.ts'
import { bestStart, chosenStart, meanCost } from './choose.ts'
import type { Start } from './law.ts'
import { OUTCOME, START } from './plan.ts'

/** @param missing why there was none to try; null where there were */
export function readStart(
  doubles: Float64Array,
  plan: PolicyPlan,
  starts: readonly Start[],
  missing: string | null,
): StartReport {
  if (missing !== null) return { from: null, missing, kept: 'trained', tried: [] }
  const { start } = plan
  const chosen = chosenStart(doubles, plan)
  const outcome = doubles[start.state + START.outcome]
  const named = starts.map(({ from, isEased }) => (isEased ? `${from}, held back from its bounds` : from))
  const isKept = outcome !== OUTCOME.trained
  const tried = ['no rule', ...named].map((from, row) => {
    const { mean, standardError } = meanCost(doubles, plan, row)
    return { from, cost: mean, standardError }
  })
  return {
    from: chosen < 0 ? null : named[isKept ? bestStart(doubles, plan) : chosen],
    missing: chosen < 0 ? 'none was better on fresh paths than no rule' : null,
    kept: isKept ? 'start' : 'trained',
    tried,
  }
}
