/**
 * How a copy of the run's state is made without stopping the run: the main thread asks, and the first worker copies at its next
 * iteration boundary, where every other worker waits for it at a barrier and nobody writes. The main thread reads
 * the copy in its own time.
 */
import { type SnapshotPlan, takeSnapshot } from '../memory/snapshot.ts'
import { SIGNAL } from './signals.ts'

/** Values of `SIGNAL.snapshot`. */
export const SNAPSHOT = { idle: 0, requested: 1, taken: 2 } as const

/** The worker's side. */
export class Snapshots {
  readonly #signals: Int32Array
  readonly #memory: WebAssembly.Memory
  readonly #plan: SnapshotPlan | null

  constructor(signals: Int32Array, memory: WebAssembly.Memory, plan: SnapshotPlan | null) {
    this.#signals = signals
    this.#memory = memory
    this.#plan = plan
  }

  get isRequested(): boolean {
    return this.#plan !== null && Atomics.load(this.#signals, SIGNAL.snapshot) === SNAPSHOT.requested
  }

  /** Makes the copy if one was asked for. For the first worker alone, between two iterations. */
  serve(): void {
    if (this.#plan === null || !this.isRequested) return
    takeSnapshot(this.#memory, this.#plan)
    Atomics.store(this.#signals, SIGNAL.snapshot, SNAPSHOT.taken)
  }
}
