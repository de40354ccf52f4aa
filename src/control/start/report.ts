/** What an answer says about the rule that training began with. */

import type { StartReport } from '../../solution/policy-reports.ts'
import type { PolicyPlan } from '../plan.ts'
import { chosenStart, meanCost } from './choose.ts'
import type { Start } from './find.ts'
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
  const outcome = doubles[start.state / 8 + START.outcome]
  const tried = ['no rule', ...starts.map(({ from }) => from)].map((from, row) => {
    const { mean, standardError } = meanCost(doubles, plan, row)
    return { from, cost: mean, standardError }
  })
  return {
    from: chosen < 0 ? null : starts[chosen].from,
    missing: chosen < 0 ? 'none was better on fresh paths than no rule' : null,
    kept: outcome === OUTCOME.trained ? 'trained' : 'start',
    tried,
  }
}
