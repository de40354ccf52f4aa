/** What a run has learned, in a file or in memory: the networks of a model, or the rule of a right to stop, and what they are for. */
import { UserError } from '../errors/errors.ts'
import { checkOutputs } from '../files/outputs.ts'
import type { Span } from '../memory/span.ts'
import type { MethodResult, OnWarning } from '../solution/solution.ts'
import type { Status } from '../solution/status.ts'
import { lossLeft } from '../training/history.ts'
import { checkDescription, type RunDescription, type StateDescription } from './description.ts'
import { readStateFile, readToReplace, writeStateFile } from './file.ts'

/** The solve's own answer, at the point that it was for, and the loss that training left; a file of an older version has neither status nor loss. */
export type ModelEstimate = Pick<
  MethodResult,
  'value' | 'standardError' | 'gridError' | 'gradient' | 'gradientStandardError' | 'reason'
> & { status?: Status; loss?: number }

/** What methods save; see `Method.saves`. */
export type SavedKind = 'model' | 'rule'

export interface ModelDescription extends StateDescription {
  estimate: ModelEstimate
}

export interface StoredModel {
  description: ModelDescription
  arrays: Uint8Array
}

/** What was learned: where it lies, the options that it was learned under, and the solve's own answer. */
export interface Learned {
  memory: WebAssembly.Memory
  spans: readonly Span[]
  resolved: object
  found: Omit<ModelEstimate, 'loss'> & Pick<MethodResult, 'history'>
}

/** Where what was learned goes. */
export interface ModelStore {
  save(learned: Learned): Promise<void>
  /** Tells that there is none. */
  miss(reason: string): void
}

/** A model for whoever asks it in this process, and in a file where one is wanted too. */
export class ModelInMemory implements ModelStore {
  readonly #run: RunDescription
  readonly #onModel: (model: StoredModel) => void
  readonly #file: ModelStore | null

  constructor(run: RunDescription, onModel: (model: StoredModel) => void, file: ModelStore | null) {
    this.#run = run
    this.#onModel = onModel
    this.#file = file
  }

  async save(learned: Learned): Promise<void> {
    const description = descriptionOf('model', this.#run, learned)
    // As a file would give it back.
    this.#onModel({
      description: JSON.parse(JSON.stringify(description)),
      arrays: Buffer.concat(arraysOf(learned)),
    })
    await this.#file?.save(learned)
  }

  miss(reason: string): void {
    this.#file?.miss(reason)
  }
}

export class ModelFile implements ModelStore {
  readonly #path: string
  readonly #kind: SavedKind
  readonly #run: RunDescription
  readonly #onWarning: OnWarning

  constructor(path: string, kind: SavedKind, run: RunDescription, onWarning: OnWarning) {
    this.#path = path
    this.#kind = kind
    this.#run = run
    this.#onWarning = onWarning
  }

  /** @throws UserError where the file could not be written, or is there and not of this kind. */
  async check(): Promise<void> {
    checkOutputs([{ option: '--save', path: this.#path }])
    await readToReplace('--save', this.#path, () => readSaved(this.#path, this.#kind))
  }

  /** A failure is told, not thrown: the solution is not lost with the file. */
  async save(learned: Learned): Promise<void> {
    const description = descriptionOf(this.#kind, this.#run, learned)
    try {
      await writeStateFile(this.#path, description, arraysOf(learned))
    } catch (error) {
      this.miss((error as Error).message)
    }
  }

  miss(reason: string): void {
    this.#onWarning(`no ${this.#kind}: ${reason}.`, 'lost')
  }
}

function arraysOf({ memory, spans }: Learned): Uint8Array[] {
  return spans.map(({ at, bytes }) => new Uint8Array(memory.buffer, at, bytes))
}

function descriptionOf(
  kind: SavedKind,
  run: RunDescription,
  { spans, resolved, found }: Learned,
): ModelDescription {
  const { value, standardError, gridError, gradient, gradientStandardError, status, reason = null } = found
  const loss = lossLeft(found.history.loss)
  return {
    kind,
    ...run,
    fingerprint: JSON.stringify(resolved),
    regions: spans.map(({ bytes }) => bytes),
    everyMs: 0,
    isDone: true,
    estimate: { value, standardError, gridError, gradient, gradientStandardError, status, reason, loss },
  }
}

/** @throws UserError for a file that is not a whole model, or rule. */
export async function readSaved(path: string, kind: SavedKind): Promise<StoredModel> {
  const { description, arrays } = await readStateFile(path)
  const checked = await checkDescription(path, description, kind)
  if (!('estimate' in checked)) {
    throw new UserError(`${path}: this ${kind} has no estimate. Use another copy.`)
  }
  return { description: checked as ModelDescription, arrays }
}
