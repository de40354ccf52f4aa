/** Which workers there are: each says so every few seconds, by the server's clock, so that no other clock matters. */
import type { Redis } from 'ioredis'
import type { QueueAddress } from './address.ts'
import { keysOf } from './names.ts'

/** What a worker says of itself. */
export interface WorkerAbout {
  host: string
  pid: number
  /** Names of the queues that it takes from. */
  queues: string[]
  threads: number
  /** Jobs that it takes at once. */
  slots: number
  /** Jobs that it is at. */
  running: string[]
  /** Jobs that it has done. */
  done: number
  since: string
}

export interface SeenWorker extends WorkerAbout {
  id: string
  /** Seconds since its last sign. */
  silent: number
}

/** Without a sign for so long, a worker is gone. */
const GONE_SECONDS = 60

export class Registry {
  readonly #redis: Redis
  readonly #workers: string
  readonly #about: string

  constructor(redis: Redis, address: QueueAddress) {
    const { workers, about } = keysOf(address)
    this.#redis = redis
    this.#workers = workers
    this.#about = about
  }

  async sign(id: string, about: WorkerAbout): Promise<void> {
    await this.#redis
      .multi()
      .zadd(this.#workers, await this.#now(), id)
      .hset(this.#about, id, JSON.stringify(about))
      .exec()
  }

  async leave(id: string): Promise<void> {
    await this.#redis.multi().zrem(this.#workers, id).hdel(this.#about, id).exec()
  }

  /** Those that gave a sign not long ago; the others are forgotten. */
  async workers(): Promise<SeenWorker[]> {
    const now = await this.#now()
    const all = await this.#redis.zrange(this.#workers, 0, -1, 'WITHSCORES')
    const seen: SeenWorker[] = []
    for (let k = 0; k < all.length; k += 2) {
      const [id, silent] = [all[k], now - Number(all[k + 1])]
      const about = silent > GONE_SECONDS ? null : await this.#redis.hget(this.#about, id)
      if (about === null) await this.leave(id)
      else seen.push({ ...(JSON.parse(about) as WorkerAbout), id, silent })
    }
    return seen
  }

  async #now(): Promise<number> {
    const [seconds] = await this.#redis.time()
    return Number(seconds)
  }
}
