/** The value with its error bars, against the reference. */

import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import type { Bar } from '../../solution/details/detail.ts'
import { detailBars } from '../../solution/details.ts'
import { formatSignificant } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'
import { normalQuantile } from '../../statistics/quantiles.ts'

interface Row extends Bar {
  kind: 'found' | 'grid' | 'other' | 'reference'
}

export function valuePicture(solution: Solution): Picture | null {
  const rows = rowsOf(solution)
  if (!rows.every(({ low, high }) => Number.isFinite(low) && Number.isFinite(high))) return null
  return {
    id: 'value',
    title: 'Value and error bars',
    caption: captionOf(solution),
    aspect: (width) => (rows.length * 44 + 60) / width,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const colors = {
        found: palette.accent,
        grid: palette.third,
        other: palette.fourth,
        reference: palette.reference,
      }
      const low = Math.min(...rows.map((row) => row.low))
      const high = Math.max(...rows.map((row) => row.high))
      const pad = 0.12 * (high - low) || 0.01 * Math.abs(high) || 1
      const color = (row: Row) => colors[row.kind]
      const reference = solution.reference
      return drawMarks(plotter, size, palette, {
        marginLeft: 104,
        marginRight: 34,
        marginTop: 12,
        x: {
          domain: [low - pad, high + pad],
          label: 'u(0, x₀)',
          ticks: size.width < 500 ? 3 : 6,
          nice: true,
        },
        y: { domain: rows.map(({ label }) => label), label: null, tickSize: 0, padding: 0.4 },
        marks: [
          plot.gridX({ stroke: palette.grid, strokeOpacity: 1, ticks: size.width < 500 ? 3 : 6 }),
          reference === null
            ? null
            : plot.ruleX([reference.value], { stroke: palette.reference, strokeDasharray: '4 4' }),
          plot.link(rows, {
            x1: 'low',
            x2: 'high',
            y: 'label',
            stroke: color,
            strokeWidth: 5,
            strokeOpacity: 0.35,
            strokeLinecap: 'round',
          }),
          plot.dot(rows, { x: 'value', y: 'label', r: 5.5, fill: color }),
        ],
      })
    },
  }
}

function rowsOf(solution: Solution): Row[] {
  const { value, interval, confidence, reference, paths } = solution
  const gridError = leftOfGrid(solution)
  const quantile = normalQuantile(0.5 + confidence / 2)
  const around = (label: string, middle: number, half: number, kind: Row['kind']): Row => ({
    label,
    value: middle,
    low: middle - half,
    high: middle + half,
    kind,
  })
  const rows: Row[] = []
  if (paths > 0) {
    rows.push({ label: 'fresh paths', value, low: interval[0], high: interval[1], kind: 'found' })
    if (gridError !== null) {
      const half = 0.5 * (interval[1] - interval[0]) + Math.abs(gridError)
      rows.push(around('± grid error', value, half, 'grid'))
    }
  }
  rows.push(...detailBars(solution, quantile).map((bar): Row => ({ ...bar, kind: 'other' })))
  if (reference !== null) {
    rows.push(around('reference', reference.value, quantile * (reference.standardError ?? 0), 'reference'))
  }
  return rows
}

/** The grid's error that the value still has; null where it is not known or taken off. */
function leftOfGrid({ gridError, isExtrapolated }: Solution): number | null {
  return isExtrapolated ? null : gridError
}

function captionOf(solution: Solution): string {
  const { value, standardError, confidence, reference, paths } = solution
  const gridError = leftOfGrid(solution)
  const percent = `${Number((100 * confidence).toPrecision(4))} %`
  const grid =
    gridError === null
      ? ''
      : ` The time grid's own error, estimated at ${formatSignificant(gridError, 2)}, is added in the second bar.`
  if (reference === null || paths === 0)
    return `The bar is the ${percent} interval of the estimate from fresh paths.${grid}`
  const away = Math.abs(value - reference.value) / Math.hypot(standardError, reference.standardError ?? 0)
  const distance = Number.isFinite(away)
    ? ` The estimate lies ${away.toFixed(1)} standard errors from the reference.`
    : ''
  return `The bar is the ${percent} interval of the estimate from fresh paths.${grid}${distance}`
}
