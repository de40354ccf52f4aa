/** u and ∂u along a line of starting points, each with its error. */
import type { Palette } from '../../drawing/palette.ts'
import { drawMarks, type Plotter, type Size, stackPictures } from '../../drawing/plotting.ts'
import type { TabledSolution } from '../solution-table.ts'

const SIZE: Size = { width: 680, height: 300 }

export interface SolvedPoint {
  x0: readonly number[]
  solution: TabledSolution
}

/** SVG text: the value above, the derivative along the line below, both with bars of one confidence interval. */
export function drawPoints(
  title: string,
  points: readonly SolvedPoint[],
  plotter: Plotter,
  palette: Palette,
): string {
  const { name, component, at } = axisOf(points)
  const entries = points
    .map(({ x0, solution }, index) => ({ x: at(x0, index), solution }))
    .sort((a, b) => a.x - b.x)
  const values = entries.map(({ x, solution: { value, interval, reference } }) => ({
    x,
    y: value,
    low: interval[0],
    high: interval[1],
    known: reference?.value ?? null,
  }))
  const slopes = entries.flatMap(
    ({ x, solution: { value, standardError, interval, gradient, gradientStandardError } }) => {
      const slope = gradient[component]
      if (slope === null || slope === undefined) return []
      // As many standard errors as the value's interval has.
      const half = ((interval[1] - value) / standardError || 0) * (gradientStandardError?.[component] ?? 0)
      return [{ x, y: slope, low: slope - half, high: slope + half, known: null }]
    },
  )
  const panels = [
    panel(name, 'u(0, x0)', values, plotter, palette),
    ...(slopes.length > 0 ? [panel(name, `derivative by x${component + 1}`, slopes, plotter, palette)] : []),
  ]
  return stackPictures(panels, SIZE, title, palette)
}

export const POINTS_WIDTH = SIZE.width

/** The first component that varies, or the points' numbers where none does. */
function axisOf(points: readonly SolvedPoint[]): {
  name: string
  component: number
  at: (x0: readonly number[], index: number) => number
} {
  const [{ x0: first }] = points
  const component = first.findIndex((value, k) => points.some(({ x0 }) => x0[k] !== value))
  if (component < 0) return { name: 'point', component: 0, at: (_, index) => index + 1 }
  const isDiagonal = points.every(({ x0 }) => x0.every((value) => value === x0[0]))
  return {
    name: isDiagonal ? 'every component of x0' : `x${component + 1}`,
    component,
    at: (x0) => x0[component],
  }
}

interface Entry {
  x: number
  y: number
  low: number
  high: number
  known: number | null
}

function panel(name: string, label: string, entries: Entry[], plotter: Plotter, palette: Palette): string {
  const { plot } = plotter
  const known = entries.filter((entry) => entry.known !== null)
  return drawMarks(plotter, SIZE, palette, {
    x: { label: name, ticks: 7 },
    y: { label, grid: true, ticks: 5 },
    marks: [
      plot.line(known, { x: 'x', y: 'known', stroke: palette.reference, strokeDasharray: '5 4' }),
      plot.line(entries, { x: 'x', y: 'y', stroke: palette.accent }),
      plot.ruleX(entries, { x: 'x', y1: 'low', y2: 'high', stroke: palette.accent, strokeWidth: 1.5 }),
      plot.dot(entries, { x: 'x', y: 'y', fill: palette.accent, r: 3 }),
    ],
  })
}
