/** Sample paths of X and Y between the quantiles of all of them. */

import type { Palette } from '../../drawing/palette.ts'
import { drawMarks, type Picture, type Plotter } from '../../drawing/plotting.ts'
import { type Band, quantileBands } from '../../drawing/summaries.ts'
import { componentName } from '../../solution/format.ts'
import type { Samples, Solution } from '../../solution/solution.ts'

/** Single paths that are drawn. */
const SHOWN_PATHS = 10

export function pathPictures({ samples, settings }: Solution): Picture[] {
  if (!samples || samples.times.length < 2) return []
  const count = samples.y[0].length
  const bands = 'The bands hold 50 % and 90 % of them, the thick line is the median.'
  const pictures = samples.x.map((values, component) =>
    bandPicture(
      `x${component + 1}`,
      settings.dim === 1 ? 'Paths of X' : `Paths of X, component ${component + 1}`,
      `${SHOWN_PATHS} of ${count} fresh paths of the forward equation. ${bands}`,
      componentName(component),
      samples,
      values,
      'third',
    ),
  )
  const y = bandPicture(
    'y',
    'Paths of Y',
    `The value along the same paths, Y = u(t, X) by the networks, from u(0, x₀) to g(X_T). ${bands}`,
    'Y',
    samples,
    samples.y,
    'accent',
  )
  return [...pictures.slice(0, 1), y, ...pictures.slice(1)]
}

/** Ŷ less the exact u(t, X); null where that is not known. */
export function pathErrorPicture({ samples }: Solution): Picture | null {
  if (!samples?.exact || samples.times.length < 2) return null
  const { exact } = samples
  const errors = samples.y.map((row, n) => row.map((y, path) => y - exact[n][path]))
  return bandPicture(
    'path-error',
    'Error of Y along the paths',
    'The networks’ Y less the exact u(t, X) on fresh paths: what the networks and the time steps leave.',
    'Y − u(t, X)',
    samples,
    errors,
    'reference',
  )
}

/** Quantile bands of `values` [time][path] over `times`, with some of the paths. */
export function bandPicture(
  id: string,
  title: string,
  caption: string,
  label: string,
  { times }: Pick<Samples, 'times'>,
  values: number[][],
  color: keyof Palette,
): Picture {
  const bands = quantileBands(times, values)
  const paths = values[0]
    .slice(0, SHOWN_PATHS)
    .flatMap((_, path) => times.map((time, n) => ({ time, path, value: values[n][path] })))
  return {
    id,
    title,
    caption,
    draw(plotter, size, palette) {
      const { plot } = plotter
      return drawMarks(plotter, size, palette, {
        x: { label: 'time t', ticks: size.width < 500 ? 4 : 8 },
        y: { label, ticks: 5, nice: true },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          ...bandMarks(plotter, bands, palette[color]),
          plot.lineY(paths, {
            x: 'time',
            y: 'value',
            z: 'path',
            stroke: palette.ink,
            strokeWidth: 0.8,
            strokeOpacity: 0.35,
          }),
          plot.lineY(bands, { x: 'time', y: 'middle', stroke: palette[color], strokeWidth: 2.2 }),
        ],
      })
    },
  }
}

function bandMarks({ plot }: Plotter, bands: Band[], fill: string) {
  return [
    plot.areaY(bands, { x: 'time', y1: 'low', y2: 'high', fill, fillOpacity: 0.16 }),
    plot.areaY(bands, { x: 'time', y1: 'lowerQuartile', y2: 'upperQuartile', fill, fillOpacity: 0.26 }),
  ]
}
