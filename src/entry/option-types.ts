/** Options as plain JavaScript may give them: of another type they would end in the middle of a run. */
import { UserError } from '../errors/errors.ts'
import { shown } from '../problem/shown.ts'

type Kind = [is: (value: unknown) => boolean, allowed: string]

const text: Kind = [(value) => typeof value === 'string' && value !== '', 'text']
const flag: Kind = [(value) => typeof value === 'boolean', 'true or false']
const callable: Kind = [(value) => typeof value === 'function', 'a function']
const positive: Kind = [(value) => typeof value === 'number' && value > 0, 'a number > 0']

const KINDS: Readonly<Record<string, Kind>> = {
  settings: [isRecord, 'an object of names with values, such as { dim: 10 }'],
  method: text,
  kernel: text,
  checkpoint: text,
  save: text,
  memoryLimit: positive,
  checkpointEveryMs: positive,
  watchdogMs: positive,
  secondOpinion: flag,
  onProgress: callable,
  onIterations: callable,
  onWarning: callable,
  signal: [(value) => isRecord(value) && 'aborted' in (value as object), 'an AbortSignal'],
}

/** @throws UserError with the option, what is allowed and what was given */
export function checkOptionTypes(options: object): void {
  if (!isRecord(options)) throw new UserError(`options must be an object, got ${shown(options)}.`)
  for (const [name, [is, allowed]] of Object.entries(KINDS)) {
    const value = (options as Record<string, unknown>)[name]
    if (value === undefined || is(value)) continue
    throw new UserError(`${name} must be ${allowed}, got ${shown(value)}. Leave it out for the default.`)
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
