/** The libraries of the queue, loaded where one is asked for, and the first connection, which tells what is wrong in one line. */
import { isIP } from 'node:net'
import type { Redis } from 'ioredis'
import { UserError } from '../errors/errors.ts'
import type { QueueAddress } from './address.ts'
import { noRedis, refusal, SilenceError } from './refusal.ts'

type Bullmq = typeof import('bullmq')

/** Milliseconds that a server may take for its first words. */
const PATIENCE_MS = 5000
/** Between tries to reach a server that was there before. */
const MOST_RETRY_MS = 2000
/** What BullMQ asks of it. */
const OLDEST_REDIS = [6, 2]

/** @throws UserError where the packages are not installed */
export function loadBullmq(): Promise<Bullmq> {
  return needed('bullmq', () => import('bullmq'))
}

/** For connections that last: they come back by themselves, until they are not needed any more. */
export function connectionOptions(address: QueueAddress, isOver = () => false) {
  const { host, port, db, username, password, isTls } = address
  return {
    host,
    port,
    db,
    username,
    password,
    // A name is told to the server; an address is none.
    ...(isTls && { tls: isIP(host) ? {} : { servername: host } }),
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => (isOver() ? null : Math.min(MOST_RETRY_MS, 100 * times)),
  }
}

/**
 * One connection, after the server has said that it is one.
 * @throws UserError for one that cannot be reached, lets us not in, or is none
 */
export async function openRedis(address: QueueAddress): Promise<Redis> {
  const { Redis } = await needed('ioredis', () => import('ioredis'))
  const probe = new Redis({
    ...connectionOptions(address),
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    connectTimeout: PATIENCE_MS,
    retryStrategy: () => null,
  })
  let failure: Error | null = null
  outliveErrors(probe)
  probe.on('error', (error) => {
    failure ??= error
  })
  try {
    await within(PATIENCE_MS, probe.connect())
    requireRedis(address, await within(PATIENCE_MS, probe.info()))
  } catch (error) {
    throw error instanceof UserError ? error : refusal(address, failure ?? (error as Error))
  } finally {
    probe.disconnect()
  }
  const redis = new Redis(connectionOptions(address))
  outliveErrors(redis)
  // Without a listener it would print them.
  redis.on('error', () => {})
  return redis
}

/** A server that refuses by an alert resets the connection next: of a stream's errors the library listens to the first alone. */
function outliveErrors(redis: Redis): void {
  redis.on('connect', () => redis.stream.on('error', () => {}))
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SilenceError()), ms)
  })
  return Promise.race([work, silence]).finally(() => clearTimeout(timer))
}

function requireRedis(address: QueueAddress, info: string): void {
  const [, version] = /^redis_version:(\d+\.\d+)/m.exec(info) ?? []
  if (version === undefined) throw noRedis(address)
  const [major, minor] = version.split('.').map(Number)
  if (major > OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor >= OLDEST_REDIS[1])) return
  throw new UserError(
    `${address.shown} is Redis ${version}, the queue needs ${OLDEST_REDIS.join('.')} at least. Install a later one.`,
  )
}

async function needed<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UserError(
      `a queue needs the packages bullmq and ioredis, of which ${name} is not installed. Install them with: npm install bullmq ioredis`,
    )
  }
}
