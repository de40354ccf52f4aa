/** A session on worker threads: the pool, the memory that they share, and the watch over them. */
import { DEFAULT_HEAP_MB, type WorkerPool } from '../../workers/pool.ts'
import type { Checkpoints } from '../checkpoint/checkpoints.ts'
import type { ModelStore } from '../checkpoint/model-file.ts'
import type { KernelName } from '../kernels/interface.ts'
import { chooseKernel, compileKernels } from '../kernels/loader.ts'
import { Arena, allocate } from '../memory/arena.ts'
import { integersAt, type Views, viewsOf } from '../memory/views.ts'
import type { Compiled } from '../methods/compiled.ts'
import type { ShareRounds } from '../methods/helpers.ts'
import type { Session } from '../methods/session.ts'
import { abortTeam, SIGNAL, SIGNAL_WORDS, stopTeam } from '../parallel/signals.ts'
import { DEFAULT_WATCHDOG_MS, Watchdog } from '../parallel/watchdog.ts'
import { Threads } from './threads.ts'

const POLL_MS = 50

export interface SessionOptions {
  workers: number
  kernel: KernelName | null
  /** Bytes that a run may take. */
  memoryLimit: number
  /** Ends the stage after its current iteration. */
  signal: AbortSignal | null
  /** Milliseconds without any movement after which a worker counts as hung. */
  watchdogMs?: number
  /** Megabytes of each worker's own heap, apart from the shared memory. */
  heapMb?: number
  /** The method that will run, which the threads load as soon as they are there. */
  method?: string
  /** Where its threads come from and go to; they begin and end with it unless given. */
  threads?: Threads
}

export class ThreadSession implements Session {
  readonly workers: number
  readonly kernel: KernelName
  readonly signal: AbortSignal | null
  checkpoints: Checkpoints | null = null
  model: ModelStore | null = null
  shareRounds: ShareRounds | null = null
  readonly arena = new Arena()
  readonly #signals = this.arena.integers(SIGNAL_WORDS)
  readonly #pool: WorkerPool
  readonly #threads: Threads
  readonly #areOwn: boolean
  readonly #loaded: Promise<void> | undefined
  readonly #memoryLimit: number
  readonly #watchdogMs: number
  #views: Views | null = null

  constructor(options: SessionOptions) {
    this.workers = options.workers
    this.kernel = options.kernel ?? chooseKernel()
    this.signal = options.signal
    this.#memoryLimit = options.memoryLimit
    this.#watchdogMs = options.watchdogMs ?? DEFAULT_WATCHDOG_MS
    this.#threads = options.threads ?? new Threads()
    this.#areOwn = options.threads === undefined
    this.#pool = this.#threads.take(this.workers, options.heapMb ?? DEFAULT_HEAP_MB)
    this.#loaded = options.method === undefined ? undefined : this.#pool.load(options.method)
  }

  allocate(remedy: string): Views {
    this.#views = viewsOf(allocate(this.arena.bytes, this.#memoryLimit, remedy))
    return this.#views
  }

  /**
   * As the interface has it.
   * @throws DivergenceError, WorkerLostError, WorkerHungError, or the worker's own error
   */
  async run(
    method: string,
    stage: string,
    problem: Compiled,
    plan: unknown,
    onProgress: (progress: number) => void,
    checkpoints: Checkpoints | null = null,
  ): Promise<void> {
    if (!this.#views) throw new Error('a session must allocate before it runs')
    const { memory } = this.#views
    const signals = integersAt(memory, this.#signals, SIGNAL_WORDS)
    signals.fill(0)
    // This changes V8's flags, and what threads load afterwards is compiled anew.
    await this.#loaded
    const module = await compileKernels(this.kernel)
    const snapshot = checkpoints?.snapshot ?? null
    const shared = {
      memory,
      signals: this.#signals,
      kernel: this.kernel,
      module,
      workers: this.workers,
      snapshot,
    }
    const messages = Array.from({ length: this.workers }, (_, rank) => ({
      method,
      stage,
      problem,
      plan,
      context: { ...shared, rank },
    }))
    const watchdog = new Watchdog(signals, this.workers, this.#watchdogMs, stage)
    const look = () => {
      onProgress(Atomics.load(signals, SIGNAL.progress))
      checkpoints?.poll(signals)
      const hung = watchdog.look()
      if (hung) throw hung
    }
    const stop = () => stopTeam(signals)
    this.signal?.addEventListener('abort', stop)
    if (this.signal?.aborted) stop()
    try {
      await whileLooking(
        () => this.#pool.run(messages, signals),
        look,
        () => abortTeam(signals),
      )
      onProgress(Atomics.load(signals, SIGNAL.progress))
    } finally {
      this.signal?.removeEventListener('abort', stop)
      await checkpoints?.settle()
    }
  }

  /** Ends every worker at once, whatever it does; those that wait for another run may have it. */
  async close(): Promise<void> {
    if (this.#views) abortTeam(integersAt(this.#views.memory, this.#signals, SIGNAL_WORDS))
    await this.#threads.give(this.#pool, this.arena.bytes, this.#memoryLimit)
    if (this.#areOwn) await this.#threads.close()
    this.checkpoints?.close()
  }
}

/** Runs `work` and calls `look` from time to time; when that throws, its error is the work's, which is given up. */
function whileLooking(work: () => Promise<void>, look: () => void, giveUp: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        look()
      } catch (error) {
        clearInterval(timer)
        giveUp()
        reject(error)
      }
    }, POLL_MS)
    work()
      .finally(() => clearInterval(timer))
      .then(resolve, reject)
  })
}
