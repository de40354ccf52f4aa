/** The main thread's side of checkpoints: when one is due, what is in it, what becomes of a failed write. */
import { UserError } from '../errors/errors.ts'
import { FileLock } from '../files/lock.ts'
import { removeLeftovers } from '../files/replace.ts'
import { WriteError } from '../files/write-error.ts'
import type { Arena } from '../memory/arena.ts'
import { planSnapshot, type SnapshotPlan, scatter } from '../memory/snapshot.ts'
import type { Span } from '../memory/span.ts'
import { SIGNAL } from '../parallel/signals.ts'
import { SNAPSHOT } from '../parallel/snapshots.ts'
import type { OnWarning } from '../solution/solution.ts'
import { checkDescription, type RunDescription, type StateDescription } from './description.ts'
import { readStateFile, readToReplace, writeStateFile } from './file.ts'

export const DEFAULT_EVERY_MS = 30_000

export interface CheckpointOptions {
  path: string
  everyMs: number
  run: RunDescription
  /** Told when a checkpoint could not be written: the run goes on. */
  onWarning: OnWarning
  /** What a resumed run goes on from. */
  restored: RestoredState | null
}

export interface RestoredState {
  description: StateDescription
  arrays: Uint8Array
}

export class Checkpoints {
  readonly #options: CheckpointOptions
  #spans: Span[] = []
  #snapshot: SnapshotPlan | null = null
  #memory: WebAssembly.Memory | null = null
  #fingerprint = ''
  #writing: Promise<void> | null = null
  #writtenAt = performance.now()
  #lastComplaint = ''
  #lock: FileLock | null = null

  constructor(options: CheckpointOptions) {
    this.#options = options
  }

  /** Where workers copy to; null until planned. */
  get snapshot(): SnapshotPlan | null {
    return this.#snapshot
  }

  /**
   * Plans the copy that workers make; `resolved` is what must be the same for a run to go on.
   * @throws UserError where a state was given that is not of this run's form.
   */
  plan(arena: Arena, resolved: object): void {
    const spans = arena.kept('state')
    this.#spans = spans
    this.#fingerprint = JSON.stringify(resolved)
    this.#snapshot = planSnapshot(arena, spans)
    const { restored, path, run } = this.#options
    if (restored === null) return
    const isSame =
      restored.description.fingerprint === this.#fingerprint &&
      restored.arrays.length === this.#snapshot.bytes &&
      spans.every(({ bytes }, index) => bytes === restored.description.regions[index])
    if (isSame) return
    throw new UserError(
      `${path}: written by deepbsde ${restored.description.version}, whose defaults were other than those of ${run.version}. Resume it with that version.`,
    )
  }

  /**
   * Puts a given state into the memory, and writes a first checkpoint, so that a file that cannot be written is found
   * before any work.
   * @throws UserError
   */
  async begin(memory: WebAssembly.Memory): Promise<void> {
    const { path, restored } = this.#options
    this.#memory = memory
    this.#takeLock()
    if (restored === null) await refuseToReplace(path)
    else {
      scatter(memory, this.#spans, restored.arrays)
      this.#tellOtherEngine(restored.description)
    }
    try {
      await removeLeftovers(path)
      await this.#write(this.#live(), false)
    } catch (error) {
      throw error instanceof WriteError
        ? new UserError(`--checkpoint: ${error.message}. Give another file.`)
        : error
    }
  }

  /** What V8 computes a power or an exponential by may change from one version to the next. */
  #tellOtherEngine({ engine, isDone }: StateDescription): void {
    const { path, onWarning } = this.#options
    if (isDone || engine === undefined || engine === process.versions.v8) return
    onWarning(
      `${path} was begun under a Node with V8 ${engine}, this one has ${process.versions.v8}: powers, exponentials and the like may differ in the last digit, and so may the result from that of a run under one Node.`,
    )
  }

  /** Asks for a copy when one is due, and writes one that was made; called from time to time while workers run. */
  poll(signals: Int32Array): void {
    if (this.#writing !== null || this.#snapshot === null || this.#memory === null) return
    const state = Atomics.load(signals, SIGNAL.snapshot)
    if (state === SNAPSHOT.taken) {
      const copy = new Uint8Array(this.#memory.buffer, this.#snapshot.copy, this.#snapshot.bytes)
      this.#writing = this.#try([copy], false).finally(() => {
        this.#writing = null
        Atomics.store(signals, SIGNAL.snapshot, SNAPSHOT.idle)
      })
    } else if (state === SNAPSHOT.idle && performance.now() - this.#writtenAt >= this.#options.everyMs) {
      Atomics.store(signals, SIGNAL.snapshot, SNAPSHOT.requested)
    }
  }

  /** Waits for a write that is under way. */
  async settle(): Promise<void> {
    await this.#writing
  }

  /** Lets others write the file. */
  close(): void {
    this.#lock?.release()
    this.#lock = null
  }

  /** @throws UserError where another process keeps this file, or its folder cannot be written to */
  #takeLock(): void {
    const { path } = this.#options
    try {
      this.#lock = FileLock.take('--checkpoint', path)
    } catch (error) {
      if (error instanceof UserError) throw error
      const { message } = new WriteError(path, error as NodeJS.ErrnoException)
      throw new UserError(`--checkpoint: ${message}. Give another file.`)
    }
  }

  /**
   * Writes the state as it is; no worker may run. A failure is told, not thrown.
   * @param isLast of a run that ends before it is done: without it, what was gained since the last is lost
   */
  async write(isDone: boolean, isLast = false): Promise<void> {
    await this.settle()
    await this.#try(this.#live(), isDone, isLast ? 'lost' : undefined)
  }

  #live(): Uint8Array[] {
    const { buffer } = this.#memory!
    return this.#spans.map(({ at, bytes }) => new Uint8Array(buffer, at, bytes))
  }

  async #try(arrays: Uint8Array[], isDone: boolean, kind?: 'lost'): Promise<void> {
    try {
      await this.#write(arrays, isDone)
      this.#lastComplaint = ''
    } catch (error) {
      const { message } = error as Error
      if (kind === 'lost' || message !== this.#lastComplaint) {
        const what = kind === 'lost' ? 'The' : 'The run goes on; the'
        this.#options.onWarning(`no checkpoint: ${message}. ${what} last checkpoint stays as it is.`, kind)
      }
      this.#lastComplaint = message
    }
  }

  async #write(arrays: Uint8Array[], isDone: boolean): Promise<void> {
    const { path, everyMs, run } = this.#options
    if (this.#lock?.isHeld === false) {
      throw new Error(`'${path}' is being written by another process, which took it over`)
    }
    const description: StateDescription = {
      kind: 'checkpoint',
      ...run,
      fingerprint: this.#fingerprint,
      regions: this.#spans.map(({ bytes }) => bytes),
      everyMs,
      isDone,
    }
    try {
      await writeStateFile(path, description, arrays)
    } finally {
      this.#writtenAt = performance.now()
    }
  }
}

/** @throws UserError for a file that is not a whole checkpoint. */
export async function readCheckpoint(path: string): Promise<RestoredState> {
  const { description, arrays } = await readStateFile(path)
  return { description: await checkDescription(path, description, 'checkpoint'), arrays }
}

/** A checkpoint with work left in it, or a file that is not ours, is not written over. */
async function refuseToReplace(path: string): Promise<void> {
  const found = await readToReplace('--checkpoint', path, () => readCheckpoint(path))
  if (found === null || found.description.isDone) return
  throw new UserError(
    `--checkpoint: '${path}' holds a run that is not done. Go on with it: deepbsde resume ${path}; or delete it.`,
  )
}
