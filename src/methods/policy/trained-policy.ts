/** A trained policy as plain data, out of the run's memory: what is saved, and what `Policy` evaluates. */

import type { CompiledControl } from '../../control/compiled.ts'
import type { PolicyOptions } from '../../control/options.ts'
import type { PolicyPlan } from '../../control/plan.ts'
import { floatsOf } from '../../memory/rows.ts'

export interface TrainedPolicy {
  problem: CompiledControl
  options: PolicyOptions
  /** [ownNetworks][parameters], as they lay in memory. */
  parameters: Float32Array
  /** [steps+1 × dim], as they lay in the memory. */
  scale: Float32Array
  shift: Float32Array
}

export function trainedPolicy(
  floats: Float32Array,
  problem: CompiledControl,
  plan: PolicyPlan,
): TrainedPolicy {
  const { blocks, network, grid, options, dim, scale, shift } = plan
  const parameters = new Float32Array(plan.ownNetworks * network.parameters)
  blocks.slice(0, plan.ownNetworks).forEach(({ theta, count }, n) => {
    parameters.set(floats.subarray(theta, theta + count), n * network.parameters)
  })
  const rows = floatsOf(grid.steps + 1, dim)
  return {
    problem,
    options,
    parameters,
    scale: floats.slice(scale, scale + rows),
    shift: floats.slice(shift, shift + rows),
  }
}

/** Writes the policy where `plan` has it. */
export function restorePolicy(floats: Float32Array, plan: PolicyPlan, trained: TrainedPolicy): void {
  const { parameters } = plan.network
  plan.blocks.slice(0, plan.ownNetworks).forEach(({ theta }, n) => {
    floats.set(trained.parameters.subarray(n * parameters, (n + 1) * parameters), theta)
  })
  floats.set(trained.scale, plan.scale)
  floats.set(trained.shift, plan.shift)
}
