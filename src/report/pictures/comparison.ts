/** Curves and values of several runs in one picture. */

import { type Palette, seriesColors } from '../../drawing/palette.ts'
import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { axisLabels, logTicks, runningMedian } from '../../drawing/summaries.ts'
import type { ComparedRun } from '../comparison.ts'

/** Colours repeat after six runs; then lines are dashed. */
const DASHES = [undefined, '6 3', '2 3', '8 3 2 3']

export function runColor(palette: Palette, index: number): string {
  const colors = seriesColors(palette)
  return colors[index % colors.length]
}

export function comparisonPictures(runs: readonly ComparedRun[]): Picture[] {
  const pictures = [
    valuesPicture(runs),
    curvesPicture(
      runs,
      'error-iterations',
      'Relative error by iteration',
      'iteration',
      'relative error',
      errorsOf,
    ),
    curvesPicture(runs, 'error-time', 'Relative error by time', 'seconds', 'relative error', errorsOf),
    curvesPicture(runs, 'loss', 'Loss by iteration', 'iteration', 'loss', ({ history }) => history.loss),
  ]
  const shown = pictures.filter((picture) => picture !== null)
  const isOdd = shown.filter(({ isWide }) => isWide !== true).length % 2 === 1
  return isOdd ? shown.map((picture, k) => (k === shown.length - 1 ? widened(picture) : picture)) : shown
}

/** A last picture without a neighbour takes the whole width. */
function widened(picture: Picture): Picture {
  return { ...picture, isWide: true, aspect: (width) => (width < 500 ? 0.72 : 0.28) }
}

function errorsOf({ history, reference }: ComparedRun): number[] {
  if (reference === null || reference.value === 0) return []
  return history.estimate.map((estimate) => Math.abs(estimate / reference.value - 1))
}

function valuesPicture(runs: readonly ComparedRun[]): Picture | null {
  const rows = runs.flatMap(({ name, value, interval }, index) =>
    Number.isFinite(value) ? [{ name, value, low: interval[0], high: interval[1], index }] : [],
  )
  if (
    rows.length === 0 ||
    new Set(runs.map(({ problem, settings }) => `${problem} ${JSON.stringify(settings)}`)).size > 1
  )
    return null
  const references = [
    ...new Set(runs.flatMap(({ reference }) => (reference === null ? [] : [reference.value]))),
  ]
  return {
    id: 'values',
    title: 'Values and their intervals',
    caption: 'Each run’s value with its interval; the dashed line is the reference.',
    isWide: true,
    aspect: (width) => (rows.length * 34 + 60) / width,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const color = ({ index }: (typeof rows)[number]) => runColor(palette, index)
      const ticks = size.width < 500 ? 3 : 8
      return drawMarks(plotter, size, palette, {
        marginRight: 34,
        marginTop: 12,
        x: { label: 'u(0, x₀)', ticks, nice: true },
        y: { domain: rows.map(({ name }) => name), label: null, tickSize: 0, padding: 0.4 },
        marks: [
          plot.gridX({ stroke: palette.grid, strokeOpacity: 1, ticks }),
          plot.ruleX(references, { stroke: palette.ink, strokeDasharray: '4 4' }),
          plot.link(rows, {
            x1: 'low',
            x2: 'high',
            y: 'name',
            stroke: color,
            strokeWidth: 5,
            strokeOpacity: 0.35,
            strokeLinecap: 'round',
          }),
          plot.dot(rows, { x: 'value', y: 'name', r: 5, fill: color }),
        ],
      })
    },
  }
}

function curvesPicture(
  runs: readonly ComparedRun[],
  id: string,
  title: string,
  along: 'iteration' | 'seconds',
  label: string,
  valuesOf: (run: ComparedRun) => number[],
): Picture | null {
  const curves = runs.flatMap((run, index) => {
    const points = runningMedian(valuesOf(run), 300)
      .filter(({ value }) => value > 0)
      .map(({ iteration, value }) => ({
        x: along === 'iteration' ? iteration : run.history.elapsedMs[iteration - 1] / 1000,
        value,
      }))
    return points.length < 2 ? [] : [{ index, points }]
  })
  if (curves.length === 0) return null
  const { low, high, ticks } = logTicks(curves.flatMap(({ points }) => points.map(({ value }) => value)))
  return {
    id,
    title,
    caption: `Running medians over the batches of training${along === 'seconds' ? ', against the seconds spent on it' : ''}.`,
    draw(plotter, size, palette) {
      return drawMarks(plotter, size, palette, {
        x: {
          label: along,
          ticks: size.width < 500 ? 4 : 8,
          ...(along === 'iteration' && { tickFormat: 'd' }),
        },
        y: { type: 'log', domain: [low, high], clamp: true, label, ticks, tickFormat: axisLabels(ticks) },
        marks: [
          plotter.plot.gridY(ticks, { stroke: palette.grid, strokeOpacity: 1 }),
          ...curves.map(({ index, points }) =>
            plotter.plot.lineY(points, {
              x: 'x',
              y: 'value',
              stroke: runColor(palette, index),
              strokeWidth: 2,
              strokeDasharray: DASHES[Math.floor(index / 6) % DASHES.length],
            }),
          ),
        ],
      })
    },
  }
}
