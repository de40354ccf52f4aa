/** Training as it went: the estimate, its error and the loss, iteration by iteration. */

import type { Palette } from '../../drawing/palette.ts'
import { drawMarks, type Picture, type Plotter, type Size } from '../../drawing/plotting.ts'
import {
  axisLabels,
  logTicks,
  quantileOf,
  runningMedian,
  sortedFinite,
  thinned,
} from '../../drawing/summaries.ts'
import { tickLabels } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'

/** Errors below this are rounding, and only stretch the axis. */
const LEAST_ERROR = 1e-8

/** The estimate itself, with the reference and the final interval. */
export function estimatePicture({ history, reference, interval, paths }: Solution): Picture | null {
  const { estimate } = history
  if (estimate.length < 3) return null
  return {
    id: 'estimate',
    title: 'Estimate while training',
    caption:
      'One estimate of u(0, x₀) from each training batch (thin), and their running median (thick). The shaded strip is the final interval from fresh paths.',
    draw(plotter, size, palette) {
      const { plot } = plotter
      // The first iterations may be far off; they are cut where they would flatten the rest.
      const settled = sortedFinite(estimate.slice(Math.floor(estimate.length / 5)))
      const targets = [...(reference === null ? [] : [reference.value]), ...(paths > 0 ? interval : [])]
      const low = Math.min(quantileOf(settled, 0.005), ...targets)
      const high = Math.max(quantileOf(settled, 0.995), ...targets)
      const pad = 0.15 * (high - low) || 1e-6 * Math.abs(high) || 1
      const domain: [number, number] = [low - pad, high + pad]
      return drawMarks(plotter, size, palette, {
        x: iterationAxis(size),
        y: { domain, clamp: true, label: 'estimate', ticks: 5, tickFormat: tickLabels(domain) },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          paths > 0
            ? plot.rectY([interval], {
                x1: 1,
                x2: estimate.length,
                y1: (pair: number[]) => pair[0],
                y2: (pair: number[]) => pair[1],
                fill: palette.accent,
                fillOpacity: 0.18,
              })
            : null,
          ...curve(plotter, size, palette, estimate),
          reference === null
            ? null
            : plot.ruleY([reference.value], {
                stroke: palette.reference,
                strokeDasharray: '5 4',
                strokeWidth: 1.5,
              }),
          reference === null
            ? null
            : plot.text([reference.value], {
                y: (y: number) => y,
                text: ['reference'],
                frameAnchor: 'right',
                textAnchor: 'end',
                dy: -8,
                dx: -4,
                fill: palette.reference,
                stroke: palette.background,
                strokeWidth: 4,
              }),
        ],
      })
    },
  }
}

/** The relative error on a logarithmic axis; null without a reference, or where that is 0. */
export function errorPicture({ history, reference }: Solution): Picture | null {
  if (reference === null || reference.value === 0 || history.estimate.length < 3) return null
  const errors = history.estimate.map((estimate) =>
    Math.max(LEAST_ERROR, Math.abs(estimate / reference.value - 1)),
  )
  return logPicture(
    'error',
    'Relative error while training',
    'Distance of each batch’s estimate from the reference, relative to the reference; the thick line is the running median.',
    'relative error',
    errors,
  )
}

export function lossPicture({ history, method }: Solution): Picture | null {
  if (history.loss.length < 3) return null
  return logPicture(
    'loss',
    'Loss while training',
    method === 'deep-bsde'
      ? 'Mean square of what the networks leave unexplained at the horizon, one batch an iteration; the thick line is the running median.'
      : 'The loss of each training batch; the thick line is the running median.',
    'loss',
    history.loss,
  )
}

function logPicture(
  id: string,
  title: string,
  caption: string,
  label: string,
  values: number[],
): Picture | null {
  const positive = values.filter((value) => value > 0)
  if (positive.length < 3) return null
  return {
    id,
    title,
    caption,
    draw(plotter, size, palette) {
      const { low, high, ticks } = logTicks(positive)
      return drawMarks(plotter, size, palette, {
        x: iterationAxis(size),
        y: {
          type: 'log',
          domain: [low, high],
          clamp: true,
          label,
          ticks,
          tickFormat: axisLabels(ticks),
        },
        marks: [
          plotter.plot.gridY(ticks, { stroke: palette.grid, strokeOpacity: 1 }),
          ...curve(
            plotter,
            size,
            palette,
            values.map((value) => (value > 0 ? value : Number.NaN)),
          ),
        ],
      })
    },
  }
}

/** A thin line of single batches below a thick one of their running median. */
function curve({ plot }: Plotter, size: Size, palette: Palette, values: number[]) {
  return [
    plot.lineY(thinned(values, size.width), {
      x: 'iteration',
      y: 'value',
      stroke: palette.accent,
      strokeWidth: 0.8,
      strokeOpacity: 0.4,
    }),
    plot.lineY(runningMedian(values, 240), {
      x: 'iteration',
      y: 'value',
      stroke: palette.accent,
      strokeWidth: 2.2,
    }),
  ]
}

function iterationAxis(size: Size) {
  return { label: 'iteration', ticks: size.width < 500 ? 4 : 8, tickFormat: 'd' }
}
