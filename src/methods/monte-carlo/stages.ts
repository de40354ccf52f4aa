/** What the workers do for plain Monte Carlo. */
import type { Stages } from '../method.ts'
import type { MonteCarloPlan } from './plan.ts'
import { sample } from './sample.ts'

export const stages: Stages = {
  sample: (context, problem, plan) => sample(context, problem, plan as MonteCarloPlan),
}
