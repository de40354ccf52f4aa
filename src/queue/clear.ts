/** Taking a run out of the queue again. */
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { QueueAddress } from './address.ts'
import { keysOf } from './names.ts'

/** A sign to workers that a run is left; longer than any worker takes to see it. */
export const STOPPED_SECONDS = 3600
/** Other runs of the queue may still read them; what they miss they find by looking. */
const EVENTS_LEFT = 100
/** Jobs that are removed in one go. */
const AT_ONCE = 500

/** Those that no worker is at. */
export async function removeJobs(queue: Queue, ids: readonly string[]): Promise<void> {
  for (let k = 0; k < ids.length; k += AT_ONCE) {
    await Promise.all(ids.slice(k, k + AT_ONCE).map((id) => queue.remove(id).catch(() => 0)))
  }
}

/** Everything of a run, but for jobs that workers are at: these are told to leave them. */
export async function clearRun(
  redis: Redis,
  queue: Queue,
  address: QueueAddress,
  run: string,
): Promise<number> {
  const keys = keysOf(address)
  const all = await queue.getRanges(['waiting', 'completed', 'failed', 'delayed', 'active'], 0, -1)
  const own = all.filter((id) => id.startsWith(`${run}/`))
  const active = (await queue.getRanges(['active'], 0, -1)).filter((id) => id.startsWith(`${run}/`))
  if (active.length > 0) await redis.set(keys.stopped(run), '1', 'EX', STOPPED_SECONDS)
  await removeJobs(queue, own)
  // What was told holds the results.
  await queue.trimEvents(EVENTS_LEFT)
  await redis.multi().hdel(keys.runs, run).del(keys.shared(run)).exec()
  return own.length
}
