/** The workers, the kernel and the memory of one run, as a method sees them from the main thread. */
import { WorkerPool } from '../workers/pool.ts'
import type { KernelName } from './kernels/interface.ts'
import { chooseKernel, compileKernels } from './kernels/loader.ts'
import { Arena, allocate } from './memory/arena.ts'
import { type Views, viewsOf } from './memory/views.ts'
import type { Compiled } from './method.ts'
import { abortTeam, CONTROL, CONTROL_WORDS, stopTeam } from './parallel/control.ts'

const POLL_MS = 50

export interface SessionOptions {
  workers: number
  kernel: KernelName | null
  /** Bytes that a run may take. */
  memoryLimit: number
  /** Ends the stage after its current iteration. */
  signal: AbortSignal | null
}

export class Session {
  readonly workers: number
  readonly kernel: KernelName
  readonly signal: AbortSignal | null
  readonly arena = new Arena()
  readonly #control = this.arena.integers(CONTROL_WORDS)
  readonly #pool: WorkerPool
  readonly #module: Promise<WebAssembly.Module | null>
  readonly #memoryLimit: number
  #views: Views | null = null

  constructor(options: SessionOptions) {
    this.workers = options.workers
    this.kernel = options.kernel ?? chooseKernel()
    this.signal = options.signal
    this.#memoryLimit = options.memoryLimit
    this.#module = compileKernels(this.kernel)
    this.#pool = new WorkerPool(options.workers)
  }

  /** Allocates what the arena has planned. @throws UserError when that is more than the limit. */
  allocate(remedy: string): Views {
    this.#views = viewsOf(allocate(this.arena.bytes, this.#memoryLimit, remedy))
    return this.#views
  }

  /** Runs a stage on all workers; `onProgress` gets the stage's own count from time to time. */
  async run(
    method: string,
    stage: string,
    problem: Compiled,
    plan: unknown,
    onProgress: (progress: number) => void,
  ): Promise<void> {
    if (!this.#views) throw new Error('a session must allocate before it runs')
    const { memory } = this.#views
    const control = new Int32Array(memory.buffer, this.#control, CONTROL_WORDS)
    control.fill(0)
    const module = await this.#module
    const messages = Array.from({ length: this.workers }, (_, rank) => ({
      method,
      stage,
      problem,
      plan,
      context: { memory, control: this.#control, kernel: this.kernel, module, rank, workers: this.workers },
    }))
    const stop = () => stopTeam(control)
    const timer = setInterval(() => onProgress(Atomics.load(control, CONTROL.progress)), POLL_MS)
    this.signal?.addEventListener('abort', stop)
    if (this.signal?.aborted) stop()
    try {
      await this.#pool.run(messages, control)
      onProgress(Atomics.load(control, CONTROL.progress))
    } finally {
      clearInterval(timer)
      this.signal?.removeEventListener('abort', stop)
    }
  }

  /** Ends every worker at once, whatever it does. */
  async close(): Promise<void> {
    if (this.#views) abortTeam(new Int32Array(this.#views.memory.buffer, this.#control, CONTROL_WORDS))
    await this.#pool.close()
  }
}
