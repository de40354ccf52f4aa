/** What became of one run of many: an answer, or the reason why there is none. */
import { DivergenceError, isDivergence, MemoryLimitError, UserError } from '../errors/errors.ts'
import type { History, Samples, Solution } from '../solution/solution.ts'

/** A solution as it travels and is kept: text and numbers. A run of this process has its history and samples beside it. */
export type Answer = Omit<Solution, 'history' | 'samples' | 'policy'> & {
  history?: History
  samples?: Samples
}

/**
 * - `answered`: there is a solution, of any status;
 * - `diverged`: its numbers ran away, see `DivergenceError`;
 * - `refused`: it did not begin, for a reason that a person can mend;
 * - `failed`: a lost worker, or a mistake of ours.
 */
export type Outcome =
  | { kind: 'answered'; answer: Answer }
  | ({ kind: 'diverged'; elapsedMs: number; message: string; advice: string } & Place)
  | {
      kind: 'refused' | 'failed'
      elapsedMs: number
      message: string
      /** For want of memory, which another machine may have. */
      isMemory?: boolean
    }

/** Where numbers ran away. */
type Place = Pick<DivergenceError, 'iteration' | 'step' | 'path'>

export function answered({ policy: _, ...answer }: Solution): Outcome {
  return { kind: 'answered', answer }
}

export function outcomeOfError(error: unknown, elapsedMs: number): Outcome {
  if (isDivergence(error)) {
    const { message, iteration, step, path, advice } = error
    return { kind: 'diverged', message, iteration, step, path, advice, elapsedMs }
  }
  const message = error instanceof Error ? error.message || error.name : String(error)
  const isMemory = error instanceof MemoryLimitError
  const kind = error instanceof UserError ? 'refused' : 'failed'
  return { kind, message, elapsedMs, ...(isMemory && { isMemory }) }
}

/** As an error that says the same: for whoever wants all runs or none. */
export function errorOf(outcome: Exclude<Outcome, { kind: 'answered' }>): Error {
  if (outcome.kind !== 'diverged') {
    return outcome.kind === 'refused' ? new UserError(outcome.message) : new Error(outcome.message)
  }
  const { message, iteration, step, path, advice } = outcome
  return new DivergenceError(message, iteration, step, path, advice)
}

/** Why there is no answer, in one line. */
export function reasonOf(outcome: Exclude<Outcome, { kind: 'answered' }>): string {
  if (outcome.kind !== 'diverged') return outcome.message
  const { message, iteration, step, path } = outcome
  const places = [
    `iteration ${iteration}`,
    step === null ? '' : `step ${step}`,
    path === null ? '' : `path ${path}`,
  ]
  return `${message} at ${places.filter((place) => place !== '').join(', ')}`
}

/** As JSON, without what only pictures need. */
export function outcomeText(outcome: Outcome): string {
  if (outcome.kind !== 'answered') return JSON.stringify(outcome)
  const { history, samples, ...answer } = outcome.answer
  return JSON.stringify({ kind: 'answered', answer })
}

/** From JSON, in which numbers that are none became null. @returns null for what is no outcome */
export function outcomeOf(form: unknown): Outcome | null {
  if (typeof form !== 'object' || form === null) return null
  const { kind, answer, message } = form as { kind?: unknown; answer?: unknown; message?: unknown }
  if (kind === 'answered' && typeof answer === 'object' && answer !== null) {
    const { value, standardError, interval } = answer as Answer
    const numbers = {
      value: numberOf(value),
      standardError: numberOf(standardError),
      interval: [numberOf(interval?.[0]), numberOf(interval?.[1])],
    }
    return { kind, answer: { ...(answer as Answer), ...numbers } as Answer }
  }
  const isFailure = kind === 'diverged' || kind === 'refused' || kind === 'failed'
  return isFailure && typeof message === 'string' ? (form as Outcome) : null
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}
