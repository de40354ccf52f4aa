/** What a sweep tells of each run, and all of it as one table. */
import type { SettingValue } from '../problem/definition.ts'
import type { Cell, Column, Table } from '../report/table.ts'
import type { Row } from '../runs/journal.ts'
import { type Outcome, outcomeOf, outcomeText, reasonOf } from '../runs/outcome.ts'
import { formatDuration, formatPercent, formatPlusMinus, formatSignificant } from '../solution/format.ts'
import type { Status } from '../solution/status.ts'
import type { Case } from './cases.ts'
import type { SweepRun } from './runs.ts'

/** One run of a sweep; everything but `key`, `varied` and `seed` is null where there is no answer. */
export interface SweepRow {
  /** The varied settings. */
  varied: Record<string, SettingValue>
  /** Of its random numbers. */
  seed: number
  /** As a solution's, or why there is none: numbers that ran away, a run that did not begin, a mistake of ours. */
  status: Status | 'diverged' | 'refused' | 'failed'
  /** Why the value is not `converged`, or why there is none; null where it is. */
  reason: string | null
  /** u(0, x0). */
  value: number | null
  /** Of the value, as a solution's. */
  standardError: number | null
  /** Of the value, as a solution's. */
  interval: [number, number] | null
  /** ∇u(0, x0), [dim] */
  gradient: (number | null)[] | null
  /** What the value should be; null where that is not known. */
  reference: number | null
  /** |value − reference| / |reference|; null without a reference or where that is 0. */
  relativeError: number | null
  /** What the run took, on the machine that ran it. */
  elapsedMs: number
}

/** What a journal keeps of a run. */
export interface KeptRow extends Row {
  outcome: Outcome
}

export function keptRow(key: string, outcome: Outcome): KeptRow {
  return { key, outcome: outcomeOf(JSON.parse(outcomeText(outcome)))! }
}

/** From a line of a journal; null for what is none. */
export function keptRowFrom(form: unknown): KeptRow | null {
  if (typeof form !== 'object' || form === null) return null
  const { key, outcome } = form as Partial<KeptRow>
  const known = outcomeOf(outcome)
  return typeof key === 'string' && known !== null ? { key, outcome: known } : null
}

export function rowOf({ varied, seed }: SweepRun, outcome: Outcome): SweepRow {
  if (outcome.kind !== 'answered') {
    return {
      varied,
      seed,
      status: outcome.kind,
      reason: reasonOf(outcome),
      value: null,
      standardError: null,
      interval: null,
      gradient: null,
      reference: null,
      relativeError: null,
      elapsedMs: outcome.elapsedMs,
    }
  }
  const { status, reason, value, standardError, interval, gradient, reference, relativeError, elapsedMs } =
    outcome.answer
  return {
    varied,
    seed,
    status,
    reason,
    value: finite(value),
    standardError: finite(standardError),
    interval,
    gradient,
    reference: reference?.value ?? null,
    relativeError,
    elapsedMs: elapsedMs.total,
  }
}

/** Components of a gradient that have columns of their own. */
const MOST_COMPONENTS = 8

/** @param audience people see rounded numbers and no empty columns; programs all columns, in full */
export function sweepTable(rows: readonly SweepRow[], audience: 'people' | 'programs'): Table {
  const fields = [...variedFields(rows), ...FIELDS, ...gradientFields(rows), ...LAST]
  const shown = fields.filter(({ only }) => only === undefined || only === audience)
  const all = rows.map((row) => shown.map(({ of }) => of(row)))
  const isEmpty = (k: number) => all.every((row) => row[k] === null || row[k] === '')
  const kept = shown.map(
    ({ key }, k) => audience === 'programs' || (key === 'seed' ? hasSeeds(rows) : !isEmpty(k)),
  )
  return {
    columns: shown.filter((_, k) => kept[k]).map(({ key, title, format }) => ({ key, title, format })),
    rows: all.map((row) => row.filter((_, k) => kept[k])),
  }
}

/** One line about a run, for its progress. */
export function rowText(row: SweepRow, withSeed: boolean): string {
  const { varied, seed, value, standardError, status, reason, elapsedMs } = row
  const what = `${caseText(varied)}${withSeed ? `  seed ${seed}` : ''}`
  const time = formatDuration(elapsedMs)
  if (value === null) return `${what}: ${status} after ${time}: ${reason}`
  const isSure = status === 'converged' || status === 'imprecise' || status === 'one-sided'
  return `${what}: ${shownValue(value, standardError)}  ${isSure ? '' : `${status}  `}${time}`
}

/** `strike=80 sigma=0.1` */
export function caseText(varied: Case): string {
  return Object.entries(varied)
    .map(([name, value]) => `${name}=${settingText(value)}`)
    .join(' ')
}

interface Field extends Column {
  only?: 'people' | 'programs'
  of(row: SweepRow): Cell
}

const FIELDS: readonly Field[] = [
  { key: 'seed', title: 'seed', of: ({ seed }) => seed },
  {
    key: 'shownValue',
    title: 'value',
    only: 'people',
    of: ({ value, standardError }) => (value === null ? null : shownValue(value, standardError)),
  },
  { key: 'value', title: 'value', only: 'programs', of: ({ value }) => value },
  { key: 'standardError', title: 'standard error', only: 'programs', of: (row) => row.standardError },
  { key: 'low', title: 'low', only: 'programs', of: ({ interval }) => interval?.[0] ?? null },
  { key: 'high', title: 'high', only: 'programs', of: ({ interval }) => interval?.[1] ?? null },
  { key: 'reference', title: 'reference', of: ({ reference }) => reference },
  { key: 'relativeError', title: 'error', format: formatPercent, of: (row) => row.relativeError },
]

const LAST: readonly Field[] = [
  { key: 'status', title: 'status', of: ({ status }) => status },
  { key: 'reason', title: 'reason', of: ({ reason }) => reason },
  {
    key: 'seconds',
    title: 'time',
    format: (s) => formatDuration(1000 * s),
    of: ({ elapsedMs }) => elapsedMs / 1000,
  },
]

function variedFields(rows: readonly SweepRow[]): Field[] {
  return Object.keys(rows[0]?.varied ?? {}).map((name) => ({
    key: name,
    title: name,
    format: settingNumber,
    of: ({ varied }) => (typeof varied[name] === 'number' ? varied[name] : settingText(varied[name])),
  }))
}

/** Of problems with few components; the JSON forms have all of them. */
function gradientFields(rows: readonly SweepRow[]): Field[] {
  const components = Math.max(0, ...rows.map(({ gradient }) => gradient?.length ?? 0))
  if (components > MOST_COMPONENTS) return []
  return Array.from({ length: components }, (_, k) => ({
    key: `gradient${k + 1}`,
    title: `∂u/∂x${k + 1}`,
    format: (value) => formatSignificant(value, 5),
    of: ({ gradient }) => gradient?.[k] ?? null,
  }))
}

function hasSeeds(rows: readonly SweepRow[]): boolean {
  return rows.some(({ seed }) => seed !== rows[0].seed)
}

function shownValue(value: number, standardError: number | null): string {
  return standardError === null ? formatSignificant(value, 6) : formatPlusMinus(value, standardError)
}

function settingText(value: SettingValue): string {
  return typeof value === 'number' ? settingNumber(value) : JSON.stringify(value)
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** As it was given, short of rounding. */
function settingNumber(value: number): string {
  return String(Number(value.toPrecision(12)))
}
