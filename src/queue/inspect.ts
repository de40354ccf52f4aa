/** What is in a queue: workers, runs with their jobs, and what failed and why. */
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { UserError } from '../errors/errors.ts'
import type { QueueAddress } from './address.ts'
import { clearRun } from './clear.ts'
import { connectionOptions, loadBullmq, openRedis } from './connect.ts'
import { keysOf, queuePrefix, runOfJob } from './names.ts'
import { ownerIn, type RunAbout } from './owner.ts'
import { Registry, type SeenWorker } from './registry.ts'

export interface RunState extends RunAbout {
  run: string
  /** Whether a command gives signs for it. */
  isCommanded: boolean
  waiting: number
  active: number
  done: number
  failed: number
}

export interface FailedJob {
  job: string
  reason: string
}

/** The form of `queue --json`. */
export interface QueueState {
  queue: string
  workers: SeenWorker[]
  runs: RunState[]
  failed: FailedJob[]
}

/** Failures that are told with their reasons. */
const MOST_FAILED = 100

/** @throws UserError where it cannot be reached */
export function readQueue(address: QueueAddress): Promise<QueueState> {
  return withQueues(address, async (redis, queueOf) => {
    const workers = await new Registry(redis, address).workers()
    const runs: RunState[] = []
    const failed: FailedJob[] = []
    for (const [run, about] of await runsIn(redis, address)) {
      const queue = queueOf(about.queue)
      const counts = { waiting: 0, active: 0, done: 0, failed: 0 }
      const own = async (type: 'waiting' | 'active' | 'completed' | 'failed') =>
        (await queue.getRanges([type], 0, -1)).filter((id) => runOfJob(id) === run)
      counts.waiting = (await own('waiting')).length
      counts.active = (await own('active')).length
      counts.done = (await own('completed')).length
      const failures = await own('failed')
      counts.failed = failures.length
      for (const id of failures.slice(0, MOST_FAILED)) {
        const job = await queue.getJob(id)
        failed.push({ job: id, reason: job?.failedReason ?? 'not known' })
      }
      const isCommanded = (await redis.exists(keysOf(address).owner(run))) === 1
      runs.push({ run, ...about, isCommanded, ...counts })
    }
    return { queue: address.shown, workers, runs, failed }
  })
}

/** @returns how many jobs were removed. @throws UserError for a run that is not there, or is being commanded */
export function clearQueue(address: QueueAddress, run: string): Promise<number> {
  return withQueues(address, async (redis, queueOf) => {
    const runs = new Map(await runsIn(redis, address))
    const about = runs.get(run)
    if (about === undefined) {
      const known = [...runs.keys()].slice(0, 10).join(', ')
      throw new UserError(
        `no run '${run}' is in the queue. ${known === '' ? 'It is empty.' : `There are ${known}.`}`,
      )
    }
    const owner = ownerIn(await redis.get(keysOf(address).owner(run)))
    if (owner !== null) {
      throw new UserError(
        `'${run}' is being commanded by process ${owner.pid} on ${owner.host}. Stop it there first, or wait 30 s if it was killed.`,
      )
    }
    return clearRun(redis, queueOf(about.queue), address, run)
  })
}

async function runsIn(redis: Redis, address: QueueAddress): Promise<[string, RunAbout][]> {
  const all = await redis.hgetall(keysOf(address).runs)
  return Object.entries(all).map(([run, text]) => [run, JSON.parse(text) as RunAbout])
}

async function withQueues<T>(
  address: QueueAddress,
  body: (redis: Redis, queueOf: (name: string) => Queue) => Promise<T>,
): Promise<T> {
  const bullmq = await loadBullmq()
  const redis = await openRedis(address)
  const queues = new Map<string, Queue>()
  const queueOf = (name: string) => {
    const there = queues.get(name)
    if (there !== undefined) return there
    const options = { connection: connectionOptions(address), prefix: queuePrefix(address) }
    const queue = new bullmq.Queue(name, { ...options, skipMetasUpdate: true })
    queues.set(name, queue)
    return queue
  }
  try {
    return await body(redis, queueOf)
  } finally {
    await Promise.all([...queues.values()].map((queue) => queue.close()))
    redis.disconnect()
  }
}
