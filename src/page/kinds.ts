/**
 * The kinds of things that a page from outside may hold, as valibot schemas with one set of limits. Formulas are only measured
 * here; `formulas/` decides what they may say.
 */
import * as v from 'valibot'
import { MAX_FORMULA_LENGTH } from '../formulas/parse.ts'
import type { SettingValue } from '../problem/definition.ts'
import { ID_PATTERN, ID_RULE } from '../problem/page-names.ts'
import { isSettingValue } from '../problem/settings.ts'
import { isPrintable, singleLine } from '../text/printable.ts'

/** No title or source is longer than this. */
const MAX_TEXT = 10_000
/** Settings and intermediate formulas a page may have. */
const MAX_NAMES = 200

/** What a person reads: on one line, and without characters that a terminal obeys. */
export const text = v.pipe(
  v.string('text'),
  v.maxLength(MAX_TEXT, `at most ${MAX_TEXT} characters`),
  v.transform(singleLine),
  v.check(isPrintable, 'text without control characters'),
)
export const finite = v.pipe(v.number('a number'), v.finite('a finite number'))
export const integer = v.pipe(
  v.number('an integer ≥ 1'),
  v.integer('an integer ≥ 1'),
  v.minValue(1, 'an integer ≥ 1'),
)

/** A formula; a plain number is written as one. */
export const formula = v.pipe(
  v.custom<string | number>(
    isFormula,
    `a formula (text of 1 to ${MAX_FORMULA_LENGTH} characters) or a finite number`,
  ),
  v.transform(String),
)

function isFormula(value: unknown): boolean {
  if (typeof value !== 'string') return Number.isFinite(value)
  return value.length >= 1 && value.length <= MAX_FORMULA_LENGTH
}

/** How many there are of something. */
export const count = v.union([integer, text], 'an integer ≥ 1 or a formula of the settings')

export const numbers = v.pipe(v.array(finite), v.minLength(1, 'a list of at least one number'))

const settingValue = v.custom<SettingValue>(
  isSettingValue,
  'a number, a list of numbers or a list of equal lists',
)

/** Numbers by their names. */
export const values = v.pipe(
  v.record(v.string(), settingValue, 'names with values, such as { dim: 10, horizon: 1 }'),
  v.check((named) => Object.keys(named).length <= MAX_NAMES, `at most ${MAX_NAMES} entries`),
)

/** Formulas by their names. */
export const formulas = v.pipe(
  v.record(v.string(), formula, 'names with formulas, such as { s: "sum(z)" }'),
  v.check((named) => Object.keys(named).length <= MAX_NAMES, `at most ${MAX_NAMES} entries`),
)

export const goal = v.picklist(['minimize', 'maximize'], 'minimize or maximize')

export const id = v.pipe(v.string('text'), v.regex(ID_PATTERN, `${ID_RULE}, such as my-equation`))

/** A value to compare with; a function of a module is read apart. */
export const reference = v.object(
  {
    value: finite,
    standardError: v.optional(v.pipe(finite, v.minValue(0, 'a number ≥ 0'))),
    source: v.optional(text, 'the page'),
  },
  'a value with its source: { value: 1.5, standardError: 0.01, source: "…" }',
)
