/** Names that options take. They are the engine's; listing them here keeps the engine unloaded until it is needed. */

import type { ActivationName, KernelName } from '../kernels/interface.ts'
import type { NetworkFamily, SkipRule } from '../networks/specification.ts'
import type { ScheduleName } from '../optimizer/schedule.ts'
import type { SchemeName } from '../solution/schemes.ts'

/** The keys of a record, so that the compiler finds a name that is missing here. */
function names<Name extends string>(record: Record<Name, true>): Name[] {
  return Object.keys(record) as Name[]
}

export const KERNELS = names<KernelName>({ reference: true, simd: true, fma: true })
export const SCHEMES = names<SchemeName>({ trapezoidal: true, euler: true })
export const SCHEDULES = names<ScheduleName>({ plateau: true, cosine: true, constant: true })
export const ACTIVATIONS = names<ActivationName>({ identity: true, relu: true, tanh: true, sigmoid: true })
export const NETWORKS = names<NetworkFamily>({
  'two-layer': true,
  multilayer: true,
  residual: true,
  'random-features': true,
})
export const SKIPS = names<SkipRule>({ fitted: true, none: true })
export const PRESETS = ['published'] as const
