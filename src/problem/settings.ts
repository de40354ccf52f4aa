/** `--set name=value`: a page's settings with some of them replaced, all validated. */
import { UserError } from '../errors/errors.ts'
import type { Settings, SettingValue } from './definition.ts'
import { suggestion } from './nearest.ts'
import { shown } from './shown.ts'

/** More components than this are refused: 8 bytes each on a few hundred paths no longer fit a machine's memory. */
const MAX_DIM = 1_000_000

/** Number would read these. */
const OTHER_BASE = /^[-+]?0[xob]/i

/** What a page of any kind says of its settings. */
interface PageSettings {
  id: string
  settings: Settings
}

/**
 * The page's settings with `assignments` ("lambda=10", "x0=[1,2]") laid over them, in order.
 *
 * Values are JSON: a number, a list of numbers or a list of lists. A setting keeps its kind (number, list or
 * matrix), except `x0`, which every problem accepts as a number or a list and which replaces the page's `x0`.
 *
 * @throws UserError for an assignment without `=`, an unknown setting (with the nearest), a value that is no
 *   number, of another kind, not finite, or outside what `dim` and `horizon` allow.
 */
export function applySettings(definition: PageSettings, assignments: Iterable<string>): Settings {
  const pairs = Array.from(assignments, (assignment) => parseAssignment(definition.id, assignment))
  return overrideSettings(definition, Object.fromEntries(pairs))
}

/** As `applySettings`, from values instead of text. */
export function overrideSettings(
  definition: PageSettings,
  overrides: Readonly<Record<string, SettingValue>>,
): Settings {
  const settings: Settings = { ...definition.settings }
  const names = [...new Set([...Object.keys(definition.settings), 'x0'])]
  for (const [name, value] of Object.entries(overrides)) {
    if (!names.includes(name)) {
      throw new UserError(
        `${definition.id}: unknown setting '${name.slice(0, 64)}'.${suggestion(name, names)} Its settings are ${names.join(', ')}.`,
      )
    }
    if (name !== 'x0') requireSameKind(definition.id, name, value, definition.settings[name])
    settings[name] = value
  }
  return validateSettings(definition.id, settings)
}

/**
 * Checks that `dim` is an integer ≥ 1, `horizon` > 0 and every number finite; returns the settings.
 *
 * @throws UserError naming the setting, the value, what is allowed and what to do.
 */
export function validateSettings(id: string, settings: Settings): Settings {
  const { dim, horizon } = settings
  if (!Number.isInteger(dim) || dim < 1) fail(id, 'dim', 'an integer ≥ 1', dim, '--set dim=100')
  if (dim > MAX_DIM) fail(id, 'dim', `at most ${MAX_DIM}`, dim, '--set dim=100')
  if (typeof horizon !== 'number' || !(horizon > 0) || !Number.isFinite(horizon)) {
    fail(id, 'horizon', 'a finite number > 0', horizon, '--set horizon=1')
  }
  for (const [name, value] of Object.entries(settings)) {
    if (numbersOf(value).some((number) => !Number.isFinite(number))) {
      fail(id, name, 'finite', value, `a finite value for --set ${name}=…`)
    }
  }
  const x0 = settings.x0
  if (Array.isArray(x0) && (x0.length !== dim || x0.some(Array.isArray))) {
    throw new UserError(
      `${id}: x0 must be a number or a list of dim = ${dim} numbers, got ${shown(x0)}. Use --set x0=0 or --set dim=${x0.length}.`,
    )
  }
  return settings
}

function parseAssignment(id: string, assignment: string): [string, SettingValue] {
  const equals = assignment.indexOf('=')
  if (equals < 1) {
    throw new UserError(
      `${id}: a setting is written name=value, got '${assignment.slice(0, 80)}'. Use --set dim=100.`,
    )
  }
  const name = assignment.slice(0, equals).trim()
  const text = assignment.slice(equals + 1).trim()
  return [name, parseValue(id, name, text)]
}

function parseValue(id: string, name: string, text: string): SettingValue {
  // JSON has no +1, .5, 1. or 1e400; Number takes the first three and shows the fourth as the Infinity it is.
  if (!text.startsWith('[')) {
    const number = text === '' ? Number.NaN : Number(text)
    if (!Number.isNaN(number) && !OTHER_BASE.test(text)) return number
    if (!text.includes(',')) fail(id, name, 'a number or a list of numbers', text, exampleFor(name))
  }
  let value: unknown
  try {
    // 1,2,3 is a list too: brackets are for lists of lists, and a shell may want them in quotes.
    value = JSON.parse(text.startsWith('[') ? text : `[${text}]`)
  } catch {
    fail(id, name, 'a number or a list of numbers', text, exampleFor(name))
  }
  if (!isSettingValue(value))
    fail(id, name, 'a number, a list of numbers or a list of equal lists', text, exampleFor(name))
  return value
}

/** Whether a value from outside has one of the kinds of a setting: number, non-empty list, rectangular matrix. */
export function isSettingValue(value: unknown): value is SettingValue {
  if (typeof value === 'number') return true
  if (!Array.isArray(value) || value.length === 0) return false
  if (value.every((entry) => typeof entry === 'number')) return true
  return value.every(
    (row) =>
      Array.isArray(row) &&
      row.length > 0 &&
      row.length === value[0].length &&
      row.every((entry) => typeof entry === 'number'),
  )
}

function requireSameKind(id: string, name: string, value: SettingValue, current: SettingValue): void {
  if (kindOf(value) !== kindOf(current)) {
    fail(id, name, `a ${kindOf(current)} as in the page`, value, `--set ${name}=${shown(current)}`)
  }
}

function kindOf(value: SettingValue): 'number' | 'list' | 'matrix' {
  if (!Array.isArray(value)) return 'number'
  return Array.isArray(value[0]) ? 'matrix' : 'list'
}

function numbersOf(value: SettingValue): number[] {
  return Array.isArray(value) ? (value as (number | number[])[]).flat() : [value]
}

function exampleFor(name: string): string {
  return name === 'dim' ? '--set dim=100' : `--set ${name}=1 or --set ${name}=1,2`
}

function fail(id: string, name: string, allowed: string, got: unknown, mend: string): never {
  const found = typeof got === 'string' ? got.slice(0, 60) : shown(got)
  throw new UserError(`${id}: ${name} must be ${allowed}, got ${found}. Use ${mend}.`)
}
