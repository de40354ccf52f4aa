/** A trained policy as plain data, out of the run's memory: what is saved, and what `Policy` evaluates. */
import { padded } from '../kernels/interface.ts'
import type { NetworkSpecification } from '../networks/specification.ts'
import type { Settings } from '../problem/definition.ts'
import type { CompiledControl } from './compiled.ts'
import type { StepScheme } from './options.ts'
import type { PolicyPlan } from './plan.ts'

export interface TrainedPolicy {
  problem: string
  settings: Settings
  steps: number
  scheme: StepScheme
  network: NetworkSpecification
  /** [steps][parameters], as they lay in memory. */
  parameters: Float32Array
  /** [steps+1][padded(dim)]. */
  scale: Float32Array
  shift: Float32Array
}

export function trainedPolicy(
  floats: Float32Array,
  problem: CompiledControl,
  plan: PolicyPlan,
): TrainedPolicy {
  const { blocks, network, grid, options, dim, scale, shift } = plan
  const parameters = new Float32Array(grid.steps * network.parameters)
  blocks.forEach(({ theta, count }, n) => {
    parameters.set(floats.subarray(theta / 4, theta / 4 + count), n * network.parameters)
  })
  const rows = (grid.steps + 1) * padded(dim)
  return {
    problem: problem.id,
    settings: problem.settings,
    steps: grid.steps,
    scheme: options.scheme,
    network: options.network,
    parameters,
    scale: floats.slice(scale / 4, scale / 4 + rows),
    shift: floats.slice(shift / 4, shift / 4 + rows),
  }
}
