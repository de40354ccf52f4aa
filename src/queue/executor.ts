/** Runs given to the workers of a queue: added at once, followed by events, and looked after where events were lost. */
import type { Job, JobsOptions, Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { chooseKernel } from '../kernels/loader.ts'
import type { RunHooks, RunJob } from '../runs/job.ts'
import { type Outcome, outcomeOf } from '../runs/outcome.ts'
import type { Executor } from '../runs/run-many.ts'
import type { Progress } from '../solution/solution.ts'
import type { QueueAddress } from './address.ts'
import { clearRun, removeJobs, STOPPED_SECONDS } from './clear.ts'
import { connectionOptions, loadBullmq, openRedis } from './connect.ts'
import { jobData } from './job-data.ts'
import { identityOf, identityText, jobId, keysOf, queueName, queuePrefix } from './names.ts'
import { type RunAbout, RunOwner } from './owner.ts'
import { Registry } from './registry.ts'
import type { JobResult } from './worker.ts'

export interface QueueSettings {
  address: QueueAddress
  /** Name of the run: the same name goes on with what is in the queue. */
  run: string
  about: Omit<RunAbout, 'queue'>
  kernel?: RunJob['options']['kernel']
  onNote(text: string): void
  /** Milliseconds without the server after which the command ends; ten minutes unless given. */
  lostMs?: number
}

/** @throws UserError where the queue cannot be used, or another command has the run's name */
export async function queueExecutor(settings: QueueSettings): Promise<Executor> {
  const bullmq = await loadBullmq()
  const redis = await openRedis(settings.address)
  try {
    const owner = await RunOwner.take(redis, settings.address, settings.run)
    const name = queueName(identityOf(settings.kernel ?? chooseKernel()))
    const options = { connection: connectionOptions(settings.address), prefix: queuePrefix(settings.address) }
    const queue = new bullmq.Queue(name, { ...options, streams: { events: { maxLen: EVENTS } } })
    const events = new bullmq.QueueEvents(name, options)
    const executor = new QueueExecutor(settings, redis, owner, queue, events)
    await executor.begin()
    return executor
  } catch (error) {
    redis.disconnect()
    throw error
  }
}

/** Events that the server keeps; one that is lost is found again by looking. */
const EVENTS = 2000
const LOOK_MS = 3000
/** Jobs that are looked at in one go. */
const LOOK_JOBS = 500
const ADD_JOBS = 500
const LOST_MS = 600_000
/** What nobody fetches is forgotten after a week. */
const KEEP_SECONDS = 7 * 86_400

interface Waiting {
  id: string
  job: RunJob
  hooks: RunHooks
  resolve(outcome: Outcome | null): void
  reject(error: Error): void
}

class QueueExecutor implements Executor {
  readonly slots = Number.POSITIVE_INFINITY
  readonly #settings: QueueSettings
  readonly #redis: Redis
  readonly #owner: RunOwner
  readonly #queue: Queue
  readonly #events: QueueEvents
  readonly #registry: Registry
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #timer: NodeJS.Timeout
  #toAdd: Waiting[] = []
  #adding: Promise<void> = Promise.resolve()
  #isLooking = false
  #position = 0
  #seenAt = performance.now()
  #isTold = { lost: false, alone: false }
  #isStopped = false
  #signal: AbortSignal | null = null

  constructor(settings: QueueSettings, redis: Redis, owner: RunOwner, queue: Queue, events: QueueEvents) {
    this.#settings = settings
    this.#redis = redis
    this.#owner = owner
    this.#queue = queue
    this.#events = events
    this.#registry = new Registry(redis, settings.address)
    queue.on('error', () => {})
    events.on('error', () => {})
    events.on('completed', ({ jobId: id, returnvalue }) =>
      this.#finish(id, returnvalue as unknown as JobResult | null),
    )
    events.on('failed', ({ jobId: id, failedReason }) => this.#fail(id, failedReason))
    events.on('progress', ({ jobId: id, data }) => {
      for (const { hooks } of this.#waiting.get(id) ?? []) hooks.onProgress?.(data as unknown as Progress)
    })
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  async begin(): Promise<void> {
    const { address, run, about } = this.#settings
    const { runs, stopped } = keysOf(address)
    await this.#events.waitUntilReady()
    await this.#redis.del(stopped(run))
    await this.#redis.hset(
      runs,
      run,
      JSON.stringify({ ...about, queue: this.#queue.name } satisfies RunAbout),
    )
  }

  run(key: string, job: RunJob, hooks: RunHooks): Promise<Outcome | null> {
    return new Promise((resolve, reject) => {
      const id = jobId(this.#settings.run, key)
      const waiting = { id, job, hooks, resolve, reject }
      const others = this.#waiting.get(id)
      this.#waiting.set(id, [...(others ?? []), waiting])
      this.#listenTo(hooks.signal)
      if (others !== undefined) return
      this.#toAdd.push(waiting)
      if (this.#toAdd.length === 1) {
        // All that are given in one go are added in one.
        setImmediate(() => {
          const given = this.#toAdd
          this.#toAdd = []
          this.#adding = this.#adding.then(() => this.#add(given)).catch((error) => this.#giveUp(error))
        })
      }
    })
  }

  /** All runs of one command have one signal. */
  #listenTo(signal: AbortSignal | undefined): void {
    if (signal === undefined || signal === this.#signal) return
    this.#signal = signal
    signal.addEventListener('abort', () => this.#stop(), { once: true })
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#adding
    const isThere = performance.now() - this.#seenAt < 2 * LOOK_MS + 1000
    if (isThere) await within(30_000, this.#leave())
    this.#owner.abandon()
    await Promise.allSettled([within(2000, this.#events.close()), within(2000, this.#queue.close())])
    this.#redis.disconnect()
  }

  /** A finished run leaves nothing; one that was stopped leaves what is done, to go on with. */
  async #leave(): Promise<void> {
    const { address, run } = this.#settings
    if (!this.#isStopped) await clearRun(this.#redis, this.#queue, address, run)
    await this.#owner.release()
  }

  async #add(given: readonly Waiting[]): Promise<void> {
    for (let k = 0; k < given.length && !this.#isStopped; k += ADD_JOBS) {
      const part = given.slice(k, k + ADD_JOBS)
      const jobs = await Promise.all(part.map((waiting) => this.#bulkJob(waiting)))
      await this.#queue.addBulk(jobs)
      // Those that are there from before may be done.
      await this.#lookAt(part.map(({ id }) => id))
    }
  }

  async #bulkJob({ id, job }: Waiting): Promise<{ name: string; data: unknown; opts: JobsOptions }> {
    const { address, run } = this.#settings
    const kernel = job.options.kernel ?? chooseKernel()
    const { data, page } = await jobData({ ...job, options: { ...job.options, kernel } })
    if (page !== null) await this.#redis.hset(keysOf(address).pages(run), data.digest!, page)
    const keep = { age: KEEP_SECONDS }
    return { name: 'run', data, opts: { jobId: id, removeOnComplete: keep, removeOnFail: keep, attempts: 1 } }
  }

  #finish(id: string, result: JobResult | null): void {
    const all = this.#waiting.get(id)
    if (all === undefined) return
    const outcome = result === null ? null : outcomeIn(result)
    // Left by its worker, for a stop that is over: it is asked for again.
    if (outcome === null) {
      if (!this.#isStopped) this.#again(id, all[0])
      return
    }
    this.#waiting.delete(id)
    for (const { resolve } of all) resolve(outcome)
  }

  #fail(id: string, reason: string): void {
    const all = this.#waiting.get(id)
    this.#waiting.delete(id)
    const message = /stalled/.test(reason) ? `lost with its worker again and again (${reason})` : reason
    for (const { resolve } of all ?? []) resolve({ kind: 'failed', message, elapsedMs: 0 })
  }

  #again(id: string, waiting: Waiting): void {
    this.#adding = this.#adding
      .then(() => this.#queue.remove(id))
      .then(() => this.#add([waiting]))
      .catch((error) => this.#giveUp(error))
  }

  /** What no event told: some of the jobs in turn, and whether anybody is there to do them. */
  #look(): void {
    this.#requireServer()
    if (this.#isLooking || this.#waiting.size === 0) return
    this.#isLooking = true
    const ids = [...this.#waiting.keys()]
    const part = ids.slice(this.#position, this.#position + LOOK_JOBS)
    this.#position = this.#position + LOOK_JOBS < ids.length ? this.#position + LOOK_JOBS : 0
    this.#adding
      .then(() => this.#lookAt(part))
      .then(() => this.#lookForWorkers())
      .catch(() => {})
      .finally(() => {
        this.#isLooking = false
      })
  }

  async #lookAt(ids: readonly string[]): Promise<void> {
    const jobs = await Promise.all(ids.map((id) => this.#queue.getJob(id)))
    this.#seenAt = performance.now()
    const gone: Waiting[] = []
    jobs.forEach((job: Job | undefined, k) => {
      const [waiting] = this.#waiting.get(ids[k]) ?? []
      if (waiting === undefined) return
      if (job === undefined) gone.push(waiting)
      else if (job.finishedOn !== undefined && job.failedReason) this.#fail(ids[k], job.failedReason)
      else if (job.finishedOn !== undefined) this.#finish(ids[k], job.returnvalue)
    })
    // A server that came back without them, or a run that somebody cleared.
    if (gone.length > 0 && !this.#isStopped) await this.#add(gone)
  }

  async #lookForWorkers(): Promise<void> {
    const workers = await this.#registry.workers()
    const { address, onNote } = this.#settings
    const isAlone = !workers.some(({ queues }) => queues.includes(this.#queue.name))
    if (isAlone && !this.#isTold.alone) {
      const others =
        workers.length === 0 ? 'none is there' : `${workers.length} of other versions or kernels are there`
      onNote(
        `waiting for a worker with ${identityText(this.#queue.name)}; ${others}: deepbsde worker --queue ${address.shown}`,
      )
    }
    this.#isTold.alone = isAlone
  }

  #requireServer(): void {
    const { address, lostMs = LOST_MS, onNote } = this.#settings
    this.#redis.ping().then(
      () => {
        this.#seenAt = performance.now()
        if (this.#isTold.lost) onNote(`the queue at ${address.shown} is back`)
        this.#isTold.lost = false
      },
      () => {},
    )
    const silence = performance.now() - this.#seenAt
    if (silence > 2 * LOOK_MS && !this.#isTold.lost) {
      this.#isTold.lost = true
      onNote(`the queue at ${address.shown} is gone: trying again`)
    }
    if (silence > lostMs) {
      this.#giveUp(
        new QueueLostError(
          `the queue at ${address.shown} is gone. Go on with the same command when it is back.`,
        ),
      )
    }
  }

  #giveUp(error: Error): void {
    this.#isStopped = true
    const all = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    for (const { reject } of all) reject(error)
  }

  /** Nothing new is begun for this run, and what is under way is left. */
  #stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    const ids = [...this.#waiting.keys()]
    const all = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    const { address, run } = this.#settings
    this.#adding = this.#adding
      .then(() => this.#redis.set(keysOf(address).stopped(run), '1', 'EX', STOPPED_SECONDS))
      .then(() => within(10_000, removeJobs(this.#queue, ids)))
      .catch(() => {})
    for (const { resolve } of all) resolve(null)
  }
}

/** The server was gone for too long: what it has is still there when it comes back. */
export class QueueLostError extends Error {
  override name = 'QueueLostError'
}

function outcomeIn({ outcome }: JobResult): Outcome | null {
  try {
    return outcomeOf(JSON.parse(outcome))
  } catch {
    return null
  }
}

/** Waits no longer than that. */
function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return Promise.race([work, end]).finally(() => clearTimeout(timer))
}
