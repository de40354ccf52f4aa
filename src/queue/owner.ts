/** Who commands a run: one command at a time, for as long as it gives signs. */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import { UserError } from '../errors/errors.ts'
import { isAlive } from '../files/replace.ts'
import type { QueueAddress } from './address.ts'
import { keysOf } from './names.ts'

const SIGN_MS = 5000
/** Without a sign for so long, a command is gone. */
const SILENCE_MS = 30_000

/** What is known of a run by those who look. */
export interface RunAbout {
  /** `sweep hjb-lq` */
  what: string
  runs: number
  queue: string
  host: string
  pid: number
  since: string
}

export interface Owner {
  host: string
  pid: number
  token: string
}

const KEEP = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end`
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`

export class RunOwner {
  readonly #redis: Redis
  readonly #key: string
  readonly #text: string
  readonly #timer: NodeJS.Timeout

  private constructor(redis: Redis, key: string, text: string) {
    this.#redis = redis
    this.#key = key
    this.#text = text
    this.#timer = setInterval(() => this.#sign(), SIGN_MS)
  }

  /** @throws UserError where another command of that name gives signs */
  static async take(redis: Redis, address: QueueAddress, run: string): Promise<RunOwner> {
    const key = keysOf(address).owner(run)
    const own: Owner = { host: hostname(), pid: process.pid, token: randomBytes(8).toString('hex') }
    const text = JSON.stringify(own)
    for (let tries = 0; tries < 3; tries++) {
      if (await redis.set(key, text, 'PX', SILENCE_MS, 'NX')) return new RunOwner(redis, key, text)
      const there = await redis.get(key)
      if (there === null) continue
      const owner = ownerIn(there)
      const isGone = owner !== null && owner.host === own.host && !isAlive(owner.pid)
      if (!isGone) throw taken(run, owner)
      await redis.eval(RELEASE, 1, key, there)
    }
    throw taken(run, null)
  }

  async release(): Promise<void> {
    clearInterval(this.#timer)
    await this.#redis.eval(RELEASE, 1, this.#key, this.#text)
  }

  /** Stops giving signs, where the server is not there to be told. */
  abandon(): void {
    clearInterval(this.#timer)
  }

  #sign(): void {
    this.#redis
      .eval(KEEP, 1, this.#key, this.#text, SILENCE_MS)
      // A server that came back without its keys.
      .then((kept) => (kept === 0 ? this.#redis.set(this.#key, this.#text, 'PX', SILENCE_MS, 'NX') : null))
      .catch(() => {})
  }
}

export function ownerIn(text: string | null): Owner | null {
  try {
    const owner = JSON.parse(text ?? '')
    return typeof owner?.host === 'string' && Number.isSafeInteger(owner.pid) ? owner : null
  } catch {
    return null
  }
}

function taken(run: string, owner: Owner | null): UserError {
  const who = owner === null ? 'another command' : `process ${owner.pid} on ${owner.host}`
  return new UserError(
    `--run: '${run}' is being commanded by ${who}. Wait for it, or give another name with --run.`,
  )
}
