/** Rounds of one run's fresh paths given to the workers of a queue: its state goes there once, values of paths come back. */
import * as v from 'valibot'
import { checkDescription, type RunDescription, type StateDescription } from '../checkpoint/description.ts'
import { UserError } from '../errors/errors.ts'
import type { Rounds, RunState, ShareRounds } from '../methods/helpers.ts'
import { digestOf } from '../runs/canonical.ts'
import { Board, type QueueSettings } from './board.ts'
import { keysOf } from './names.ts'

/** Rounds in one job: a second or two. */
export const ROUNDS = 8
/** Jobs beyond those that workers can be at. */
const AHEAD = 2
/** A value of Redis holds no more. */
const MOST_BYTES = 2 ** 28

/** What a job for rounds holds. */
const schema = v.strictObject({
  state: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  /** See `RunState`. */
  source: v.optional(v.pipe(v.number(), v.safeInteger())),
  firsts: v.pipe(
    v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    v.minLength(1),
    v.maxLength(ROUNDS),
  ),
})
export type RoundsData = v.InferOutput<typeof schema>

/** null where it is a job of another kind. */
export function roundsData(form: unknown): RoundsData | null {
  const result = v.safeParse(schema, form)
  return result.success ? result.output : null
}

/** Names of a state and of a job's values among what a run shares. */
export const stateFields = (state: string) => ({ text: `${state}:text`, arrays: `${state}:arrays` })
export const valuesField = (state: string, first: number) => `${state}:values:${first}`

/** @param roundPaths paths of a round. @throws UserError where the queue cannot be used */
export async function queueRounds(
  settings: QueueSettings,
  roundPaths: number,
  signal: AbortSignal,
): Promise<{ share: (run: RunDescription) => ShareRounds; close: () => Promise<void> }> {
  const board = await Board.open(settings)
  // Values are taken as they come: there is nothing to go on with.
  await board.clear()
  return {
    share: (run) => async (state) => {
      const digest = await sendState(board, run, state)
      return new QueuedRounds(board, { digest, source: state.source }, roundPaths, signal)
    },
    close: () => board.close(),
  }
}

async function sendState({ redis, settings }: Board, run: RunDescription, state: RunState): Promise<string> {
  const { arrays, source: _, ...form } = state
  if (arrays.length > MOST_BYTES) {
    throw new UserError(
      `the run's networks are too large for a queue: ${arrays.length} bytes, at most ${MOST_BYTES}. Leave --queue out.`,
    )
  }
  const description: StateDescription = { kind: 'checkpoint', ...run, ...form, everyMs: 0, isDone: false }
  const text = JSON.stringify(description)
  const bytes = Buffer.from(arrays)
  const digest = stateDigest(text, bytes)
  const fields = stateFields(digest)
  await redis.hset(keysOf(settings.address).shared(settings.run), fields.text, text, fields.arrays, bytes)
  return digest
}

function stateDigest(text: string, arrays: Buffer): string {
  return digestOf(`${digestOf(text)}${digestOf(arrays.toString('latin1'))}`)
}

/** A worker's side: the state that a job is of, checked as a checkpoint is. @returns null where it is gone */
export async function stateFrom(
  text: string | null,
  arrays: Buffer | null,
  digest: string,
): Promise<{ description: StateDescription; arrays: Uint8Array } | null> {
  if (text === null || arrays === null) return null
  if (stateDigest(text, arrays) !== digest)
    throw new UserError('the state of the job is not the one that was sent.')
  return { description: await checkDescription('the state', JSON.parse(text), 'checkpoint'), arrays }
}

class QueuedRounds implements Rounds {
  readonly #board: Board
  readonly #state: string
  readonly #source: number | undefined
  readonly #roundPaths: number
  readonly #signal: AbortSignal
  /** By the first path of each job's first round. */
  readonly #jobs = new Map<number, Promise<Float64Array[] | null>>()
  #most = AHEAD

  constructor(
    board: Board,
    state: { digest: string; source: number | undefined },
    roundPaths: number,
    signal: AbortSignal,
  ) {
    this.#board = board
    this.#state = state.digest
    this.#source = state.source
    this.#roundPaths = roundPaths
    this.#signal = signal
  }

  async values(first: number, last: number): Promise<Float64Array | null> {
    const jobPaths = ROUNDS * this.#roundPaths
    const begins = first - (first % jobPaths)
    if (first === begins) {
      this.#jobs.delete(begins - jobPaths)
      this.#most = AHEAD + (await this.#slots())
    }
    for (let k = 0; k < this.#most && begins + k * jobPaths < last; k++)
      this.#ask(begins + k * jobPaths, last)
    const rounds = await this.#jobs.get(begins)
    return rounds?.[(first - begins) / this.#roundPaths] ?? null
  }

  async close(): Promise<void> {
    this.#board.forget([...this.#jobs.keys()].map((begins) => this.#key(begins)))
  }

  #ask(begins: number, last: number): void {
    if (this.#jobs.has(begins)) return
    const rounds = Math.min(ROUNDS, Math.ceil((last - begins) / this.#roundPaths))
    const firsts = Array.from({ length: rounds }, (_, k) => begins + k * this.#roundPaths)
    const asked = { state: this.#state, source: this.#source, firsts } satisfies RoundsData
    const job = this.#board
      .ask({ key: this.#key(begins), data: async () => asked }, this.#signal)
      .then((done) => (done === null ? null : this.#fetch(firsts, done)))
    // Whoever waits for it is told; nobody may be.
    job.catch(() => {})
    this.#jobs.set(begins, job)
  }

  async #fetch(
    firsts: readonly number[],
    done: { result: unknown } | { failed: string },
  ): Promise<Float64Array[]> {
    const reason = 'failed' in done ? done.failed : (done.result as { failed?: string }).failed
    if (reason !== undefined) throw new Error(`a worker could not do its rounds: ${reason}`)
    const { redis, settings } = this.#board
    const shared = keysOf(settings.address).shared(settings.run)
    return Promise.all(
      firsts.map(async (first) => {
        const field = valuesField(this.#state, first)
        const bytes = await redis.hgetBuffer(shared, field)
        if (bytes === null) throw new Error('the values of a round are gone from the queue')
        await redis.hdel(shared, field)
        return new Float64Array(Uint8Array.from(bytes).buffer)
      }),
    )
  }

  #key(begins: number): string {
    return `${this.#state}-${begins}`
  }

  /** Jobs that workers can be at together. */
  async #slots(): Promise<number> {
    const workers = await this.#board.registry.workers()
    return workers
      .filter(({ queues }) => queues.includes(this.#board.queue))
      .reduce((sum, { slots }) => sum + slots, 0)
  }
}
