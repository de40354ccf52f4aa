/** Where the time went. */

import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { formatDuration } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'

export function timingPicture({ elapsedMs, iterations, paths }: Solution): Picture | null {
  const { total, ...phases } = elapsedMs
  const named = Object.entries(phases).filter(([, ms]) => Number.isFinite(ms) && ms > 0)
  const rest = total - named.reduce((sum, [, ms]) => sum + ms, 0)
  if (!(total > 0) || named.length === 0) return null
  const rows = [...named, ...(rest > 0.01 * total ? [['other', rest] as const] : [])].map(([phase, ms]) => ({
    phase,
    seconds: ms / 1000,
    text: `${formatDuration(ms)} · ${Math.round((100 * ms) / total)} %`,
  }))
  const most = Math.max(...rows.map(({ seconds }) => seconds))
  const perIteration = iterations > 0 ? ` ${formatDuration(elapsedMs.train / iterations)} an iteration,` : ''
  const perPath = paths > 0 ? ` ${((1000 * elapsedMs.estimate) / paths).toFixed(1)} µs a fresh path.` : ''
  return {
    id: 'timings',
    title: 'Time by phase',
    caption: `${formatDuration(total)} in all.${perIteration}${perPath}`.replace(/,$/, '.'),
    aspect: (width) => (rows.length * 40 + 56) / width,
    draw(plotter, size, palette) {
      const { plot } = plotter
      return drawMarks(plotter, size, palette, {
        marginLeft: 76,
        marginTop: 8,
        x: {
          label: 'seconds',
          domain: [0, (size.width < 500 ? 1.9 : 1.35) * most],
          ticks: size.width < 500 ? 4 : 7,
        },
        y: { domain: rows.map(({ phase }) => phase), label: null, tickSize: 0, padding: 0.35 },
        marks: [
          plot.gridX({ stroke: palette.grid, strokeOpacity: 1, ticks: size.width < 500 ? 4 : 7 }),
          plot.barX(rows, { x: 'seconds', y: 'phase', fill: palette.accent, fillOpacity: 0.7 }),
          plot.text(rows, {
            x: 'seconds',
            y: 'phase',
            text: 'text',
            textAnchor: 'start',
            dx: 7,
            fill: palette.ink,
          }),
        ],
      })
    },
  }
}
