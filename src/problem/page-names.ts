/** What a page may be called, and what it may call its settings and intermediate formulas. */
import { UserError } from '../errors/errors.ts'
import { functionNames, mathematicalConstants } from '../formulas/language.ts'

export const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** `ID_PATTERN` in words. */
export const ID_RULE =
  'up to 64 letters, digits, hyphens, dots and underscores, beginning with a letter or digit'

/** An id for a page that gives none, from its file's name: `my equation` → `my-equation`. */
export function idFrom(name: string): string {
  const id = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .replace(/-+$/, '')
    .slice(0, 64)
  return id === '' ? 'page' : id
}

const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** Names that every formula gives a meaning to; `dim` and `horizon` are settings of every page. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['t', 'x', 'x0', 'i'],
  ...['end', 'and', 'or', 'not', 'xor', 'to', 'in', 'true', 'false', 'null', 'undefined', 'NaN', 'Infinity'],
  ...Object.keys(mathematicalConstants),
  ...functionNames,
  ...Object.getOwnPropertyNames(Object.prototype),
])

/** What the formulas of an equation name besides. */
export const EQUATION_VARIABLES = ['y', 'z', 'gradU'] as const
/** What those of a control problem name besides. */
export const CONTROL_VARIABLES = ['a', 'w', 'dt', 'v', 'p'] as const

/** Of all formulas and titles of a page together. */
const MOST_CHARACTERS = 100_000

/** @throws UserError where a page's texts are longer together than any page needs, each of them being short enough */
export function requireModest(page: object, file: string): void {
  const length = lengthOf(page)
  if (length <= MOST_CHARACTERS) return
  throw new UserError(
    `${file}: its formulas and texts have ${length} characters, at most ${MOST_CHARACTERS} are allowed. Use vectors and sum.`,
  )
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, entry) => sum + lengthOf(entry), 0)
}

/**
 * Checks what stands under `settings` and `let`, before anything else is known of the page.
 *
 * @throws UserError for a name that formulas read as something else, for one that is none, and for one given twice
 */
export function requireNames(page: object, file: string, variables: readonly string[]): void {
  const { settings, constants, let: intermediate } = page as Record<'settings' | 'constants' | 'let', unknown>
  const known = namesOf(settings)
  const named = namesOf(intermediate)
  for (const name of known) requireName(name, 'settings', file, variables)
  for (const name of named) requireName(name, 'let', file, variables)
  for (const name of namesOf(constants)) requireName(name, 'constants', file, variables)
  const settingNames = new Set(known)
  const twice = named.find((name) => settingNames.has(name))
  if (twice !== undefined) {
    throw new UserError(`${file}: '${twice}' in let is a setting already. Use another name.`)
  }
}

function namesOf(part: unknown): string[] {
  return typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.keys(part) : []
}

function requireName(name: string, part: string, file: string, variables: readonly string[]): void {
  if (RESERVED.has(name) || variables.includes(name)) {
    throw new UserError(
      `${file}: '${name}' in ${part} has a meaning of its own in formulas. Use another name.`,
    )
  }
  if (!NAME_PATTERN.test(name)) {
    throw new UserError(
      `${file}: '${name.slice(0, 64)}' in ${part} is no name. Use letters, digits and _, beginning with a letter.`,
    )
  }
}
