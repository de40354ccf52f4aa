/** A study as a picture: errors over the varied choice on logarithmic axes, with the interval over seeds, and times. */
import { type Palette, seriesColors } from '../report/palette.ts'
import { drawMarks, type Plotter, type Size, stackPictures } from '../report/plotting.ts'
import type { StudyKind } from './plan.ts'
import { AXIS, type StudyPoint } from './summary.ts'

const SIZE: Size = { width: 680, height: 300 }
/** SVG text. */
export function drawStudy(
  kind: StudyKind,
  title: string,
  points: readonly StudyPoint[],
  plotter: Plotter,
  palette: Palette,
): string {
  const errors = points.flatMap(({ series, x, rootMeanSquare, rootMeanSquareInterval }) => {
    if (rootMeanSquare === null || rootMeanSquareInterval === null || !(rootMeanSquare > 0)) return []
    const [low, high] = rootMeanSquareInterval
    return [{ series, x, size: rootMeanSquare, low, high }]
  })
  const times = points.map(({ series, x, elapsedMs }) => ({ series, x, size: elapsedMs / 1000 }))
  const panels = [
    ...(errors.length > 0 ? [panel(kind, 'rms error, relative', errors, plotter, palette)] : []),
    ...(kind === 'width'
      ? [panel(kind, 'residual, relative', points.map(residualEntry), plotter, palette)]
      : []),
    panel(kind, 'seconds a run', times, plotter, palette),
  ]
  return stackPictures(panels, SIZE, title, palette)
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

function panel(kind: StudyKind, label: string, entries: Entry[], plotter: Plotter, palette: Palette): string {
  const { plot } = plotter
  const series = [...new Set(entries.map((entry) => entry.series))]
  const colors = seriesColors(palette)
  const color = (entry: Entry) => colors[series.indexOf(entry.series) % colors.length]
  return drawMarks(plotter, SIZE, palette, {
    marginRight: series.length > 1 ? 120 : 16,
    x: { type: 'log', label: AXIS[kind], ticks: [...new Set(entries.map(({ x }) => x))], tickFormat: String },
    y: {
      type: 'log',
      label,
      grid: true,
      ticks: 5,
      tickFormat: (value: number) => String(Number(value.toPrecision(1))),
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
