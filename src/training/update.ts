import type { Kernels } from '../kernels/interface.ts'
import { adamStep } from '../optimizer/adam.ts'
import type { ParameterBlock } from './plan.ts'

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
  const at = 4 * skips
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
