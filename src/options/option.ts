/**
 * One choice that a person has, as data: the command line, completion, refusals, checkpoints and the engine's own check are all made
 * from it. A method lists those that it knows; what several know is one object (`training.ts`, `estimate.ts`).
 */
import { UserError } from '../errors/errors.ts'
import { integer, integers, oneOf, positive, vector } from './values.ts'

export interface Option {
  /** As in `RunOptions`. */
  readonly name: string
  readonly flag: `--${string}`
  /** What stands behind the flag, `<n>`; null for a switch. */
  readonly takes: string | null
  /** Of the help. */
  readonly group: string
  /** One line of the help, with what holds unless it is given. */
  readonly help: string
  /** The names that it takes, where it takes names. */
  readonly choices?: readonly string[]
  /** A switch that `--no-…` turns off: left out, `true` and `false` are three things. */
  readonly isTernary?: true
  /** Asks for more than the value: of two methods, the first alone. */
  readonly asksMore?: true
  /** The part without which a page has nothing that it could mean. */
  readonly part?: string
  /** From the command line, with what the same flag gave before; null for a switch. @throws UserError */
  readonly parse: ((text: string, before?: unknown) => unknown) | null
  /** What programs and files give, of any type. @throws UserError with the option, what is allowed and what was given */
  readonly check: (value: unknown) => void
}

/** What an option says of itself, whatever its kind. */
type About = Pick<Option, 'name' | 'flag' | 'group' | 'help' | 'asksMore' | 'part'> & { takes?: string }

/** The kinds that take a value. */
type Valued<Kind> = About & Kind & { takes: string; example: string }

export interface IntegerOption extends Option {
  readonly takes: string
  readonly least: number
  readonly most: number
  readonly example: string
}

export function integerOption(about: Valued<{ least: number; most: number }>): IntegerOption {
  const { flag, takes, least, most, example } = about
  const allowed = `an integer from ${least} to ${most}`
  return {
    ...facts(about),
    takes,
    least,
    most,
    example,
    parse: integer(flag, least, Number(example)),
    check: requires(flag.slice(2), allowed, (value) => isWithin(value, least, most), `Use ${flag} N.`),
  }
}

export function numberOption(about: Valued<{ isZeroAllowed?: true }>): Option {
  const { flag, isZeroAllowed = false, example } = about
  const allowed = `a finite number ${isZeroAllowed ? '≥' : '>'} 0`
  const is = (value: unknown) =>
    Number.isFinite(value) && ((value as number) > 0 || (isZeroAllowed && value === 0))
  return {
    ...facts(about),
    parse: positive(flag, example, isZeroAllowed ? 'zero' : 'no zero'),
    check: requires(flag.slice(2), allowed, is, `Use ${flag} ${example}.`),
  }
}

/** One of a few names. */
export function choiceOption(
  about: Omit<Valued<{ choices: readonly string[] }>, 'example' | 'help'> & { usual?: string; help?: string },
): Option {
  const { flag, name, choices, usual, help } = about
  const listed = choices.map((choice) => (choice === usual ? `${choice} (usual)` : choice)).join(', ')
  return {
    ...facts({ ...about, help: help ?? listed }),
    choices,
    parse: oneOf(flag, choices),
    check: requires(name, `one of ${choices.join(', ')}`, (value) => choices.some((one) => one === value)),
  }
}

/** Integers ≥ 1, one after another. */
export function integersOption(about: Valued<{ what: string }>): Option {
  const { flag, name, example, what } = about
  return {
    ...facts(about),
    parse: integers(flag, example),
    check: requires(name, `a list of ${what}`, Array.isArray, `Use ${flag} ${example}.`),
  }
}

/** Vectors of numbers, each by a flag of its own. */
export function vectorsOption(about: Valued<{ most: number }>): Option {
  const { flag, name, example, most } = about
  const isRow = (row: unknown) => Array.isArray(row) && row.every(Number.isFinite)
  const is = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isRow)
  const parse = vector(flag, example)
  return {
    ...facts(about),
    parse: (text, before = []) => [...(before as number[][]), parse(text)],
    check: requires(name, `1 to ${most} lists of finite numbers`, is),
  }
}

export function textOption(about: Valued<object>): Option {
  const is = (value: unknown) => typeof value === 'string' && value !== ''
  return { ...facts(about), parse: (text) => text, check: requires(about.name, 'text', is) }
}

export function switchOption(about: About & { isTernary?: true }): Option {
  const { name, isTernary } = about
  const check = requires(name, 'true or false', (value) => typeof value === 'boolean')
  return { ...facts(about), ...(isTernary && { isTernary }), parse: null, check }
}

function facts({ name, flag, takes = undefined, group, help, asksMore, part }: About) {
  const own = { name, flag, takes: takes ?? null, group, help }
  return { ...own, ...(asksMore && { asksMore }), ...(part && { part }) }
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most
}

function requires(
  name: string,
  allowed: string,
  is: (value: unknown) => boolean,
  mend = 'Leave it out for the default.',
): Option['check'] {
  return (value) => {
    if (is(value)) return
    throw new UserError(`${name} must be ${allowed}, got ${shown(value)}. ${mend}`)
  }
}

function shown(value: unknown): string {
  const isText = typeof value === 'string'
  const text = isText || typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  return text.slice(0, 64)
}
