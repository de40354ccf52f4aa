/** `--vary name=80:120:5`: the values that a setting takes, as text says them. */
import { UserError } from '../errors/errors.ts'
import type { SettingValue } from '../problem/definition.ts'
import { applySettings } from '../problem/settings.ts'

/** A page's settings, to read values as they do. */
type Page = Parameters<typeof applySettings>[0]

export interface Varied {
  name: string
  values: SettingValue[]
}

/** Values of one setting; beyond them a step is a slip. */
export const MOST_VALUES = 10_000_000
const RANGE = /^([^:[\],/]+):([^:[\],/]+)(?::([^:[\],/]+))?(?:\/(\d{1,9}))?$/
/** What rounding adds to a sum of steps. */
const SLACK = 1e-9

/**
 * A range from:to:step, from:to/count (evenly spaced, both ends in), or a list of values as `--set` takes them.
 * @throws UserError for what is none of these, and a step that never gets there
 */
export function parseVary(page: Page, text: string): Varied {
  const equals = text.indexOf('=')
  if (equals < 1 || text.slice(equals + 1).trim() === '') {
    throw refused(`--vary takes a setting and its values, got '${cut(text)}'`)
  }
  const name = text.slice(0, equals).trim()
  const given = text.slice(equals + 1).trim()
  const range = RANGE.exec(given)
  const values = range === null ? listOf(page, name, given) : rangeOf(page, name, given, range)
  const twice = values.find((value, k) => values.length < 10_000 && values.indexOf(value) !== k)
  if (twice !== undefined) throw refused(`--vary ${name}: ${twice} is given twice`)
  return { name, values }
}

function rangeOf(page: Page, name: string, given: string, [, a, b, s, n]: RegExpExecArray): SettingValue[] {
  const number = (part: string) => {
    const value = oneValue(page, name, part)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw refused(`--vary ${name}: a range is of finite numbers, got '${cut(given)}'`)
  }
  const [from, to] = [number(a), number(b)]
  if (s !== undefined && n !== undefined) {
    throw refused(`--vary ${name}: a range has a step or a number of values, got both in '${cut(given)}'`)
  }
  if (n !== undefined) return evenly(name, from, to, Number(n))
  if (s === undefined) throw refused(`--vary ${name}: '${cut(given)}' has no step`)
  const step = number(s)
  if (step === 0) throw refused(`--vary ${name}: the step of '${cut(given)}' is zero`)
  const steps = (to - from) / step
  if (steps < 0) throw refused(`--vary ${name}: steps of ${step} never lead from ${from} to ${to}`)
  const count = Math.floor(steps + SLACK) + 1
  requireFew(name, count)
  return Array.from({ length: count }, (_, k) => rounded(from + k * step))
}

function evenly(name: string, from: number, to: number, count: number): number[] {
  requireFew(name, count)
  if (count < 2)
    throw refused(`--vary ${name}: from ${from} to ${to} takes two values at least, got ${count}`)
  return Array.from({ length: count }, (_, k) => rounded(from + (k * (to - from)) / (count - 1)))
}

function requireFew(name: string, count: number): void {
  if (count <= MOST_VALUES) return
  throw refused(
    `--vary ${name}: ${count.toLocaleString('en-US')} values are more than ${MOST_VALUES.toLocaleString('en-US')}`,
  )
}

/** Separated by commas outside of brackets. */
function listOf(page: Page, name: string, text: string): SettingValue[] {
  return text.split(/,(?![^[]*\])/).map((part) => oneValue(page, name, part.trim()))
}

/** As `--set` reads it; its name and kind are checked too. @throws UserError */
function oneValue(page: Page, name: string, text: string): SettingValue {
  return applySettings(page, [`${name}=${text}`])[name]
}

/** 0.1 + 2·0.1 is 0.3. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

function refused(what: string): UserError {
  return new UserError(
    `${what}. Use --vary strike=80:120:5 (a step), --vary strike=80:120/9 (nine values), or --vary sigma=0.1,0.2.`,
  )
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
