/** Names that options take. They are the engine's; listing them here keeps the engine unloaded until it is needed. */
import type { KernelName } from '../kernels/interface.ts'

export const KERNELS = Object.keys({ reference: true, simd: true, fma: true } satisfies Record<
  KernelName,
  true
>) as KernelName[]
