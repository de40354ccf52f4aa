/** What a check found of a page, whatever the page is about, and how it is shown. */
import type { Reference } from '../problem/definition.ts'
import { DERIVATIVE_TOLERANCE, type DerivativeReport } from '../problem/derivatives.ts'
import { formatSignificant } from '../solution/format.ts'
import { wrap } from '../solution/format-text.ts'
import type { Listing } from './terminal.ts'

export interface CheckFlags {
  set?: string[]
  latex?: boolean
  json?: boolean
  /** False leaves out the trial that the time is estimated from. */
  trial: boolean
  debug?: boolean
}

export interface CheckReport {
  /** The page: its title, then lines of mathematics. */
  text: string
  latex: string
  rows: [label: string, text: string][]
  /** For programs, beside the page, its mathematics and its failures. */
  json: object
  /** What does not fit together. */
  failures: string[]
  verdict?: { text: string; isRight: boolean }
}

const LABEL_WIDTH = 13

export function checkText(
  { text, rows, verdict }: CheckReport,
  { colors, isTerminal, width }: Listing,
): string {
  const room = Math.max(30, (isTerminal ? width() : 110) - LABEL_WIDTH - 2)
  const lines = rows.flatMap(([label, line]) =>
    wrap(line, room).map((part, k) => `  ${colors.dim((k === 0 ? label : '').padEnd(LABEL_WIDTH))}${part}`),
  )
  const columns = isTerminal ? width() : Number.POSITIVE_INFINITY
  const inWidth = (line: string) => wrap(line, columns).join('\n')
  const end = verdict ? ['', (verdict.isRight ? colors.green : colors.red)(inWidth(verdict.text))] : []
  const [title, ...mathematics] = text.split('\n')
  const formulas = mathematics.flatMap((line) => wrapHanging(line, columns))
  return [colors.bold(inWidth(title)), ...formulas, ...lines, ...end, ''].join('\n')
}

/** A line of mathematics, its further lines in below what it says after the sign of equality. */
function wrapHanging(line: string, width: number): string[] {
  const sign = line.indexOf(' = ')
  const margin = sign > 0 && sign < width / 3 ? sign + 3 : 4
  const [first, ...rest] = wrap(line.slice(margin), width - margin)
  return [line.slice(0, margin) + first, ...rest.map((part) => ' '.repeat(margin) + part)]
}

export function referenceText(reference: Reference | null): string {
  if (reference === null) return 'none at these settings'
  return `${formatSignificant(reference.value, 10)}  (${reference.source})`
}

/** How many comparisons held, and what was left out. */
export function derivativeText({ compared, kinks, largestError }: DerivativeReport): string {
  const verdict = largestError < DERIVATIVE_TOLERANCE ? 'right' : 'WRONG'
  const left = kinks === 0 ? '' : `, ${kinks} at kinks left out`
  return `${verdict} at ${compared} places (relative error up to ${largestError.toExponential(0)}${left})`
}
