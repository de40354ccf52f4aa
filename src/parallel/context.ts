/** What a worker has in its hands while it runs a stage of a method. */

import type { KernelName, Kernels } from '../kernels/interface.ts'
import { instantiateKernels } from '../kernels/loader.ts'
import type { SnapshotPlan } from '../memory/snapshot.ts'
import { type Views, viewsOf } from '../memory/views.ts'
import { CONTROL_WORDS } from './control.ts'
import { Snapshots } from './snapshots.ts'
import { Team } from './team.ts'

/** The plain data that a context is made from; it crosses threads. */
export interface ContextMessage {
  memory: WebAssembly.Memory
  /** Byte offset of the control block. */
  control: number
  kernel: KernelName
  module: WebAssembly.Module | null
  rank: number
  workers: number
  /** Where copies of the run's state go; none are made without it. */
  snapshot?: SnapshotPlan | null
}

export interface WorkerContext {
  views: Views
  kernels: Kernels
  team: Team
  snapshots: Snapshots
}

export function openContext(message: ContextMessage): WorkerContext {
  const views = viewsOf(message.memory)
  const control = new Int32Array(message.memory.buffer, message.control, CONTROL_WORDS)
  return {
    views,
    kernels: instantiateKernels(message.kernel, message.module, message.memory),
    team: new Team(control, message.rank, message.workers),
    snapshots: new Snapshots(control, message.memory, message.snapshot ?? null),
  }
}
