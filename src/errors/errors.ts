import { printable, singleLine } from '../text/printable.ts'

/**
 * An error that a person can mend: its message says what was wrong, the value got, what is allowed and what to do. What it
 * quotes may come from a stranger's file: it is one line, and nothing in it is obeyed by a terminal.
 */
export class UserError extends Error {
  override name = 'UserError'

  constructor(message: string) {
    super(printable(singleLine(message)))
  }
}

/** The run would take more memory than it may: it could with more of the machine, or with less to do. */
export class MemoryLimitError extends UserError {}

/** The numbers stopped being finite: where it happened. */
export class DivergenceError extends Error {
  override name = 'DivergenceError'
  /** Of the training, at which numbers ran away. */
  readonly iteration: number
  /** Time step; null where it is not known. */
  readonly step: number | null
  /** Path of the batch; null where it is not known. */
  readonly path: number | null
  /** What is likely to help; empty where nothing is known. */
  readonly advice: string

  constructor(message: string, iteration: number, step: number | null, path: number | null, advice = '') {
    super(message)
    this.iteration = iteration
    this.step = step
    this.path = path
    this.advice = advice
  }
}

/**
 * Whether it is a DivergenceError, of whatever copy of this module: in a worker under a loader of TypeScript the methods
 * and the entry can each have one.
 */
export function isDivergence(error: unknown): error is DivergenceError {
  return error instanceof Error && error.name === 'DivergenceError'
}
