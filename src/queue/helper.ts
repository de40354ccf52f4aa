/** A worker's share of other machines' estimates: states that it has in memory, and rounds of them. */
import type { Redis } from 'ioredis'
import { UserError } from '../errors/errors.ts'
import { loadMethod } from '../methods/catalog.ts'
import { RoundsRun } from '../methods/deep-bsde/rounds-run.ts'
import { checkKept } from '../methods/options.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { identityOf, queueName } from './names.ts'
import { type RoundsData, stateFields, stateFrom, valuesField } from './rounds.ts'

/** The only one whose estimate has rounds. */
const METHOD = 'deep-bsde'

interface Machine {
  workers: number
  memoryLimit: number | undefined
}

/** What a job for rounds gives back; their values lie beside. */
export type RoundsResult = { done: number } | { failed: string }

export class Helper {
  readonly #redis: Redis
  readonly #machine: Machine
  /** Of the state asked for last, those that no job is at. */
  #idle: { state: string; runs: RoundsRun[] } = { state: '', runs: [] }

  constructor(redis: Redis, machine: Machine) {
    this.#redis = redis
    this.#machine = machine
  }

  /** @returns null where the state is gone, or the run is left */
  async do(
    job: RoundsData,
    shared: string,
    queue: string,
    signal: AbortSignal,
  ): Promise<RoundsResult | null> {
    try {
      const run = await this.#take(job.state, shared, queue)
      if (run === null) return null
      try {
        for (const first of job.firsts) {
          if (signal.aborted) return null
          const values = await run.values(first, job.source)
          if (values === null) throw new UserError(`no round begins with path ${first}.`)
          await this.#redis.hset(shared, valuesField(job.state, first), Buffer.from(values.buffer))
        }
      } finally {
        await this.#give(job.state, run)
      }
      return { done: job.firsts.length }
    } catch (error) {
      if (error instanceof UserError) return { failed: error.message }
      throw error
    }
  }

  async close(): Promise<void> {
    const { runs } = this.#idle
    this.#idle = { state: '', runs: [] }
    await Promise.all(runs.map((run) => run.close()))
  }

  async #take(state: string, shared: string, queue: string): Promise<RoundsRun | null> {
    if (this.#idle.state !== state) {
      await this.close()
      this.#idle.state = state
    }
    return this.#idle.runs.pop() ?? this.#open(state, shared, queue)
  }

  async #give(state: string, run: RoundsRun): Promise<void> {
    if (this.#idle.state === state) this.#idle.runs.push(run)
    else await run.close()
  }

  async #open(state: string, shared: string, queue: string): Promise<RoundsRun | null> {
    const fields = stateFields(state)
    const [text, arrays] = await Promise.all([
      this.#redis.hget(shared, fields.text),
      this.#redis.hgetBuffer(shared, fields.arrays),
    ])
    const stored = await stateFrom(text, arrays, state)
    if (stored === null) return null
    const { description } = stored
    const { method: id, kernel, page } = description
    if (id !== METHOD || queueName(identityOf(kernel)) !== queue) {
      throw new UserError("the state of the job is not of this worker's method and kernel.")
    }
    const method = await loadMethod(id)
    checkKept('the state', description, method)
    const problem = await method.compile(page, page.settings, { bounds: description.options.bounds ?? false })
    return new RoundsRun(stored, problem as CompiledProblem, this.#machine)
  }
}
