/** How single fresh paths scatter around the value. */

import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { binned, meanAndDeviation, quantileOf, sortedFinite } from '../../drawing/summaries.ts'
import { formatCount, formatSignificant, tickLabels } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'

/** The histogram reaches this far, unless all paths lie closer. */
const CUT = 0.004

export function residualPicture({ value, samples, paths, standardError }: Solution): Picture | null {
  const residuals = sortedFinite((samples?.estimates ?? []).map((estimate) => estimate - value))
  if (residuals.length < 20) return null
  const { mean, deviation } = meanAndDeviation(residuals)
  if (!(deviation > 0)) return null
  const low = quantileOf(residuals, CUT)
  const high = quantileOf(residuals, 1 - CUT)
  const bins = binned(residuals, low, high, Math.min(48, Math.round(Math.sqrt(residuals.length))))
  const outside = residuals.length - bins.reduce((sum, { count }) => sum + count, 0)
  const width = bins[0].to - bins[0].from
  const normal = Array.from({ length: 121 }, (_, k) => {
    const at = low + ((high - low) * k) / 120
    const density = Math.exp(-0.5 * ((at - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI))
    return { at, count: residuals.length * width * density }
  })
  return {
    id: 'residuals',
    title: 'Residuals of fresh paths',
    caption: `What ${formatCount(residuals.length)} single paths give, less the value: standard deviation ${formatSignificant(deviation, 3)}, which over ${formatCount(paths)} paths makes the standard error ${formatSignificant(standardError, 2)}. The line is a normal law of the same deviation${outside > 0 ? `; ${outside} paths lie outside the picture` : ''}.`,
    draw(plotter, size, palette) {
      const { plot } = plotter
      return drawMarks(plotter, size, palette, {
        x: {
          label: 'estimate of one path − value',
          ticks: size.width < 500 ? 4 : 7,
          tickFormat: tickLabels([low, high]),
        },
        y: { label: 'paths', ticks: 5 },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.rectY(bins, {
            x1: 'from',
            x2: 'to',
            y: 'count',
            fill: palette.accent,
            fillOpacity: 0.55,
            insetLeft: 0.5,
            insetRight: 0.5,
          }),
          plot.lineY(normal, { x: 'at', y: 'count', stroke: palette.reference, strokeWidth: 1.8 }),
          plot.ruleX([0], { stroke: palette.ink, strokeDasharray: '3 3' }),
          plot.ruleY([0], { stroke: palette.muted }),
        ],
      })
    },
  }
}
