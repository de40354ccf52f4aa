import type { ParameterBlock } from '../fields/plan.ts'
import { STATE, STATE_WORDS } from '../fields/state.ts'
import type { Kernels } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import { adamStep } from '../optimizer/adam.ts'
import type { TrainingPlan } from './plan.ts'

/**
 * Adam on the first `skips` floats of a block at the full rate, on the rest at the networks' share of it: they have a
 * hundred times as many parameters, each as noisy as one of the skips'.
 */
export function updateBlock(
  kernels: Kernels,
  block: ParameterBlock,
  gradients: number,
  skips: number,
  rate: number,
  networkRate: number,
  iteration: number,
): void {
  const { theta, firstMoment: m, secondMoment: v, trainable } = block
  const at = skips
  adamStep(kernels, theta, gradients, m, v, skips, rate, iteration)
  adamStep(
    kernels,
    theta + at,
    gradients + at,
    m + at,
    v + at,
    trainable - skips,
    rate * networkRate,
    iteration,
  )
}

/** Adam begins anew, from the iteration that the state is at. For one worker alone. */
export function forgetMoments({ floats, doubles }: Views, plan: TrainingPlan): void {
  const blocks = plan.valueBlock ? [...plan.blocks, plan.valueBlock] : plan.blocks
  for (const { firstMoment, secondMoment, trainable } of blocks) {
    floats.fill(0, firstMoment, firstMoment + trainable)
    floats.fill(0, secondMoment, secondMoment + trainable)
  }
  const state = doubles.subarray(plan.state, plan.state + STATE_WORDS)
  for (const word of [STATE.y0, STATE.valueSkip]) state.fill(0, word + 1, word + 3)
  state[STATE.momentsFrom] = state[STATE.iteration]
}
