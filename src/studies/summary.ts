/** A study as a table: for each value the errors over seeds with their intervals, and the rates that fit them. */
import type { Cell, Table } from '../report/table.ts'
import { formatDuration, formatSignificant } from '../solution/format.ts'
import { HALF_WIDTH_95 } from '../statistics/confidence.ts'
import { normalQuantile, studentQuantile } from '../statistics/quantiles.ts'
import type { StudyRecord } from './records.ts'
import type { StudyKind } from './runs.ts'

const CONFIDENCE = 0.95

/** All runs of one series at one value. Errors are relative to the reference, absolute where that is 0, null without one. */
export interface StudyPoint {
  series: string
  x: number
  runs: number
  value: number
  /** Mean of value − reference, and half the width of its interval over the seeds; null with one seed. */
  error: number | null
  errorHalfWidth: number | null
  rootMeanSquare: number | null
  /** 95 % interval of the root mean square, for normal errors (χ² by Wilson and Hilferty). */
  rootMeanSquareInterval: [number, number] | null
  /** The same mean after `gridError` is added: extrapolated over the two grids. */
  extrapolated: number | null
  /** What the runs claim: root mean square of their standard errors, in the same unit. */
  claimed: number
  /** Root mean square of the runs' `deviation`, in the same unit. */
  residual: number
  residualHalfWidth: number | null
  gridError: number | null
  gridErrorHalfWidth: number | null
  elapsedMs: number
  evaluations: number | null
}

export function studyPoints(records: readonly StudyRecord[]): StudyPoint[] {
  const groups = new Map<string, StudyRecord[]>()
  for (const record of records) {
    const key = `${record.series}\n${record.x}`
    groups.set(key, [...(groups.get(key) ?? []), record])
  }
  return [...groups.values()].map(pointOf)
}

function pointOf(group: StudyRecord[]): StudyPoint {
  const [{ series, x, reference, evaluations }] = group
  const unit = reference === null || reference === 0 ? 1 : Math.abs(reference)
  const errors = reference === null ? [] : group.map(({ value }) => (value - reference) / unit)
  const grid = group.flatMap(({ gridError }) => (gridError === null ? [] : [gridError / unit]))
  const hasGrid = grid.length === group.length
  const residuals = group.map(({ deviation }) => deviation / unit)
  const rootMeanSquare = errors.length > 0 ? Math.sqrt(mean(errors.map((error) => error * error))) : null
  return {
    series,
    x,
    runs: group.length,
    value: mean(group.map(({ value }) => value)),
    error: errors.length > 0 ? mean(errors) : null,
    errorHalfWidth: halfWidth(errors),
    rootMeanSquare,
    rootMeanSquareInterval: rootMeanSquare === null ? null : rootInterval(rootMeanSquare, errors.length),
    // What the last Picard iteration moved is an error's size, not its value.
    extrapolated:
      errors.length > 0 && hasGrid && evaluations === null
        ? mean(errors.map((error, k) => error + (group[k].isExtrapolated ? 0 : grid[k])))
        : null,
    claimed: Math.sqrt(mean(group.map(({ standardError }) => (standardError / unit) ** 2))),
    residual: Math.sqrt(mean(residuals.map((residual) => residual * residual))),
    residualHalfWidth: halfWidth(residuals),
    gridError: hasGrid ? mean(grid) : null,
    gridErrorHalfWidth: gridHalfWidth(group, grid, unit),
    elapsedMs: mean(group.map(({ elapsedMs }) => elapsedMs)),
    evaluations,
  }
}

/** From the paths' own error where that is known, which needs one run only; else from the spread over seeds. */
function gridHalfWidth(group: StudyRecord[], grid: number[], unit: number): number | null {
  const own = group.flatMap(({ gridErrorStandardError: error }) => (error === null ? [] : [error / unit]))
  if (own.length !== group.length) return halfWidth(grid)
  return (HALF_WIDTH_95 * Math.sqrt(mean(own.map((error) => error * error)))) / Math.sqrt(own.length)
}

/** Half of the interval of a mean by Student's law; null for fewer than two. */
export function halfWidth(values: readonly number[]): number | null {
  const count = values.length
  if (count < 2) return null
  const centre = mean(values)
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (count - 1)
  return studentQuantile(0.5 + CONFIDENCE / 2, count - 1) * Math.sqrt(variance / count)
}

function rootInterval(size: number, count: number): [number, number] {
  const squares = (quantile: number) => {
    const spread = 2 / (9 * count)
    return count * (1 - spread + quantile * Math.sqrt(spread)) ** 3
  }
  const quantile = normalQuantile(0.5 + CONFIDENCE / 2)
  const least = Math.max(squares(-quantile), 0.05 * count)
  return [size * Math.sqrt(count / squares(quantile)), size * Math.sqrt(count / least)]
}

/** size ≈ c·x^slope by least squares in logarithms, weighted by the sizes' own errors where these are given. */
export interface Rate {
  slope: number
  standardError: number
}

export function fitRate(points: readonly { x: number; size: number; error?: number | null }[]): Rate | null {
  const used = points.filter(({ x, size }) => x > 0 && size > 0)
  if (used.length < 2) return null
  const hasErrors = used.every(({ error }) => error !== null && error !== undefined && error > 0)
  const rows = used.map(({ x, size, error }) => ({
    a: Math.log(x),
    b: Math.log(size),
    w: hasErrors ? (size / error!) ** 2 : 1,
  }))
  const total = rows.reduce((sum, { w }) => sum + w, 0)
  const centre = rows.reduce((sum, { a, w }) => sum + w * a, 0) / total
  const level = rows.reduce((sum, { b, w }) => sum + w * b, 0) / total
  const spread = rows.reduce((sum, { a, w }) => sum + w * (a - centre) ** 2, 0)
  const slope = rows.reduce((sum, { a, b, w }) => sum + w * (a - centre) * (b - level), 0) / spread
  const rest = rows.reduce((sum, { a, b, w }) => sum + w * (b - level - slope * (a - centre)) ** 2, 0)
  const variance = hasErrors ? 1 : rows.length > 2 ? rest / (rows.length - 2) : Number.NaN
  return { slope, standardError: Math.sqrt(variance / spread) }
}

/** The rate that a kind of study is about, for each series. */
export function studyRates(
  kind: StudyKind,
  points: readonly StudyPoint[],
): { series: string; text: string }[] {
  const series = [...new Set(points.map((point) => point.series))]
  return series.flatMap((name) => {
    const own = points.filter((point) => point.series === name)
    const texts = ratesOf(kind, own).flatMap(([label, rate]) =>
      rate === null ? [] : [`${label} ~ ${RATE_OVER[kind] ?? AXIS[kind]}^${rateText(rate)}`],
    )
    return texts.length === 0 ? [] : [{ series: name, text: texts.join(', ') }]
  })
}

export const AXIS: Record<StudyKind, string> = {
  dimension: 'd',
  width: 'width',
  steps: 'N',
  paths: 'paths',
  levels: 'n',
}

/** What the rate is taken over, where that is not the axis. */
const RATE_OVER: Partial<Record<StudyKind, string>> = { levels: 'evaluations' }

function ratesOf(kind: StudyKind, points: StudyPoint[]): [string, Rate | null][] {
  const time = fitRate(points.map(({ x, elapsedMs }) => ({ x, size: elapsedMs })))
  const error = fitRate(points.map(({ x, rootMeanSquare }) => ({ x, size: rootMeanSquare ?? 0 })))
  switch (kind) {
    case 'steps':
      return [
        [
          'grid error',
          fitRate(
            points.map(({ x, gridError, gridErrorHalfWidth: half }) => ({
              x,
              size: Math.abs(gridError ?? 0),
              error: half === null ? null : half / HALF_WIDTH_95,
            })),
          ),
        ],
      ]
    case 'width':
      return [
        ['error', error],
        ['residual', fitRate(points.map(({ x, residual }) => ({ x, size: residual })))],
        ['time', time],
      ]
    case 'levels':
      return [['error', fitRate(points.map((p) => ({ x: p.evaluations ?? 0, size: p.rootMeanSquare ?? 0 })))]]
    default:
      return [
        ['error', error],
        ['time', time],
      ]
  }
}

function rateText({ slope, standardError }: Rate): string {
  const error = Number.isFinite(standardError) ? ` ± ${standardError.toFixed(2)}` : ''
  return `(${slope.toFixed(2)}${error})`
}

const percent = (value: number) => `${formatSignificant(100 * value, 2)} %`

/** The table of a study; columns without any entry are left out. */
export function studyTable(kind: StudyKind, points: readonly StudyPoint[]): Table {
  const all: [string, string, (point: StudyPoint) => Cell, ((value: number) => string)?][] = [
    ['series', 'series', (p) => p.series],
    ['x', AXIS[kind], (p) => p.x],
    ['runs', 'runs', (p) => p.runs],
    ['value', 'value', (p) => p.value, (value) => formatSignificant(value, 7)],
    ['error', 'error', (p) => p.error, percent],
    ['errorHalfWidth', '±', (p) => p.errorHalfWidth, percent],
    ['rootMeanSquare', 'rms error', (p) => p.rootMeanSquare, percent],
    ['claimed', 'claimed', (p) => p.claimed, percent],
    ['residual', 'residual', (p) => (kind === 'width' ? p.residual : null), percent],
    ['residualHalfWidth', '±', (p) => (kind === 'width' ? p.residualHalfWidth : null), percent],
    ['gridError', 'grid error', (p) => p.gridError, percent],
    ['gridErrorHalfWidth', '±', (p) => p.gridErrorHalfWidth, percent],
    ['extrapolated', 'extrapolated', (p) => p.extrapolated, percent],
    ['evaluations', 'evaluations', (p) => p.evaluations],
    ['elapsedMs', 'time', (p) => p.elapsedMs, formatDuration],
  ]
  const columns = all.filter(([, , read]) => points.some((point) => read(point) !== null))
  return {
    columns: columns.map(([key, title, , format]) => ({ key, title, format })),
    rows: points.map((point) => columns.map(([, , read]) => read(point))),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
