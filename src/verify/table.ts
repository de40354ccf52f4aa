/** Results of `deepbsde verify` as one table: some columns for people, all of them for programs. */
import type { SettingValue } from '../problem/definition.ts'
import { type Cell, type Column, formatTable, type Table } from '../report/table.ts'
import type { Answer } from '../runs/outcome.ts'
import { formatDuration, formatSignificant, formatWithError } from '../solution/format.ts'
import type { RunOptions } from '../solution/solution.ts'
import type { CaseResult } from './run-case.ts'

/** A column and how to fill it. */
interface Field extends Column {
  /** Who sees it; everyone unless given. */
  only?: 'people' | 'programs'
  of: (result: CaseResult) => Cell | undefined
}

const FIELDS: readonly Field[] = [
  { key: 'problem', title: 'problem', of: ({ case: { problem } }) => problem },
  {
    key: 'settings',
    title: 'settings',
    of: ({ case: { settings, options } }) => choicesText(settings, options),
  },
  { key: 'seed', title: 'seed', of: ({ seed }) => seed },
  {
    key: 'shownValue',
    title: 'value',
    only: 'people',
    of: ({ solution }) => solution && shownValue(solution),
  },
  {
    key: 'shownInterval',
    title: '95 % interval',
    only: 'people',
    of: ({ solution }) => solution && shownInterval(solution),
  },
  { key: 'value', title: 'value', only: 'programs', of: ({ solution }) => solution?.value },
  {
    key: 'standardError',
    title: 'standard error',
    only: 'programs',
    of: ({ solution }) => solution?.standardError,
  },
  { key: 'low', title: 'low', only: 'programs', of: ({ solution }) => solution?.interval[0] },
  { key: 'high', title: 'high', only: 'programs', of: ({ solution }) => solution?.interval[1] },
  {
    key: 'reference',
    title: 'reference',
    format: tenDigits,
    of: ({ reference }) => reference?.value,
  },
  {
    key: 'referenceStandardError',
    title: 'its error',
    only: 'programs',
    of: ({ reference }) => reference?.standardError ?? null,
  },
  {
    key: 'referenceSource',
    title: 'source',
    only: 'programs',
    of: ({ reference }) => reference?.source,
  },
  { key: 'literature', title: 'literature', of: ({ literature }) => literature?.value },
  {
    key: 'literatureNote',
    title: 'note',
    only: 'programs',
    of: ({ literature }) => literature?.note,
  },
  { key: 'relativeError', title: 'error', format: signedPercent, of: relativeError },
  {
    key: 'standardErrors',
    title: 'in se',
    format: (value) => formatSignificant(value, 2),
    of: errorInStandardErrors,
  },
  { key: 'gridAllowance', title: 'grid', format: percent, of: relativeAllowance },
  {
    key: 'regionError',
    title: 'u over region',
    format: percent,
    of: ({ solution }) => solution?.region?.relativeErrors?.value,
  },
  {
    key: 'regionGradientError',
    title: '∇u over region',
    format: percent,
    of: ({ solution }) => solution?.region?.relativeErrors?.gradient,
  },
  {
    key: 'publishedError',
    title: 'published',
    format: percent,
    of: ({ published }) => published?.relativeError,
  },
  { key: 'errorRatio', title: 'ours/theirs', format: (value) => formatSignificant(value, 2), of: errorRatio },
  {
    key: 'publishedSeconds',
    title: 'their time',
    format: (value) => formatDuration(1000 * value),
    of: ({ published }) => published?.elapsedSeconds ?? null,
  },
  {
    key: 'seconds',
    title: 'time',
    format: (value) => formatDuration(1000 * value),
    of: ({ elapsedMs }) => elapsedMs / 1000,
  },
  {
    key: 'timesFaster',
    title: 'faster',
    format: (value) => `${formatSignificant(value, 2)} ×`,
    of: timesFaster,
  },
  { key: 'verdict', title: 'verdict', of: ({ verdict }) => verdict },
  { key: 'reason', title: 'reason', only: 'programs', of: ({ reason }) => reason },
]

/** @param audience people see fewer columns, rounded and none of them empty; programs all of them, in full */
export function verifyTable(results: readonly CaseResult[], audience: 'people' | 'programs'): Table {
  const fields = FIELDS.filter(({ only }) => only === undefined || only === audience)
  const rows = results.map((result) => fields.map(({ of }) => of(result) ?? null))
  const columns = fields.map(({ key, title, format }) => ({ key, title, format }))
  if (audience === 'programs') return { columns, rows }
  const hasSeeds = results.some(({ seed }) => seed !== results[0].seed)
  const isShown = ({ key }: Column, k: number) =>
    key === 'seed' ? hasSeeds : rows.some((row) => row[k] !== null && row[k] !== '')
  const shown = columns.map(isShown)
  return {
    columns: columns.filter((_, k) => shown[k]),
    rows: rows.map((row) => row.filter((_, k) => shown[k])),
  }
}

/** Columns that a narrow window can do without, the most dispensable first. */
const DISPENSABLE = ['publishedSeconds', 'publishedError', 'literature', 'gridAllowance', 'shownInterval']

/** The table without as many columns as it takes to fit into `width` characters of text, where that can be. */
export function narrowed(table: Table, width: number): Table {
  const isTooWide = (candidate: Table) => formatTable(candidate, 'text').split('\n', 1)[0].length > width
  let { columns, rows } = table
  for (const key of DISPENSABLE) {
    if (!isTooWide({ columns, rows })) break
    const dropped = columns.findIndex((column) => column.key === key)
    if (dropped < 0) continue
    columns = columns.toSpliced(dropped, 1)
    rows = rows.map((row) => row.toSpliced(dropped, 1))
  }
  return { columns, rows }
}

/** What differs from the page's settings and the usual choices: `dim=10 steps=80`. */
export function choicesText(settings: Record<string, SettingValue>, options: RunOptions): string {
  return [...Object.entries(settings), ...Object.entries(options)]
    .map(
      ([name, value]) => `${name}=${typeof value === 'number' ? shortNumber(value) : JSON.stringify(value)}`,
    )
    .join(' ')
}

function shownValue({ value, standardError }: Answer): string {
  const { values, exponent } = formatWithError([value], standardError)
  return values[0] + exponent
}

function shownInterval({ interval, standardError }: Answer): string {
  const { values, exponent } = formatWithError(interval, standardError)
  return `${values[0]}${exponent} … ${values[1]}${exponent}`
}

/** (value − reference)/|reference|; the difference itself where the reference is 0. */
function relativeError({ solution, reference }: CaseResult): number | null {
  if (solution === null || reference === null) return null
  return (solution.value - reference.value) / (Math.abs(reference.value) || 1)
}

function errorInStandardErrors({ solution, reference }: CaseResult): number | null {
  if (solution === null || reference === null) return null
  const error = Math.hypot(solution.standardError, reference.standardError ?? 0)
  return (solution.value - reference.value) / error
}

function relativeAllowance({ gridAllowance, reference }: CaseResult): number | null {
  return gridAllowance === null || reference === null
    ? null
    : gridAllowance / (Math.abs(reference.value) || 1)
}

/** Our error over the published one. */
function errorRatio(result: CaseResult): number | null {
  const error = relativeError(result)
  const published = result.published?.relativeError
  return error === null || published === undefined ? null : Math.abs(error) / published
}

function timesFaster({ solution, published, elapsedMs }: CaseResult): number | null {
  if (solution === null || published?.elapsedSeconds === undefined) return null
  return (1000 * published.elapsedSeconds) / elapsedMs
}

function tenDigits(value: number): string {
  return String(Number(value.toPrecision(8)))
}

function percent(fraction: number): string {
  return `${formatSignificant(100 * fraction, 2)} %`
}

function signedPercent(fraction: number): string {
  const text = percent(fraction)
  return fraction < 0 ? text.replace('-', '−') : `+${text}`
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)))
}
