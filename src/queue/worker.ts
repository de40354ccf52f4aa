/** A worker of the queue: takes jobs that promise the bits that this machine makes, runs them, and gives numbers back. */
import { randomBytes } from 'node:crypto'
import { availableParallelism, hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Job, Worker } from 'bullmq'
import { UserError } from '../errors/errors.ts'
import type { RunHooks } from '../runs/job.ts'
import { type LocalOptions, localExecutor, runsAtOnce } from '../runs/local.ts'
import { type Outcome, outcomeOfError, outcomeText } from '../runs/outcome.ts'
import type { Executor } from '../runs/run-many.ts'
import type { Progress } from '../solution/solution.ts'
import type { QueueAddress } from './address.ts'
import { connectionOptions, loadBullmq, openRedis } from './connect.ts'
import { Helper, type RoundsResult } from './helper.ts'
import { type JobData, jobFrom } from './job-data.ts'
import { identities, identityOf, keysOf, queueName, queuePrefix, runOfJob } from './names.ts'
import { Registry, type WorkerAbout } from './registry.ts'
import { type RoundsData, roundsData } from './rounds.ts'

export interface WorkerSettings extends LocalOptions {
  address: QueueAddress
  /** Leaves its jobs to others, and ends. */
  signal: AbortSignal
  /** Milliseconds of silence after which its job is given to another. */
  patienceMs?: number
  /** Ends when there was no job for so long. */
  idleMs?: number
  /** Told of each job that ended, and of the connection. */
  onNote?: (text: string) => void
}

const DEFAULT_PATIENCE_MS = 30_000
/** A job whose worker was lost so often is given up: it may be what kills them. */
const MOST_LOSSES = 10
/** Errors of a worker that say so; others are of a job that was given to another. */
const CONNECTION = /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|closed/
const SIGN_MS = 2000
const PROGRESS_MS = 1000
/** To give back what it has. */
const LEAVE_MS = 5000

/** What a job gives back: the outcome, as text, and who made it. */
export interface JobResult {
  outcome: string
  host: string
  pid: number
}

/** Works until the signal comes. @throws UserError where the queue cannot be used */
export async function runWorker(settings: WorkerSettings): Promise<void> {
  const { address, signal } = settings
  const bullmq = await loadBullmq()
  const redis = await openRedis(address)
  try {
    const worker = new QueueWorker(settings, bullmq, redis)
    await worker.run(signal)
  } finally {
    redis.disconnect()
  }
}

interface Running {
  run: string
  controller: AbortController
}

class QueueWorker {
  readonly #settings: WorkerSettings
  readonly #redis: Awaited<ReturnType<typeof openRedis>>
  readonly #bullmq: Awaited<ReturnType<typeof loadBullmq>>
  readonly #registry: Registry
  readonly #executor: Executor
  readonly #helper: Helper
  readonly #workers: Worker[]
  readonly #id = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`
  readonly #since = new Date().toISOString()
  readonly #running = new Map<string, Running>()
  #done = 0
  #lastAt = performance.now()
  #isLost = false
  #isOver = false

  constructor(
    settings: WorkerSettings,
    bullmq: Awaited<ReturnType<typeof loadBullmq>>,
    redis: Awaited<ReturnType<typeof openRedis>>,
  ) {
    this.#settings = settings
    this.#bullmq = bullmq
    this.#redis = redis
    this.#registry = new Registry(redis, settings.address)
    const { atOnce = runsAtOnce(Number.MAX_SAFE_INTEGER, settings.workers) } = settings
    this.#executor = localExecutor(Number.MAX_SAFE_INTEGER, { ...settings, atOnce })
    const threads = Math.max(
      1,
      Math.floor((settings.workers ?? availableParallelism()) / this.#executor.slots),
    )
    const memoryLimit = settings.memoryLimit && settings.memoryLimit / this.#executor.slots
    this.#helper = new Helper(redis, { workers: threads, memoryLimit })
    this.#workers = identities().map((identity) => this.#workerOf(queueName(identity)))
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()))
    await this.#sign()
    const timer = setInterval(() => {
      this.#sign().catch(() => {})
    }, SIGN_MS)
    try {
      for (const worker of this.#workers) worker.run().catch(() => {})
      await this.#untilEnd(signal)
      for (const { controller } of this.#running.values()) controller.abort()
      // A server that is gone is not waited for: it gives this worker's runs to others by itself.
      this.#isOver = true
      await Promise.race([Promise.all(this.#workers.map((worker) => worker.close())), delay(LEAVE_MS)])
      await Promise.all([this.#helper.close(), this.#executor.close()])
    } finally {
      clearInterval(timer)
      await Promise.race([this.#registry.leave(this.#id), delay(1000)]).catch(() => {})
    }
  }

  #workerOf(name: string): Worker {
    const { address, patienceMs = DEFAULT_PATIENCE_MS } = this.#settings
    const worker = new this.#bullmq.Worker(name, (job, token) => this.#process(job, token), {
      connection: connectionOptions(address, () => this.#isOver),
      prefix: queuePrefix(address),
      autorun: false,
      concurrency: this.#executor.slots,
      lockDuration: patienceMs,
      stalledInterval: Math.max(500, patienceMs / 2),
      maxStalledCount: MOST_LOSSES,
      runRetryDelay: 1000,
    })
    worker.on('error', (error) => {
      if (CONNECTION.test(`${(error as NodeJS.ErrnoException).code} ${error.message}`)) this.#tell(true)
    })
    return worker
  }

  /** Told once when the server is gone, and once when it is back. */
  #tell(isLost: boolean): void {
    if (isLost === this.#isLost) return
    this.#isLost = isLost
    const { address, onNote } = this.#settings
    onNote?.(
      isLost
        ? `the queue at ${address.shown} is gone: trying again`
        : `the queue at ${address.shown} is back`,
    )
  }

  async #untilEnd(signal: AbortSignal): Promise<void> {
    const { idleMs = Number.POSITIVE_INFINITY } = this.#settings
    while (!signal.aborted) {
      await delay(200, signal)
      if (this.#running.size > 0) this.#lastAt = performance.now()
      else if (performance.now() - this.#lastAt > idleMs) return
    }
  }

  async #process(job: Job, token: string | undefined): Promise<JobResult | RoundsResult | null> {
    const id = job.id ?? ''
    const own: Running = { run: runOfJob(id), controller: new AbortController() }
    this.#running.set(id, own)
    try {
      const rounds = roundsData(job.data)
      const result = rounds === null ? await this.#solve(job, own) : await this.#help(job, rounds, own)
      if (result === null && this.#settings.signal.aborted) {
        await job.moveToWait(token)
        throw new this.#bullmq.WaitingError()
      }
      // A run that was left wants nothing kept of its job.
      if (result === null) job.opts.removeOnComplete = true
      this.#done++
      return result
    } finally {
      this.#running.delete(id)
    }
  }

  #help(job: Job, rounds: RoundsData, { run, controller }: Running): Promise<RoundsResult | null> {
    const shared = keysOf(this.#settings.address).shared(run)
    return this.#helper.do(rounds, shared, job.queueName, controller.signal)
  }

  async #solve(job: Job, own: Running): Promise<JobResult | null> {
    const outcome = await this.#outcomeOf(job, own)
    this.#settings.onNote?.(`${job.id}: ${outcome === null ? 'left' : outcome.kind}`)
    return outcome && { outcome: outcomeText(outcome), host: hostname(), pid: process.pid }
  }

  async #outcomeOf(job: Job, { run, controller }: Running): Promise<Outcome | null> {
    const pages = keysOf(this.#settings.address).shared(run)
    const startedAt = performance.now()
    try {
      const asked = await jobFrom(job.data, (digest) => this.#redis.hget(pages, digest))
      if (asked === null) return null
      requireOwnBits(asked.options.kernel, job.queueName)
      return await this.#executor.run(job.id ?? '', asked, this.#hooks(job, controller.signal))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return outcomeOfError(error, performance.now() - startedAt)
    }
  }

  #hooks(job: Job<JobData>, signal: AbortSignal): RunHooks {
    let toldAt = 0
    const onProgress = (progress: Progress) => {
      const now = performance.now()
      if (now - toldAt < PROGRESS_MS) return
      toldAt = now
      job.updateProgress(progress).catch(() => {})
    }
    return { signal, onProgress }
  }

  /** That it is there, and whether any of its runs is to be left. */
  async #sign(): Promise<void> {
    const { address, workers } = this.#settings
    const about: WorkerAbout = {
      host: hostname(),
      pid: process.pid,
      queues: this.#workers.map(({ name }) => name),
      threads: workers ?? availableParallelism(),
      slots: this.#executor.slots,
      running: [...this.#running.keys()],
      done: this.#done,
      since: this.#since,
    }
    await this.#registry.sign(this.#id, about)
    this.#tell(false)
    for (const { run, controller } of this.#running.values()) {
      if (await this.#redis.exists(keysOf(address).stopped(run))) controller.abort()
    }
  }
}

/** A job says its kernel, and lies in the queue of that kernel. */
function requireOwnBits(kernel: JobData['options']['kernel'], queue: string): void {
  if (kernel !== undefined && queueName(identityOf(kernel)) === queue) return
  throw new UserError(`the job asks for kernel ${kernel}, and lies in ${queue}.`)
}

function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal }).catch(() => {})
}
