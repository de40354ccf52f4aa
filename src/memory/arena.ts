/**
 * Plans where arrays lie in the one shared memory of a run. The plan is made on the main thread before
 * anything is allocated, so that its size can be refused, and travels to the workers as plain offsets.
 */
import { MemoryLimitError, UserError } from '../errors/errors.ts'
import { floatsOf } from './rows.ts'
import type { Span } from './span.ts'

/** What to do about a run that is too large. */
export const MEMORY_REMEDY = 'Lower the dimension, --steps, --batch-size or --hidden, or raise --memory.'

/** The first page is left to the kernels' own static data. */
const FIRST_BYTE = 65_536
const ALIGNMENT = 64
const PAGE_BYTES = 65_536
/** A 32-bit WebAssembly memory ends at 4 GiB; one page less, so that every offset is an unsigned 32-bit number. */
export const MOST_BYTES = 2 ** 32 - PAGE_BYTES

/**
 * How long an array's values are needed, said where it is declared; one that says nothing is made anew whenever it is used.
 *
 * - `state`: by a run that goes on from a checkpoint;
 * - `good`: besides, by a training that went wrong and goes back;
 * - `model`: besides a checkpoint, by a model that was saved, and by whoever does rounds of its estimate elsewhere;
 * - `rounds`: besides a checkpoint, by the latter alone;
 * - `learned`: by all of them.
 */
export type Keep = 'state' | 'good' | 'model' | 'rounds' | 'learned'

const KEPT_FOR: Readonly<Record<Exclude<Keep, 'learned'>, readonly Keep[]>> = {
  state: ['state', 'good', 'model', 'rounds', 'learned'],
  good: ['good', 'learned'],
  model: ['model', 'learned'],
  rounds: ['model', 'rounds', 'learned'],
}

export class Arena {
  #next = FIRST_BYTE
  readonly #kept: (Span & { keep: Keep })[] = []

  /** Where arrays go for the time being, as long as they fit. */
  #shared: Span | null = null

  /**
   * Plans arrays over those that lie in `shared` and are never needed at the same time; what does not fit goes to the end. When their
   * time comes the arrays there hold anything: see `clearScratch`.
   *
   * @returns the plan, the part of `shared` that it takes, and the part that is left
   */
  over<Plan>(shared: Span, plan: () => Plan): { plan: Plan; taken: Span; left: Span } {
    const left = { ...shared }
    this.#shared = left
    try {
      return { plan: plan(), taken: { at: shared.at, bytes: left.at - shared.at }, left }
    } finally {
      this.#shared = null
    }
  }

  /** Index of the first of `count` float32 among those of the memory (`Views.floats`); every array is aligned to a cache line. */
  floats(count: number, keep?: Keep): number {
    return this.#take(4 * count, keep) / 4
  }

  /** Index of a matrix of float32. */
  rows(count: number, columns: number, keep?: Keep): number {
    return this.floats(floatsOf(count, columns), keep)
  }

  /** Index of the first of `count` float64 in `Views.doubles`. */
  doubles(count: number, keep?: Keep): number {
    return this.#take(8 * count, keep) / 8
  }

  /** Index of the first of `count` int32 in `Views.integers`. */
  integers(count: number, keep?: Keep): number {
    return this.#take(4 * count, keep) / 4
  }

  /** Says of `count` float32 from index `at` on how long they are needed. */
  keepFloats(at: number, count: number, keep: Keep): void {
    this.keep({ at: 4 * at, bytes: 4 * count }, keep)
  }

  /** Says of a part of what was planned how long it is needed. */
  keep({ at, bytes }: Span, keep: Keep): void {
    if (this.#shared !== null) throw new Error('what is kept cannot lie where others lie')
    if (bytes > 0) this.#kept.push({ at, bytes, keep })
  }

  /** What outlives its use for this purpose, in the order in which it was planned. */
  kept(purpose: keyof typeof KEPT_FOR): Span[] {
    const lasting = this.#kept.filter(({ keep }) => KEPT_FOR[purpose].includes(keep))
    return lasting.map(({ at, bytes }) => ({ at, bytes }))
  }

  /** Bytes planned so far. */
  get bytes(): number {
    return this.#next
  }

  #take(bytes: number, keep?: Keep): number {
    const offset = this.#place(bytes)
    if (keep !== undefined) this.keep({ at: offset, bytes }, keep)
    return offset
  }

  #place(bytes: number): number {
    const size = Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    if (this.#shared !== null && size <= this.#shared.bytes) {
      const offset = this.#shared.at
      this.#shared.at += size
      this.#shared.bytes -= size
      return offset
    }
    const offset = this.#next
    this.#next = offset + size
    return offset
  }
}

/**
 * The shared memory that a plan asks for.
 * @throws UserError when the plan exceeds `limitBytes` or what WebAssembly can address; nothing is allocated then.
 */
export function allocate(bytes: number, limitBytes: number, remedy: string): WebAssembly.Memory {
  refuseBeyond(bytes, limitBytes, remedy)
  const pages = Math.ceil(bytes / PAGE_BYTES)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UserError(
      `the system gives no ${megabytes(bytes)} of memory and the addresses around them (see ulimit -v, and the limit of a container). ${remedy}`,
    )
  }
}

/** @throws UserError when `bytes`, or at least so many, are more than `limitBytes` or WebAssembly can address. */
export function refuseBeyond(bytes: number, limitBytes: number, remedy: string, isLeast = false): void {
  const limit = Math.min(limitBytes, MOST_BYTES)
  if (bytes <= limit) return
  const need = `${isLeast ? 'at least ' : ''}${megabytes(bytes)}`
  throw new MemoryLimitError(`the run needs ${need} of memory, allowed are ${megabytes(limit)}. ${remedy}`)
}

export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString('en-US')} MB`
}
