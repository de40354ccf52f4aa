/** What the workers do for the deep BSDE method. */
import { bound } from '../../bounds/bounds.ts'
import type { BoundsPlan } from '../../bounds/plan.ts'
import { type EstimatePlans, estimate } from '../../estimation/estimate.ts'
import type { GradientPlan } from '../../estimation/gradient/plan.ts'
import { estimateGradient } from '../../estimation/gradient/stage.ts'
import type { HessianPlan } from '../../estimation/hessian/plan.ts'
import { estimateHessian } from '../../estimation/hessian/stage.ts'
import { measureRegion, type RegionPlan } from '../../estimation/region.ts'
import { type SamplePlan, samplePaths } from '../../estimation/sample-paths.ts'
import type { TrainingPlan } from '../../training/plan.ts'
import type { Stages } from '../method.ts'
import { train } from './trainer.ts'

export const stages: Stages = {
  train: (context, problem, plan) => train(context, problem, plan as TrainingPlan),
  estimate: (context, problem, plan) => estimate(context, problem, plan as EstimatePlans),
  gradient: (context, problem, plan) => estimateGradient(context, problem, plan as GradientPlan),
  hessian: (context, problem, plan) => estimateHessian(context, problem, plan as HessianPlan),
  region: (context, problem, plan) => measureRegion(context, problem, plan as RegionPlan),
  sample: (context, problem, plan) => samplePaths(context, problem, plan as SamplePlan),
  bound: (context, problem, plan) => bound(context, problem, plan as BoundsPlan),
}
