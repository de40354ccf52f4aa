/** The piscina pool: as many threads as a run has workers, each holding one long task at a time. */
import { existsSync } from 'node:fs'
import { Piscina } from 'piscina'
import { DivergenceError, UserError } from '../src/errors/errors.ts'
import { abortTeam } from '../src/parallel/signals.ts'
import type { ErrorEnvelope, LoadMessage, StageMessage, StageReply } from './protocol.ts'

/** A worker's own heap, apart from the shared memory: small data, so that a leak ends here and not with the machine. */
export const DEFAULT_HEAP_MB = 1024

/** A worker ended without an answer: it was killed, ran out of memory, or called for its own exit. */
export class WorkerLostError extends Error {
  override name = 'WorkerLostError'
}

export class WorkerPool {
  readonly size: number
  readonly heapMb: number
  readonly #piscina: Piscina
  #underWay = 0
  #isBroken = false

  constructor(size: number, heapMb = DEFAULT_HEAP_MB) {
    this.size = size
    this.heapMb = heapMb
    this.#piscina = new Piscina({
      filename: entryFile().href,
      minThreads: size,
      maxThreads: size,
      concurrentTasksPerWorker: 1,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      idleTimeout: Number.POSITIVE_INFINITY,
    })
  }

  /** Has every thread load a method while the main thread is busy. What goes wrong with it will do so again in the stage. */
  async load(method: string): Promise<void> {
    const message: LoadMessage = { load: method }
    await Promise.allSettled(Array.from({ length: this.size }, () => this.#piscina.run(message)))
  }

  /**
   * Runs one stage on every worker and waits until all have ended; the first true error is thrown.
   * @throws DivergenceError, WorkerLostError, or the worker's own error.
   */
  async run(messages: StageMessage[], signals: Int32Array): Promise<void> {
    this.#underWay++
    const outcomes = await Promise.all(
      messages.map((message) =>
        this.#piscina.run(message).then(
          (reply: StageReply) => (reply.ok ? null : reply.error),
          (error: unknown) => {
            // The others wait at a barrier for a worker that will not come.
            abortTeam(signals)
            this.#isBroken = true
            return lostWorker(error)
          },
        ),
      ),
    )
    this.#underWay--
    const errors = outcomes.filter((error) => error !== null)
    const cause = errors.find((error) => error.kind !== 'aborted') ?? errors[0]
    if (cause) throw fromEnvelope(cause)
  }

  /** Whether every thread is alive and waits for a stage. */
  get isIdle(): boolean {
    return this.#underWay === 0 && !this.#isBroken
  }

  async close(): Promise<void> {
    await this.#piscina.destroy()
  }
}

function lostWorker(error: unknown): ErrorEnvelope {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'failed', name: 'WorkerLostError', message: `a worker thread was lost: ${message}`, stack }
}

function fromEnvelope(error: ErrorEnvelope): Error {
  if (error.kind === 'diverged') {
    const { message, iteration, step, path, advice } = error
    return new DivergenceError(message, iteration, step, path, advice)
  }
  if (error.kind === 'aborted') return new Error('the run was aborted')
  const failure =
    error.name === 'WorkerLostError' ? new WorkerLostError(error.message) : new Error(error.message)
  failure.stack = error.stack
  return failure
}

/**
 * In this module's own form; a Node that does not run TypeScript as it is takes the built one, also from the sources.
 * @throws UserError where it needs the built one and there is none
 */
function entryFile(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./entry.js', import.meta.url)
  if (process.features.typescript) return new URL('./entry.ts', import.meta.url)
  const built = new URL('../dist/workers/entry.js', import.meta.url)
  if (existsSync(built)) return built
  throw new UserError(`Node ${process.versions.node} does not run TypeScript as it is. Run npm run build.`)
}
