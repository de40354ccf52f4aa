/** What a run of the policy method would take: memory from its plans. */

import type { CompiledControl } from '../../control/compiled.ts'
import { planPolicyEstimate } from '../../control/estimate-plan.ts'
import { resolvePolicyOptions } from '../../control/options.ts'
import { planPolicy } from '../../control/plan.ts'
import { Arena } from '../../memory/arena.ts'
import type { RunOptions } from '../../solution/solution.ts'

/** Bytes of arrays; the process itself comes on top. */
export interface PolicyMemory {
  total: number
  /** Of one worker's sweep through the horizon and back, however large the batch. */
  sweep: number
}

/** @throws UserError where an option is refused */
export function policyMemory(problem: CompiledControl, options: RunOptions, workers: number): PolicyMemory {
  const resolved = resolvePolicyOptions(problem, options)
  const bytes = (team: number) => {
    const arena = new Arena()
    const plan = planPolicy(arena, problem, resolved, team)
    const trained = arena.bytes
    planPolicyEstimate(arena, problem, plan, team)
    return { trained, total: arena.bytes }
  }
  return { total: bytes(workers).total, sweep: bytes(2).trained - bytes(1).trained }
}
