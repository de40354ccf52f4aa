/** Solutions as the rows of one table: what names a run in front, then its value, errors, reference and gradient. */
import { formatDuration, formatPercent, formatSignificant, formatVector } from '../solution/format.ts'
import type { Solution } from '../solution/solution.ts'
import { type Cell, type Column, type Table, withoutEmptyColumns } from './table.ts'

/** What a row is made from. */
export type TabledSolution = Pick<
  Solution,
  | 'value'
  | 'standardError'
  | 'interval'
  | 'gridError'
  | 'reference'
  | 'relativeError'
  | 'gradient'
  | 'gradientStandardError'
  | 'status'
  | 'reason'
  | 'elapsedMs'
> &
  Partial<Pick<Solution, 'bounds'>>

export interface TabledRun {
  /** What tells it from the others, such as { x0: 90 } or { kappa: 2 }: leading columns, the same for all rows. */
  names: Readonly<Record<string, Cell>>
  solution: TabledSolution
}

/** A column and how to fill it. */
interface Field extends Column {
  of: (solution: TabledSolution) => Cell | undefined
}

const digits = (count: number) => (value: number) => formatSignificant(value, count)

const VALUE: Field = { key: 'value', title: 'value', format: digits(8), of: ({ value }) => value }
const ERROR: Field = {
  key: 'standardError',
  title: '±',
  format: digits(2),
  of: ({ standardError }) => standardError,
}
const REFERENCE: Field = {
  key: 'reference',
  title: 'reference',
  format: digits(8),
  of: ({ reference }) => reference?.value,
}
const RELATIVE: Field = {
  key: 'relativeError',
  title: 'error',
  format: formatPercent,
  of: ({ relativeError }) => relativeError,
}
const STATUS: Field = { key: 'status', title: 'status', of: ({ status }) => status }

/** Rounded, with the gradient's first components in one cell; a column that is empty in every row is left out. */
export function solutionTable(runs: readonly TabledRun[], components = 4): Table {
  const gradient: Field = {
    key: 'gradient',
    title: 'gradient',
    of: ({ gradient: all }) => formatVector(all, components, 3),
  }
  const time: Field = {
    key: 'time',
    title: 'time',
    format: formatDuration,
    of: ({ elapsedMs }) => elapsedMs.total,
  }
  const bounds = (['lower', 'upper'] as const).map((side) => boundOf(side, side))
  const table = tableOf(runs, [
    VALUE,
    ERROR,
    REFERENCE,
    RELATIVE,
    ...bounds,
    ...(components > 0 ? [gradient] : []),
    STATUS,
    time,
  ])
  return withoutEmptyColumns(table)
}

/** Every digit, and a column for each component of the gradient and its error. */
export function solutionTableInFull(runs: readonly TabledRun[]): Table {
  const dim = Math.max(0, ...runs.map(({ solution }) => solution.gradient.length))
  const component = (k: number): Field[] => [
    { key: `gradient${k + 1}`, title: `∂${k + 1}`, of: ({ gradient }) => gradient[k] },
    {
      key: `gradient${k + 1}StandardError`,
      title: '±',
      of: ({ gradientStandardError }) => gradientStandardError?.[k],
    },
  ]
  return tableOf(runs, [
    VALUE,
    ERROR,
    { key: 'low', title: 'low', of: ({ interval }) => interval[0] },
    { key: 'high', title: 'high', of: ({ interval }) => interval[1] },
    { key: 'gridError', title: 'grid error', of: ({ gridError }) => gridError },
    REFERENCE,
    RELATIVE,
    boundOf('lower', 'lowerBound'),
    boundOf('upper', 'upperBound'),
    STATUS,
    { key: 'reason', title: 'reason', of: ({ reason }) => reason },
    { key: 'seconds', title: 'seconds', of: ({ elapsedMs }) => elapsedMs.total / 1000 },
    ...Array.from({ length: dim }, (_, k) => component(k)).flat(),
  ])
}

function boundOf(side: 'lower' | 'upper', key: string): Field {
  return { key, title: side, format: digits(8), of: ({ bounds }) => bounds?.[side]?.limit }
}

function tableOf(runs: readonly TabledRun[], fields: readonly Field[]): Table {
  const names = Object.keys(runs[0]?.names ?? {})
  return {
    columns: [
      ...names.map((name) => ({ key: name, title: name })),
      ...fields.map(({ key, title, format }) => ({ key, title, format })),
    ],
    rows: runs.map((run) => [
      ...names.map((name) => run.names[name] ?? null),
      ...fields.map(({ of }) => of(run.solution) ?? null),
    ]),
  }
}
