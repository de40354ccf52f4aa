/** A small picture of convergence in the terminal. */

import plot from 'simple-ascii-chart'
import { formatSignificant } from './format.ts'
import type { Colors } from './report.ts'
import type { Solution } from './solution.ts'

type Point = [x: number, y: number]

const MOST_COLUMNS = 72
/** Columns that labels and axis take. */
const LABEL_COLUMNS = 14
/** Rows between the lowest and the highest tick. */
const ROWS = 8
/** Errors below this are rounding, and only stretch the axis. */
const LEAST_ERROR = 1e-7

/**
 * The estimate over the iterations: its relative error on a logarithmic axis where there is a reference, itself on a
 * linear one otherwise. Null where fewer than three iterations were made, or nothing fits into `width` columns.
 */
export function renderConvergence(solution: Solution, width: number, colors: Colors): string | null {
  const columns = Math.min(MOST_COLUMNS, width - LABEL_COLUMNS)
  const { reference, history } = solution
  if (history.estimate.length < 3 || columns < 10) return null
  return reference !== null && reference.value !== 0
    ? errorChart(history.estimate, reference.value, columns, colors)
    : estimateChart(history.estimate, columns, colors)
}

function errorChart(estimates: number[], reference: number, columns: number, colors: Colors): string | null {
  const errors = estimates.map((estimate) =>
    Math.log10(Math.max(LEAST_ERROR, Math.abs(estimate / reference - 1))),
  )
  const points = inColumns(errors, columns)
  if (points.length < 2) return null
  const heights = points.map(([, y]) => y)
  const low = Math.floor(Math.min(...heights))
  const high = Math.max(low + 1, Math.ceil(Math.max(...heights)))
  const decades = high - low
  const chart = draw(points, estimates.length, columns, {
    low,
    high,
    rows: decades * Math.max(1, Math.round(ROWS / decades)) + 1,
    ticks: Array.from({ length: decades + 1 }, (_, k) => low + k),
    label: (decade) => `${Number((10 ** (decade + 2)).toPrecision(1))} %`,
  })
  return `  ${colors.dim('relative error of the estimate, by iteration')}\n${chart}`
}

function estimateChart(estimates: number[], columns: number, colors: Colors): string | null {
  const points = inColumns(estimates, columns)
  if (points.length < 2) return null
  const heights = points.map(([, y]) => y)
  const low = Math.min(...heights)
  const high = Math.max(...heights)
  if (!(high > low)) return null
  const chart = draw(points, estimates.length, columns, {
    low,
    high,
    rows: ROWS + 1,
    ticks: Array.from({ length: 5 }, (_, k) => low + ((high - low) * k) / 4),
    label: (value) => formatSignificant(value, 4),
  })
  return `  ${colors.dim('estimate, by iteration')}\n${chart}`
}

interface Axis {
  low: number
  high: number
  rows: number
  ticks: number[]
  label: (value: number) => string
}

function draw(points: Point[], iterations: number, columns: number, axis: Axis): string {
  const text = plot(points, {
    width: columns,
    height: axis.rows,
    yRange: [axis.low, axis.high],
    customYAxisTicks: axis.ticks,
    customXAxisTicks: iterationTicks(iterations),
    formatter: (value, { axis: which }) => (which === 'y' ? axis.label(value) : String(Math.round(value))),
  })
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n')
}

/** The median of what falls into each column, at its last iteration: single batches scatter. */
export function inColumns(values: number[], columns: number): Point[] {
  const count = Math.min(columns, values.length)
  const points: Point[] = []
  for (let column = 0; column < count; column++) {
    const from = Math.floor((column * values.length) / count)
    const to = Math.floor(((column + 1) * values.length) / count)
    const sorted = values
      .slice(from, to)
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    if (sorted.length > 0) points.push([to, sorted[Math.floor(sorted.length / 2)]])
  }
  return points
}

/** Round numbers of iterations, about four of them. */
export function iterationTicks(iterations: number): number[] {
  const decade = 10 ** Math.floor(Math.log10(iterations))
  const spacing = [0.2, 0.5, 1, 2, 5].map((factor) => factor * decade).find((size) => iterations / size <= 5)!
  return Array.from({ length: Math.floor(iterations / spacing) }, (_, k) => Math.max(1, (k + 1) * spacing))
}
