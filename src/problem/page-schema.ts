/**
 * What a page from outside may hold, as a valibot schema: known keys, their kinds and their sizes. Formulas are only
 * measured here; `formulas/` decides what they may say.
 */
import * as v from 'valibot'
import { MAX_FORMULA_LENGTH } from '../formulas/parse.ts'
import { isPrintable, singleLine } from '../text/printable.ts'
import type { SettingValue } from './definition.ts'
import { ID_PATTERN, ID_RULE } from './page-names.ts'
import { isSettingValue } from './settings.ts'

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
const count = v.pipe(v.number('an integer ≥ 1'), v.integer('an integer ≥ 1'), v.minValue(1, 'an integer ≥ 1'))

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

const numberList = v.pipe(v.array(finite), v.minLength(1, 'a list of at least one number'))

export const settingValue = v.custom<SettingValue>(
  isSettingValue,
  'a number, a list of numbers or a list of equal lists',
)

export function few<T extends object>() {
  return v.check<T, string>((named) => Object.keys(named).length <= MAX_NAMES, `at most ${MAX_NAMES} entries`)
}

export const reference = v.object(
  {
    value: finite,
    standardError: v.optional(v.pipe(finite, v.minValue(0, 'a number ≥ 0'))),
    source: v.optional(text, 'the page'),
  },
  'a value with its source: { value: 1.5, standardError: 0.01, source: "…" }',
)

const published = v.object(
  {
    source: text,
    relativeError: finite,
    elapsedSeconds: v.optional(finite),
    referenceValue: v.optional(finite),
    steps: count,
    iterations: v.optional(count),
    learningRate: v.optional(finite),
    initialValue: v.optional(v.tuple([finite, finite], 'two numbers: [0, 1]')),
  },
  'what the literature reports: { source: "…", relativeError: 0.0017, steps: 20 }',
)

const DATES = 'a number of dates, a list of times in (0, horizon], a formula of the settings, or any'

const stopping = v.object(
  {
    payoff: formula,
    dates: v.union([finite, numberList, text], DATES),
    goal: v.optional(v.picklist(['minimize', 'maximize'], 'minimize or maximize')),
  },
  'when one may stop and what that pays: { payoff: "max(1 - x, 0)", dates: 50 }',
)

const CORRELATION = 'a number, a matrix or a formula of the settings'

export const id = v.pipe(v.string('text'), v.regex(ID_PATTERN, `${ID_RULE}, such as my-equation`))

const entries = {
  id,
  title: v.optional(text),
  source: v.optional(text, 'own page'),
  group: v.optional(text, 'Your own'),
  exercises: v.optional(text),
  settings: v.pipe(
    v.record(v.string(), settingValue, 'names with values, such as { dim: 10, horizon: 1 }'),
    few(),
  ),
  let: v.optional(
    v.pipe(v.record(v.string(), formula, 'names with formulas, such as { s: "sum(z)" }'), few()),
  ),
  x0: v.union([finite, numberList, formula], 'a finite number, a list of numbers, or a formula of i'),
  noiseDim: v.optional(v.union([count, text], 'an integer ≥ 1 or a formula of the settings')),
  drift: formula,
  diffusion: formula,
  correlation: v.optional(
    v.union([finite, v.pipe(v.array(numberList), v.minLength(1, CORRELATION)), formula], CORRELATION),
  ),
  driver: formula,
  terminal: formula,
  range: v.optional(
    v.pipe(
      v.tuple([finite, finite], 'two numbers: [0, 1]'),
      v.check(([low, high]) => low < high, 'two numbers, the lower one first: [0, 1]'),
    ),
  ),
  curvature: v.optional(v.picklist(['convex', 'concave'], 'convex or concave')),
  exact: v.optional(formula),
  stopping: v.optional(stopping),
  reference: v.optional(reference),
  published: v.optional(published),
}

const pageSchema = v.object(
  entries,
  'a page: a mapping with id, settings, x0, drift, diffusion, driver and terminal',
)
/** The keys that a page may have, and those of its parts that have fixed keys ('' is the page itself). */
export const knownKeys: Readonly<Record<'' | 'reference' | 'published' | 'stopping', readonly string[]>> = {
  '': Object.keys(entries),
  reference: Object.keys(reference.entries),
  published: Object.keys(published.entries),
  stopping: Object.keys(stopping.entries),
}

export type Page = v.InferOutput<typeof pageSchema>

/** The page, or the first thing that is wrong: what key, what was allowed, what was got. */
export function checkPage(value: unknown): { page: Page } | { key: string; allowed: string; got: unknown } {
  const result = v.safeParse(pageSchema, value, { abortEarly: true })
  if (result.success) return { page: result.output }
  const issue = result.issues[0]
  const isMissing = issue.type === 'object' && issue.path !== undefined && issue.input === undefined
  return {
    key: v.getDotPath(issue) ?? '',
    allowed: isMissing ? 'given' : issue.message,
    got: issue.input,
  }
}
