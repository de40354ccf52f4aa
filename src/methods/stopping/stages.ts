/** What the workers do for a right to stop. */
import type { CompiledStopping } from '../../stopping/compiled.ts'
import type { Stages } from '../method.ts'
import { fitBackward } from './backward.ts'
import { findLimits } from './limits.ts'
import type { StoppingPlan } from './plan.ts'

export const stages: Stages<CompiledStopping> = {
  fit: (context, problem, plan) => fitBackward(context, problem, plan as StoppingPlan),
  estimate: (context, problem, plan) => findLimits(context, problem, plan as StoppingPlan),
}
