/** When one may stop: a count, a list, a formula of the settings, or any time. */
import { UserError } from '../errors/errors.ts'
import { evaluate } from '../formulas/evaluate.ts'
import { parseFormula } from '../formulas/parse.ts'
import type { Settings } from '../problem/definition.ts'
import { shown } from '../problem/shown.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'

const MOST_DATES = 1000

/**
 * The dates in ascending order, with T at their end; null for any time. Needs `loadParser`.
 * @throws UserError for none, too many, or one outside (0, T]
 */
export function readDates({ id, stopping }: StoppingDefinition, settings: Settings): number[] | null {
  const { dates } = stopping
  if (dates === 'any') return null
  const { horizon } = settings
  const values = typeof dates === 'string' ? formulaDates(id, dates, settings) : dates
  if (typeof values === 'number') return equalDates(id, values, horizon)
  const outside = values.find((date) => !(date > 0 && date <= horizon * (1 + 1e-12)))
  if (outside !== undefined) {
    throw new UserError(
      `${id}: stopping dates must lie in (0, horizon] = (0, ${horizon}], got ${outside}. Leave it out.`,
    )
  }
  if (values.length < 1 || values.length > MOST_DATES) throw wrongCount(id, values.length)
  const sorted = [...new Set(values.map((date) => Math.min(date, horizon)))].sort((a, b) => a - b)
  // Where T is no date, the right ends there all the same, with what the terminal condition pays.
  return sorted[sorted.length - 1] === horizon ? sorted : [...sorted, horizon]
}

function formulaDates(id: string, text: string, settings: Settings): number | number[] {
  const place = `${id}: stopping dates`
  const formula = parseFormula(text, { place, variables: {}, constants: settings, definitions: {} })
  const values = evaluate(formula)
  return formula.shape.length === 0 ? values[0] : [...values]
}

function equalDates(id: string, count: number, horizon: number): number[] {
  if (!Number.isInteger(count) || count < 1 || count > MOST_DATES) throw wrongCount(id, count)
  return Array.from({ length: count }, (_, n) => (n + 1 === count ? horizon : ((n + 1) * horizon) / count))
}

function wrongCount(id: string, count: number): UserError {
  return new UserError(
    `${id}: stopping dates must be 1 to ${MOST_DATES} dates, a list of times in (0, horizon], or any; got ${shown(count)}. Use dates: 9.`,
  )
}
