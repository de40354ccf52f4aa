/** A trained model in a file: the networks, and what they were trained for. */
import { UserError } from '../errors/errors.ts'
import { checkOutputs } from '../files/outputs.ts'
import type { Region } from '../memory/snapshot.ts'
import type { MethodResult, OnWarning } from '../solution/solution.ts'
import { checkDescription, type RunDescription, type StateDescription } from './description.ts'
import { readStateFile, readToReplace, writeStateFile } from './file.ts'

/** The solve's own answer, at the point that it was for. */
export type ModelEstimate = Pick<
  MethodResult,
  'value' | 'standardError' | 'gridError' | 'gradient' | 'gradientStandardError' | 'reason'
>

export interface ModelDescription extends StateDescription {
  estimate: ModelEstimate
}

export interface StoredModel {
  description: ModelDescription
  arrays: Uint8Array
}

export class ModelFile {
  readonly #path: string
  readonly #run: RunDescription
  readonly #onWarning: OnWarning

  constructor(path: string, run: RunDescription, onWarning: OnWarning) {
    this.#path = path
    this.#run = run
    this.#onWarning = onWarning
  }

  /** @throws UserError where the file could not be written, or is there and no model. */
  async check(): Promise<void> {
    checkOutputs([{ option: '--save', path: this.#path }])
    await readToReplace('--save', this.#path, () => readModel(this.#path))
  }

  /** A failure is told, not thrown: the solution is not lost with the file. */
  async save(
    memory: WebAssembly.Memory,
    regions: Region[],
    resolved: object,
    found: ModelEstimate,
  ): Promise<void> {
    const { value, standardError, gridError, gradient, gradientStandardError, reason = null } = found
    const description: ModelDescription = {
      kind: 'model',
      ...this.#run,
      fingerprint: JSON.stringify(resolved),
      regions: regions.map(({ bytes }) => bytes),
      everyMs: 0,
      isDone: true,
      estimate: { value, standardError, gridError, gradient, gradientStandardError, reason },
    }
    const arrays = regions.map(({ at, bytes }) => new Uint8Array(memory.buffer, at, bytes))
    try {
      await writeStateFile(this.#path, description, arrays)
    } catch (error) {
      this.#onWarning(`no model: ${(error as Error).message}.`, 'lost')
    }
  }
}

/** @throws UserError for a file that is not a whole model. */
export async function readModel(path: string): Promise<StoredModel> {
  const { description, arrays } = await readStateFile(path)
  const checked = await checkDescription(path, description, 'model')
  if (!('estimate' in checked)) throw new UserError(`${path}: this model has no estimate. Use another copy.`)
  return { description: checked as ModelDescription, arrays }
}
