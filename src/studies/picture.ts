/** A study as a picture: errors over the varied choice on logarithmic axes, with the interval over seeds, times, and errors over times. */
import { type Palette, seriesColors } from '../drawing/palette.ts'
import { drawMarks, type Plotter, type Size, stackPictures } from '../drawing/plotting.ts'
import type { StudyKind } from './runs.ts'
import { AXIS, type StudyPoint } from './summary.ts'

const SIZE: Size = { width: 680, height: 300 }
export const STUDY_WIDTH = SIZE.width

/** SVG text. */
export function drawStudy(
  kind: StudyKind,
  title: string,
  points: readonly StudyPoint[],
  plotter: Plotter,
  palette: Palette,
): string {
  const errors = points.flatMap(({ series, x, rootMeanSquare, rootMeanSquareInterval, elapsedMs }) => {
    if (rootMeanSquare === null || rootMeanSquareInterval === null || !(rootMeanSquare > 0)) return []
    const [low, high] = rootMeanSquareInterval
    return [{ series, x, size: rootMeanSquare, low, high, seconds: elapsedMs / 1000 }]
  })
  const work = errors.map((entry) => ({ ...entry, x: entry.seconds })).sort((a, b) => a.x - b.x)
  const times = points.map(({ series, x, elapsedMs }) => ({ series, x, size: elapsedMs / 1000 }))
  const panels = [
    ...(errors.length > 0 ? [panel(AXIS[kind], 'rms error, relative', errors, plotter, palette)] : []),
    ...(kind === 'width'
      ? [panel(AXIS[kind], 'residual, relative', points.map(residualEntry), plotter, palette)]
      : []),
    panel(AXIS[kind], 'seconds a run', times, plotter, palette),
    ...(errors.length > 1 ? [panel('seconds a run', 'rms error, relative', work, plotter, palette)] : []),
  ]
  return stackPictures(panels, SIZE, title, palette)
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)))
}

interface Entry {
  series: string
  x: number
  size: number
  low?: number
  high?: number
}

function residualEntry({ series, x, residual, residualHalfWidth: half }: StudyPoint): Entry {
  return {
    series,
    x,
    size: residual,
    ...(half !== null && { low: Math.max(residual - half, residual / 10), high: residual + half }),
  }
}

function panel(axis: string, label: string, entries: Entry[], plotter: Plotter, palette: Palette): string {
  const { plot } = plotter
  const isChoice = entries.every(({ x }) => Number.isInteger(x))
  const series = [...new Set(entries.map((entry) => entry.series))]
  const colors = seriesColors(palette)
  const color = (entry: Entry) => colors[series.indexOf(entry.series) % colors.length]
  return drawMarks(plotter, SIZE, palette, {
    marginRight: series.length > 1 ? 120 : 16,
    x: {
      type: 'log',
      label: axis,
      // The varied choice has few values, times have any.
      ticks: isChoice ? [...new Set(entries.map(({ x }) => x))] : 4,
      tickFormat: isChoice ? String : shortNumber,
    },
    y: {
      type: 'log',
      label,
      grid: true,
      ticks: 5,
      tickFormat: shortNumber,
    },
    marks: [
      ...series.map((name, k) =>
        plot.line(
          entries.filter((entry) => entry.series === name),
          { x: 'x', y: 'size', stroke: colors[k % colors.length] },
        ),
      ),
      plot.ruleX(
        entries.filter(({ low }) => low !== undefined),
        { x: 'x', y1: 'low', y2: 'high', stroke: color },
      ),
      plot.dot(entries, { x: 'x', y: 'size', fill: color, r: 3 }),
      ...(series.length > 1
        ? series.map((name, k) =>
            plot.text([name], {
              frameAnchor: 'top-right',
              textAnchor: 'start',
              dx: 12,
              dy: 16 * k,
              fill: colors[k % colors.length],
            }),
          )
        : []),
    ],
  })
}
