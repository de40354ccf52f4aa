/**
 * Threads that outlive a run, for commands of many: what one run has loaded and had compiled is there for the next, which for
 * small runs is more than half of their processor time.
 */
import { WorkerPool } from '../../workers/pool.ts'

/**
 * The memory of runs that are over lasts until a thread's collector comes by, which sees little reason to: beyond this, and beyond
 * this part of what a run may take, the threads end instead.
 */
const MOST_BYTES_LEFT = 2 ** 28
const MOST_PART_LEFT = 1 / 8

export class Threads {
  readonly #idle: WorkerPool[] = []
  /** Bytes of the runs that each has worked on. */
  readonly #bytes = new WeakMap<WorkerPool, number>()
  #isClosed = false

  /** Has new ones load their code, for the first run to take. */
  begin(size: number): void {
    this.#idle.push(new WorkerPool(size))
  }

  /** Those of another run, or new ones. */
  take(size: number, heapMb: number): WorkerPool {
    const index = this.#idle.findIndex((pool) => pool.size === size && pool.heapMb === heapMb)
    return index < 0 ? new WorkerPool(size, heapMb) : this.#idle.splice(index, 1)[0]
  }

  /**
   * Keeps them for another run, or ends them, whatever they do.
   * @param bytes of the memory that they have worked in, and the most that it might have been
   */
  async give(pool: WorkerPool, bytes: number, limit: number): Promise<void> {
    const left = (this.#bytes.get(pool) ?? 0) + bytes
    this.#bytes.set(pool, left)
    const isSmall = left <= Math.min(MOST_BYTES_LEFT, MOST_PART_LEFT * limit)
    if (!this.#isClosed && pool.isIdle && isSmall) this.#idle.push(pool)
    else await pool.close()
  }

  /** Ends those that no run has; the others end with their run. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map((pool) => pool.close()))
  }
}
