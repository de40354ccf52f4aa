/** What the workers do for a policy. */
import type { CompiledControl } from '../../control/compiled.ts'
import { boundPolicy } from '../../control/dual/dual.ts'
import type { DualPlan } from '../../control/dual/plan.ts'
import { estimatePolicy } from '../../control/estimate.ts'
import type { PolicyEstimatePlan } from '../../control/estimate-plan.ts'
import type { PolicyPlan } from '../../control/plan.ts'
import { settlePolicy, trainPolicy } from '../../control/train.ts'
import type { Stages } from '../method.ts'

export const stages: Stages<CompiledControl> = {
  train: (context, problem, plan) => trainPolicy(context, problem, plan as PolicyPlan),
  settle: (context, problem, plan) => settlePolicy(context, problem, plan as PolicyPlan),
  estimate: (context, problem, plan) => estimatePolicy(context, problem, plan as PolicyEstimatePlan),
  bounds: (context, problem, plan) => boundPolicy(context, problem, plan as DualPlan),
}
