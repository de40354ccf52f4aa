/** u(0, ·) along a line through the starting point: the exact solution, and what the run knows of it. */

import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { tickLabels } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'
import type { KnownSolution } from '../known-solution.ts'

/** The tangent is drawn over this share of the line. */
const TANGENT_SHARE = 0.45

export function linePicture(
  { value, interval, gradient, paths }: Solution,
  { line }: KnownSolution,
): Picture | null {
  if (line.length === 0 || paths === 0) return null
  const slope =
    gradient.reduce<number>((sum, component) => sum + (component ?? Number.NaN), 0) /
    Math.sqrt(gradient.length)
  const [first, last] = [line[0].s, line[line.length - 1].s]
  const tangent = Number.isFinite(slope)
    ? [first, last].map((s) => ({ s: TANGENT_SHARE * s, value: value + slope * TANGENT_SHARE * s }))
    : []
  return {
    id: 'line',
    title: 'u against the exact solution',
    caption:
      'The exact u(0, x₀ + s·e) along e = (1, …, 1)/√d (dashed); the run’s value at x₀ with its interval, and its gradient as the tangent there.',
    draw(plotter, size, palette) {
      const { plot } = plotter
      const values = [...line, ...tangent].map((point) => point.value)
      const span: [number, number] = [Math.min(...values, ...interval), Math.max(...values, ...interval)]
      return drawMarks(plotter, size, palette, {
        x: { label: 's', ticks: size.width < 500 ? 4 : 8 },
        y: {
          label: 'u(0, x₀ + s·e)',
          ticks: 5,
          nice: true,
          tickFormat: tickLabels(span),
        },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.lineY(line, {
            x: 's',
            y: 'value',
            stroke: palette.reference,
            strokeWidth: 2,
            strokeDasharray: '6 4',
            curve: 'monotone-x',
          }),
          plot.lineY(tangent, { x: 's', y: 'value', stroke: palette.accent, strokeWidth: 2 }),
          plot.link([interval], {
            x1: 0,
            x2: 0,
            y1: (pair: number[]) => pair[0],
            y2: (pair: number[]) => pair[1],
            stroke: palette.accent,
            strokeWidth: 3,
          }),
          plot.dot([value], { x: [0], y: (u: number) => u, r: 5, fill: palette.accent }),
        ],
      })
    },
  }
}
