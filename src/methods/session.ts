/** The workers, the kernel and the memory of one run, as a method sees them from the main thread. */
import type { Checkpoints } from '../checkpoint/checkpoints.ts'
import type { ModelStore } from '../checkpoint/model-file.ts'
import type { KernelName } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { Views } from '../memory/views.ts'
import type { Compiled } from './compiled.ts'
import type { ShareRounds } from './helpers.ts'

/** What a run takes of the machine. */
export interface MachineOptions {
  /** Threads; as many as the machine has cores unless given. */
  workers?: number
  /** Bytes that the run may take; half the memory of the machine or its container unless given, less where workers need it. */
  memoryLimit?: number
  /** Ends the run after its current iteration; the solution is then `stopped`, from what was trained until then. None unless given. */
  signal?: AbortSignal
  /** Milliseconds without any movement after which a worker counts as hung; 10 minutes unless given. */
  watchdogMs?: number
}

export interface Session {
  readonly workers: number
  readonly kernel: KernelName
  readonly signal: AbortSignal | null
  /** Null where none are kept. */
  readonly checkpoints: Checkpoints | null
  /** Where what was learned, a model or a rule, goes; null where nobody wants it. */
  readonly model: ModelStore | null
  /** Gives rounds of fresh paths to other machines; null where there are none. */
  readonly shareRounds?: ShareRounds | null
  readonly arena: Arena

  /** Allocates what the arena has planned. @throws UserError when that is more than the limit. */
  allocate(remedy: string): Views

  /**
   * Runs a stage on all workers; `onProgress` gets the stage's own count from time to time.
   * @param checkpoints kept while the stage runs; null for a stage that has no state of its own
   * @throws DivergenceError, or the worker's own error
   */
  run(
    method: string,
    stage: string,
    problem: Compiled,
    plan: unknown,
    onProgress: (progress: number) => void,
    checkpoints?: Checkpoints | null,
  ): Promise<void>
}
