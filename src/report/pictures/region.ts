/** u(0, ·) over a region of starting points, against the exact solution. */
import { regionErrorsText } from '../../solution/details/region.ts'
import { formatCount } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'
import { drawMarks, type Picture } from '../plotting.ts'
import { tickLabels } from './convergence.ts'

export function regionPicture({ region, samples }: Solution): Picture | null {
  if (!region || !samples?.region) return null
  const { found, exact } = samples.region
  const points = exact.map((truth, k) => ({ truth, found: found[k] }))
  const values = [...found, ...exact].filter(Number.isFinite)
  if (values.length < 2) return null
  const span: [number, number] = [Math.min(...values), Math.max(...values)]
  const errors = region.relativeErrors
  const measured = errors ? ` Over ${formatCount(region.points)} points, ${regionErrorsText(errors)}.` : ''
  return {
    id: 'region',
    title: 'u over the region',
    caption: `The network’s u(0, x) against the exact one at ${formatCount(points.length)} fresh points of ${region.law}; on the line they agree.${measured}`,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const tickFormat = tickLabels(span)
      const [least, most] = span
      return drawMarks(plotter, size, palette, {
        x: { label: 'exact u(0, x)', ticks: size.width < 500 ? 3 : 6, tickFormat, nice: true },
        y: { label: 'network', ticks: 5, tickFormat, nice: true },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.line(
            [
              [least, least],
              [most, most],
            ],
            { stroke: palette.reference, strokeDasharray: '6 4', strokeWidth: 1.5 },
          ),
          plot.dot(points, { x: 'truth', y: 'found', r: 2.4, fill: palette.accent, fillOpacity: 0.6 }),
        ],
      })
    },
  }
}
