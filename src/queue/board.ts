/** Jobs of one run in the queue: added at once, followed by events, and looked after where events were lost. */
import type { Job, JobsOptions, Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import type { KernelName } from '../kernels/interface.ts'
import { chooseKernel } from '../kernels/loader.ts'
import type { QueueAddress } from './address.ts'
import { clearRun, removeJobs, STOPPED_SECONDS } from './clear.ts'
import { connectionOptions, loadBullmq, openRedis } from './connect.ts'
import { identityOf, identityText, jobId, keysOf, queueName, queuePrefix } from './names.ts'
import { type RunAbout, RunOwner } from './owner.ts'
import { Registry } from './registry.ts'

export interface QueueSettings {
  address: QueueAddress
  /** Name of the run: the same name goes on with what is in the queue. */
  run: string
  about: Omit<RunAbout, 'queue'>
  kernel?: KernelName
  onNote(text: string): void
  /** Milliseconds without the server after which the command ends; ten minutes unless given. */
  lostMs?: number
}

/** One job, as whoever asks for it sees it; called when it is added, and again where the server has lost it. */
export interface Asked {
  key: string
  data(): Promise<unknown>
  onProgress?(progress: unknown): void
}

/** What became of a job: what its worker gave, or why there is nothing. */
export type Done = { result: unknown } | { failed: string }

/** Events that the server keeps; one that is lost is found again by looking. */
const EVENTS = 2000
const LOOK_MS = 3000
/** Jobs that are looked at, or added, in one go. */
const AT_ONCE = 500
const LOST_MS = 600_000
/** What nobody fetches is forgotten after a week. */
const KEEP = { age: 7 * 86_400 }

interface Waiting {
  id: string
  asked: Asked
  resolve(done: Done | null): void
  reject(error: Error): void
}

export class Board {
  readonly redis: Redis
  readonly registry: Registry
  readonly settings: QueueSettings
  readonly #owner: RunOwner
  readonly #queue: Queue
  readonly #events: QueueEvents
  /** Whether its connections need not come back any more. */
  readonly #life: { isOver: boolean }
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

  /** @throws UserError where the queue cannot be used, or another command has the run's name */
  static async open(settings: QueueSettings): Promise<Board> {
    const bullmq = await loadBullmq()
    const redis = await openRedis(settings.address)
    try {
      const owner = await RunOwner.take(redis, settings.address, settings.run)
      const name = queueName(identityOf(settings.kernel ?? chooseKernel()))
      const life = { isOver: false }
      const options = {
        connection: connectionOptions(settings.address, () => life.isOver),
        prefix: queuePrefix(settings.address),
      }
      const queue = new bullmq.Queue(name, { ...options, streams: { events: { maxLen: EVENTS } } })
      const board = new Board(settings, redis, owner, queue, new bullmq.QueueEvents(name, options), life)
      await board.#begin()
      return board
    } catch (error) {
      redis.disconnect()
      throw error
    }
  }

  private constructor(
    settings: QueueSettings,
    redis: Redis,
    owner: RunOwner,
    queue: Queue,
    events: QueueEvents,
    life: { isOver: boolean },
  ) {
    this.settings = settings
    this.redis = redis
    this.registry = new Registry(redis, settings.address)
    this.#owner = owner
    this.#queue = queue
    this.#events = events
    this.#life = life
    queue.on('error', () => {})
    events.on('error', () => {})
    events.on('completed', ({ jobId: id, returnvalue }) => this.#finish(id, returnvalue))
    events.on('failed', ({ jobId: id, failedReason }) => this.#fail(id, failedReason))
    events.on('progress', ({ jobId: id, data }) => {
      for (const { asked } of this.#waiting.get(id) ?? []) asked.onProgress?.(data)
    })
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  /** The queue that its jobs lie in. */
  get queue(): string {
    return this.#queue.name
  }

  /** @returns null where the run was stopped. @throws QueueLostError, and what `data` throws */
  ask(asked: Asked, signal: AbortSignal | null): Promise<Done | null> {
    return new Promise((resolve, reject) => {
      if (this.#isStopped || signal?.aborted) return resolve(null)
      const id = jobId(this.settings.run, asked.key)
      const waiting = { id, asked, resolve, reject }
      const others = this.#waiting.get(id)
      this.#waiting.set(id, [...(others ?? []), waiting])
      this.#listenTo(signal)
      if (others !== undefined) return
      this.#toAdd.push(waiting)
      if (this.#toAdd.length > 1) return
      // All that are asked for in one go are added in one.
      setImmediate(() => {
        const given = this.#toAdd
        this.#toAdd = []
        this.#adding = this.#adding.then(() => this.#add(given)).catch((error) => this.#giveUp(error))
      })
    })
  }

  /** What was asked for and is not needed any more; workers that are at it end it for nothing. */
  forget(keys: readonly string[]): void {
    const ids = keys.map((key) => jobId(this.settings.run, key))
    for (const id of ids) {
      for (const { resolve } of this.#waiting.get(id) ?? []) resolve(null)
      this.#waiting.delete(id)
    }
    this.#adding = this.#adding.then(() => removeJobs(this.#queue, ids)).catch(() => {})
  }

  /** Takes out what an earlier command of the run's name has left. */
  async clear(): Promise<void> {
    await clearRun(this.redis, this.#queue, this.settings.address, this.settings.run)
    await this.#begin()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    // A server that is gone is not waited for: what it has can be gone on with.
    const isThere = !this.#isTold.lost
    await within(isThere ? 30_000 : 500, this.#adding)
    if (isThere) await within(30_000, this.#leave())
    this.#owner.abandon()
    this.#life.isOver = true
    await Promise.allSettled([within(2000, this.#events.close()), within(2000, this.#queue.close())])
    this.redis.disconnect()
  }

  async #begin(): Promise<void> {
    const { address, run, about } = this.settings
    const { runs, stopped } = keysOf(address)
    await this.#events.waitUntilReady()
    await this.redis.del(stopped(run))
    await this.redis.hset(runs, run, JSON.stringify({ ...about, queue: this.#queue.name } satisfies RunAbout))
  }

  /** A finished run leaves nothing; one that was stopped leaves what is done, to go on with. */
  async #leave(): Promise<void> {
    const { address, run } = this.settings
    if (!this.#isStopped) await clearRun(this.redis, this.#queue, address, run)
    await this.#owner.release()
  }

  async #add(given: readonly Waiting[]): Promise<void> {
    for (let k = 0; k < given.length && !this.#isStopped; k += AT_ONCE) {
      const part = given.slice(k, k + AT_ONCE)
      const opts = { removeOnComplete: KEEP, removeOnFail: KEEP, attempts: 1 } satisfies JobsOptions
      const jobs = await Promise.all(
        part.map(async ({ id, asked }) => ({
          name: 'job',
          data: await asked.data(),
          opts: { ...opts, jobId: id },
        })),
      )
      await this.#queue.addBulk(jobs)
      // Those that are there from before may be done.
      await this.#lookAt(part.map(({ id }) => id))
    }
  }

  #finish(id: string, result: unknown): void {
    const all = this.#waiting.get(id)
    if (all === undefined) return
    // Left by its worker, for a stop that is over: it is asked for again.
    if (result === null || result === undefined) {
      if (!this.#isStopped) this.#again(id, all[0])
      return
    }
    this.#waiting.delete(id)
    for (const { resolve } of all) resolve({ result })
  }

  #fail(id: string, reason: string): void {
    const all = this.#waiting.get(id)
    this.#waiting.delete(id)
    const failed = /stalled/.test(reason) ? `lost with its worker again and again (${reason})` : reason
    for (const { resolve } of all ?? []) resolve({ failed })
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
    const part = ids.slice(this.#position, this.#position + AT_ONCE)
    this.#position = this.#position + AT_ONCE < ids.length ? this.#position + AT_ONCE : 0
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
    const workers = await this.registry.workers()
    const { address, onNote } = this.settings
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
    const { address, lostMs = LOST_MS, onNote } = this.settings
    this.redis.ping().then(
      () => {
        this.#seenAt = performance.now()
        if (this.#isTold.lost) onNote(`the queue at ${address.shown} is back`)
        this.#isTold.lost = false
      },
      () => {},
    )
    const silence = performance.now() - this.#seenAt
    if (silence > 1.5 * LOOK_MS && !this.#isTold.lost) {
      this.#isTold.lost = true
      onNote(`the queue at ${address.shown} is gone: trying again`)
    }
    if (silence <= lostMs) return
    this.#giveUp(
      new QueueLostError(
        `the queue at ${address.shown} is gone. Go on with the same command when it is back.`,
      ),
    )
  }

  #giveUp(error: Error): void {
    this.#isStopped = true
    const all = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    for (const { reject } of all) reject(error)
  }

  /** All jobs of one command have one signal. */
  #listenTo(signal: AbortSignal | null): void {
    if (signal === null || signal === this.#signal) return
    this.#signal = signal
    signal.addEventListener('abort', () => this.#stop(), { once: true })
  }

  /** Nothing new is begun for this run, and what is under way is left. */
  #stop(): void {
    if (this.#isStopped) return
    this.#isStopped = true
    const ids = [...this.#waiting.keys()]
    const all = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    const { address, run } = this.settings
    this.#adding = this.#adding
      .then(() => this.redis.set(keysOf(address).stopped(run), '1', 'EX', STOPPED_SECONDS))
      .then(() => within(10_000, removeJobs(this.#queue, ids)))
      .catch(() => {})
    for (const { resolve } of all) resolve(null)
  }
}

/** The server was gone for too long: what it has is still there when it comes back. */
class QueueLostError extends Error {
  override name = 'QueueLostError'
}

/** Waits no longer than that. */
function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return Promise.race([work, end]).finally(() => clearTimeout(timer))
}
