/** `--vary name=80:120:5`: the values that a setting takes, as text says them. */
import { UserError } from '../errors/errors.ts'
import { rangeValues } from '../options/range.ts'
import type { SettingValue } from '../problem/definition.ts'
import { applySettings } from '../problem/settings.ts'

/** A page's settings, to read values as they do. */
type Page = Parameters<typeof applySettings>[0]

export interface Varied {
  name: string
  values: SettingValue[]
}

/** Values of one setting; beyond them a step is a slip. */
const MOST_VALUES = 10_000_000
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
  const values = rangeOf(page, name, given) ?? listOf(page, name, given)
  const twice = values.find((value, k) => values.length < 10_000 && values.indexOf(value) !== k)
  if (twice !== undefined) throw refused(`--vary ${name}: ${twice} is given twice`)
  return { name, values }
}

function rangeOf(page: Page, name: string, given: string): number[] | null {
  const fail = (why: string): never => {
    throw refused(`--vary ${name}: ${why}`)
  }
  const number = (part: string) => {
    const value = oneValue(page, name, part)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    return fail(`a range is of finite numbers, got '${cut(given)}'`)
  }
  return rangeValues(given, { number, fail, most: MOST_VALUES })
}

/** Separated by commas outside of brackets; lists without brackets, which some shells take for their own, by slashes. */
function listOf(page: Page, name: string, text: string): SettingValue[] {
  if (text.includes('/') && !/[:[]/.test(text))
    return text.split('/').map((part) => oneValue(page, name, part.trim()))
  return text.split(/,(?![^[]*\])/).map((part) => oneValue(page, name, part.trim()))
}

/** As `--set` reads it; its name and kind are checked too. @throws UserError */
function oneValue(page: Page, name: string, text: string): SettingValue {
  return applySettings(page, [`${name}=${text}`])[name]
}

function refused(what: string): UserError {
  return new UserError(
    `${what}. Use --vary strike=80:120:5 (a step), --vary strike=80:120/9 (nine values), or --vary sigma=0.1,0.2.`,
  )
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
