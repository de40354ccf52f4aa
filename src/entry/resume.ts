/** Goes on with a run from its checkpoint. */

import { type RestoredState, readCheckpoint } from '../checkpoint/checkpoints.ts'
import { describeMethod } from '../methods/catalog.ts'
import { checkKept } from '../methods/options.ts'
import type { Solution } from '../solution/solution.ts'
import { type SolveOptions, solveOnce } from './solve.ts'

/** What may differ from the run that was interrupted: the machine, and what is told to whom. */
export type ResumeOptions = Pick<
  SolveOptions,
  | 'workers'
  | 'memoryLimit'
  | 'signal'
  | 'onProgress'
  | 'onIterations'
  | 'onWarning'
  | 'save'
  | 'checkpointEveryMs'
  | 'watchdogMs'
  | 'samples'
>

/**
 * The solution of the run that `path` is a checkpoint of, to the last bit that of the run had it not been interrupted, with any
 * number of workers. Goes on keeping checkpoints in the same file.
 *
 * @throws UserError for a file that is no checkpoint, not whole, or of a version that does not fit; the file is untouched
 * @throws DivergenceError as `solve`
 */
export async function resume(path: string, options: ResumeOptions = {}): Promise<Solution> {
  return resumeFrom(path, await readCheckpoint(path), options)
}

/** As `resume`, from a checkpoint that was read from `path`. */
export async function resumeFrom(
  path: string,
  restored: RestoredState,
  options: ResumeOptions,
): Promise<Solution> {
  const { description } = restored
  const { method, kernel, confidence, everyMs } = description
  checkKept(path, description, await describeMethod(method))
  const run = {
    ...description.options,
    method,
    kernel,
    confidence,
    checkpoint: path,
    checkpointEveryMs: everyMs,
  }
  return solveOnce(description.page, { ...run, ...options }, restored)
}
