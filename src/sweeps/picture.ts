/** A sweep as pictures: a line over one varied setting with its intervals, a map over two. */
import type { Palette } from '../drawing/palette.ts'
import { drawMarks, type Picture } from '../drawing/plotting.ts'
import { formatSignificant } from '../solution/format.ts'
import type { SweepRow } from './rows.ts'
import type { Sweep } from './sweep.ts'

/** All seeds of one combination: their mean, and between what limits the values lie. */
interface Point {
  x: number
  y: number
  value: number
  low: number
  high: number
}

/** The one or two numbers that differ between runs, which make a picture's axes; none where it is anything else. */
export function picturedNames(
  runs: readonly Pick<SweepRow, 'varied'>[],
  varied: readonly string[],
): string[] {
  const names = varied.filter((name) => new Set(runs.map((run) => JSON.stringify(run.varied[name]))).size > 1)
  const areNumbers = names.every((name) => runs.every((run) => typeof run.varied[name] === 'number'))
  return areNumbers && names.length <= 2 ? names : []
}

/** None where what is varied is not one or two numbers, or hardly a run has a value. */
export function sweepPictures({ rows, varied }: Pick<Sweep, 'rows' | 'varied'>): Picture[] {
  const [first, second = null] = picturedNames(rows, varied)
  const points = first === undefined ? [] : pointsOf(rows, first, second)
  if (points.length < 2) return []
  return second === null ? [linePicture(points, first)] : [mapPicture(points, first, second)]
}

function linePicture(points: readonly Point[], name: string): Picture {
  return {
    id: 'values',
    title: `Value over ${name}`,
    caption: 'Each run’s value; the band is its confidence interval, which may be thinner than the line.',
    isWide: true,
    draw(plotter, size, palette) {
      const { plot } = plotter
      return drawMarks(plotter, size, palette, {
        x: { label: name, ticks: size.width < 500 ? 4 : 8 },
        y: { label: 'u(0, x₀)', grid: false, ticks: 5 },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: palette.accent, fillOpacity: 0.25 }),
          plot.lineY(points, { x: 'x', y: 'value', stroke: palette.accent, strokeWidth: 2 }),
          plot.dot(points, { x: 'x', y: 'value', fill: palette.accent, r: 3 }),
        ],
      })
    },
  }
}

/** Steps of colour: a reader tells so many apart. */
const SHADES = 7
/** Cells that have room for their number. */
const MOST_NUMBERED = 12

function mapPicture(points: readonly Point[], first: string, second: string): Picture {
  const [across, up] = [distinct(points, 'x'), distinct(points, 'y')]
  const values = points.map(({ value }) => value)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const share = ({ value }: Point) => (most === least ? 0.5 : (value - least) / (most - least))
  return {
    id: 'values',
    title: `Value over ${first} and ${second}`,
    caption: `The darker, the higher: from ${formatSignificant(least, 4)} to ${formatSignificant(most, 4)}. A cell that is missing has no value.`,
    isWide: true,
    aspect: (width) => Math.min(1, (60 + 44 * up.length) / width + 0.1),
    draw(plotter, size, palette) {
      const { plot } = plotter
      const isNumbered = across.length <= (size.width < 500 ? 5 : MOST_NUMBERED)
      const every = Math.ceil(across.length / (size.width < 500 ? 6 : 14))
      return drawMarks(plotter, size, palette, {
        x: {
          type: 'band',
          domain: across,
          label: first,
          ticks: across.filter((_, k) => k % every === 0),
          tickSize: 0,
          tickFormat: (x: number) => shortNumber(x),
        },
        y: {
          type: 'band',
          domain: up.toReversed(),
          label: second,
          tickSize: 0,
          tickFormat: (y: number) => shortNumber(y),
        },
        marks: [
          plot.cell(points, {
            x: 'x',
            y: 'y',
            fill: palette.accent,
            fillOpacity: (point: Point) => 0.12 + (0.88 * Math.round(share(point) * SHADES)) / SHADES,
            inset: 0.5,
          }),
          ...(isNumbered ? [numbers(points, share, palette, plot)] : []),
        ],
      })
    },
  }
}

function numbers(
  points: readonly Point[],
  share: (point: Point) => number,
  palette: Palette,
  plot: typeof import('@observablehq/plot'),
) {
  return plot.text(points, {
    x: 'x',
    y: 'y',
    text: ({ value }: Point) => formatSignificant(value, 4),
    fill: (point: Point) => (share(point) > 0.55 ? palette.background : palette.ink),
  })
}

function pointsOf(rows: readonly SweepRow[], first: string, second: string | null): Point[] {
  const groups = new Map<string, SweepRow[]>()
  for (const row of rows) {
    if (row.value === null) continue
    const place = JSON.stringify([row.varied[first], second === null ? 0 : row.varied[second]])
    groups.set(place, [...(groups.get(place) ?? []), row])
  }
  const points = [...groups].map(([place, group]) => {
    const [x, y] = JSON.parse(place) as [number, number]
    const value = group.reduce((sum, row) => sum + row.value!, 0) / group.length
    const low = Math.min(...group.map((row) => row.interval?.[0] ?? row.value!))
    const high = Math.max(...group.map((row) => row.interval?.[1] ?? row.value!))
    return { x, y, value, low, high }
  })
  return points.sort((a, b) => a.x - b.x || a.y - b.y)
}

function distinct(points: readonly Point[], axis: 'x' | 'y'): number[] {
  return [...new Set(points.map((point) => point[axis]))].sort((a, b) => a - b)
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)))
}
