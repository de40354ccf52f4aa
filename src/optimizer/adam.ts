/** Adam (Kingma and Ba, 2015) over blocks of parameters in shared memory. */
import type { Kernels } from '../kernels/interface.ts'

export const BETA_1 = 0.9
export const BETA_2 = 0.999
export const EPSILON = 1e-8

/** One step of θ[count] along gradients[count]; `iteration` counts from 0. Moments are indices, updated in place. */
export function adamStep(
  kernels: Kernels,
  theta: number,
  gradients: number,
  firstMoment: number,
  secondMoment: number,
  count: number,
  rate: number,
  iteration: number,
): void {
  const c1 = 1 / (1 - BETA_1 ** (iteration + 1))
  const c2 = 1 / (1 - BETA_2 ** (iteration + 1))
  kernels.adam(theta, gradients, firstMoment, secondMoment, count, rate, BETA_1, BETA_2, EPSILON, c1, c2)
}
