/** What a worker has in its hands while it runs a stage of a method. */

import type { KernelName, Kernels } from '../kernels/interface.ts'
import { instantiateKernels } from '../kernels/loader.ts'
import type { SnapshotPlan } from '../memory/snapshot.ts'
import { integersAt, type Views, viewsOf } from '../memory/views.ts'
import { SIGNAL_WORDS } from './signals.ts'
import { Snapshots } from './snapshots.ts'
import { Team } from './team.ts'

/** The plain data that a context is made from; it crosses threads. */
export interface ContextMessage {
  memory: WebAssembly.Memory
  /** Where the block begins, an index of integers. */
  signals: number
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
  const signals = integersAt(message.memory, message.signals, SIGNAL_WORDS)
  return {
    views,
    kernels: instantiateKernels(message.kernel, message.module, message.memory),
    team: new Team(signals, message.rank, message.workers),
    snapshots: new Snapshots(signals, message.memory, message.snapshot ?? null),
  }
}
