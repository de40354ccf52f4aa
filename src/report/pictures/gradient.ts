/** The gradient at the starting point, component by component. */

import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { formatSignificant } from '../../solution/format.ts'
import type { Solution } from '../../solution/solution.ts'

interface Point {
  component: number
  value: number
  /** Ends of value ± 2 standard errors. */
  low: number
  high: number
  exact: number | null
}

/** More components than this are drawn by every n-th of them. */
const MOST_SHOWN = 400

/** @param exact ∇u(0, x0) [dim] where it is known */
export function gradientPicture(
  { gradient, gradientStandardError }: Pick<Solution, 'gradient' | 'gradientStandardError'>,
  exact: readonly number[] | null,
): Picture | null {
  const every = Math.ceil(gradient.length / MOST_SHOWN)
  const points: Point[] = gradient.flatMap((value, i) =>
    value !== null && Number.isFinite(value) && i % every === 0
      ? [
          {
            component: i + 1,
            value,
            exact: exact?.[i] ?? null,
            ...rangeOf(value, gradientStandardError?.[i]),
          },
        ]
      : [],
  )
  if (points.length === 0) return null
  const norm = Math.sqrt(gradient.reduce<number>((sum, value) => sum + (value ?? 0) ** 2, 0))
  return {
    id: 'gradient',
    title: 'Gradient',
    caption: `∂u/∂xᵢ at (0, x₀) for each component i${every > 1 ? `, every ${every}th` : ''}; ‖∇u‖ = ${formatSignificant(norm, 4)}.${exact === null ? '' : ' The short strokes are the exact gradient.'}${gradientStandardError ? ' Upright strokes are two standard errors either way.' : ''}`,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const radius = Math.max(1.6, Math.min(4.5, size.width / points.length / 2.6))
      return drawMarks(plotter, size, palette, {
        x: {
          label: 'component i',
          domain: [0.5, gradient.length + 0.5],
          ticks: gradient.length <= 10 ? points.map(({ component }) => component) : size.width < 500 ? 4 : 8,
          tickFormat: 'd',
        },
        y: { label: '∂u/∂xᵢ', domain: spanOf(points), ticks: 5, nice: true },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.ruleY([0], { stroke: palette.muted }),
          plot.ruleX(points, {
            x: 'component',
            y1: 0,
            y2: 'value',
            stroke: palette.accent,
            strokeOpacity: 0.45,
          }),
          plot.ruleX(points, {
            x: 'component',
            y1: 'low',
            y2: 'high',
            stroke: palette.accent,
            strokeWidth: 2,
          }),
          plot.dot(points, { x: 'component', y: 'value', r: radius, fill: palette.accent }),
          exact === null
            ? null
            : plot.link(points, {
                x1: ({ component }: Point) => component - 0.4,
                x2: ({ component }: Point) => component + 0.4,
                y: 'exact',
                stroke: palette.reference,
                strokeWidth: 2,
              }),
        ],
      })
    },
  }
}

function rangeOf(value: number, error: number | null = 0): Pick<Point, 'low' | 'high'> {
  return { low: value - 2 * (error ?? 0), high: value + 2 * (error ?? 0) }
}

/** From 0 to the farthest component, or both ways. */
function spanOf(points: Point[]): [number, number] {
  const values = points.flatMap(({ low, high, exact }) => (exact === null ? [low, high] : [low, high, exact]))
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)]
  return low === high ? [-1, 1] : [low, high]
}
