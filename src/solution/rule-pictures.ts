/** Where a learned rule stops, and where it goes on. */
import { drawMarks, type Picture } from '../drawing/plotting.ts'
import { quantileOf } from '../drawing/summaries.ts'
import { componentName, formatSignificant } from './format.ts'
import type { LearnedRule } from './learned-rule.ts'

/** Paths that the pictures’ ranges are found by, and points of them along each axis. */
const PATHS = 1024
const POINTS = 48
const MOST_TIMES = 40
const [LOW, HIGH] = [0.01, 0.99]

/** A cell of a region: whether the rule stops there. */
interface Cell {
  x1: number
  x2: number
  y1: number
  y2: number
  stops: boolean
}

/** @param median of the times that it stops at */
export function rulePictures(rule: LearnedRule, median: number, dim: number): Picture[] {
  const ranges = rangesOf(rule, dim)
  const times = rule.dates.filter((_, n) => n % Math.ceil(rule.dates.length / MOST_TIMES) === 0)
  const { cells, words } = mostTelling(rule, ranges, times)
  const pictures = [
    regionPicture(
      'stopping-region',
      'Where the rule stops',
      `Shaded: states in which it stops, date by date${words}.`,
      ['t', dim === 1 ? 'X' : componentName(0)],
      cells,
    ),
  ]
  if (dim === 1) return pictures
  const middle = rule.dates.reduce((best, t) =>
    Math.abs(t - median) < Math.abs(best - median) && t < rule.dates[rule.dates.length - 1] ? t : best,
  )
  const others = ranges.map(at(0.5))
  const plane = Array.from({ length: POINTS }, (_, i) => i).flatMap((i) => {
    const first = at((i + 0.5) / POINTS)(ranges[0])
    const column = Array.from({ length: POINTS }, (_, k) => [
      first,
      at((k + 0.5) / POINTS)(ranges[1]),
      ...others.slice(2),
    ])
    const stops = rule.stops(middle, column)
    return stops.map((isStop, k) => ({
      ...side('x', ranges[0], i),
      ...side('y', ranges[1], k),
      stops: isStop,
    }))
  })
  const rest = dim === 2 ? '' : `; the others at the median of the states that paths were stopped in`
  pictures.push(
    regionPicture(
      'stopping-plane',
      `Where the rule stops at t = ${formatSignificant(middle, 3)}`,
      `Shaded: states in which it stops, by the first two components${rest}.`,
      [componentName(0), componentName(1)],
      plane,
    ),
  )
  return pictures
}

/** All components together, or the first alone: that which has states of both kinds before the end. */
function mostTelling(
  rule: LearnedRule,
  ranges: number[][],
  times: number[],
): { cells: Cell[]; words: string } {
  const others = ranges.map(at(0.5)).slice(1)
  const along = (state: (share: number) => number[]) =>
    cellsOver(times, ranges[0], (t, shares) => rule.stops(t, shares.map(state)))
  const together = along((share) => ranges.map(at(share)))
  if (ranges.length === 1) return { cells: together, words: '' }
  const end = Math.max(...together.map(({ x1 }) => x1))
  const early = together.filter(({ x1 }) => x1 < end)
  const words = `; all ${ranges.length} components move together, each between the 1 % and 99 % quantiles of the states that paths were stopped in`
  if (early.some(({ stops }) => stops) && early.some(({ stops }) => !stops)) return { cells: together, words }
  const first = along((share) => [at(share)(ranges[0]), ...others])
  return {
    cells: first,
    words: '; the other components at the median of the states that paths were stopped in',
  }
}

/** Of each component where paths are stopped: least, median, greatest. */
function rangesOf(rule: LearnedRule, dim: number): number[][] {
  const { state, paths } = rule.simulate(PATHS)
  return Array.from({ length: dim }, (_, i) => {
    const values = Array.from({ length: paths }, (_, p) => state[p * dim + i]).sort((a, b) => a - b)
    return [LOW, 0.5, HIGH].map((p) => quantileOf(values, p))
  })
}

/** A place between least and greatest, through the median. */
function at(share: number): (range: number[]) => number {
  return ([low, middle, high]) =>
    share < 0.5 ? low + 2 * share * (middle - low) : middle + (2 * share - 1) * (high - middle)
}

function side<Axis extends 'x' | 'y'>(axis: Axis, range: number[], k: number) {
  return { [`${axis}1`]: at(k / POINTS)(range), [`${axis}2`]: at((k + 1) / POINTS)(range) } as Record<
    `${Axis}1` | `${Axis}2`,
    number
  >
}

function cellsOver(
  times: number[],
  range: number[],
  stops: (t: number, shares: number[]) => boolean[],
): Cell[] {
  const shares = Array.from({ length: POINTS }, (_, k) => (k + 0.5) / POINTS)
  const width = times.length > 1 ? times[1] - times[0] : 1
  return times.flatMap((t) =>
    stops(t, shares).map((isStop, k) => ({
      x1: t - width / 2,
      x2: t + width / 2,
      ...side('y', range, k),
      stops: isStop,
    })),
  )
}

function regionPicture(
  id: string,
  title: string,
  caption: string,
  labels: [string, string],
  cells: Cell[],
): Picture {
  return {
    id,
    title,
    caption,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const shaded = cells.filter(({ stops }) => stops)
      const domain = (low: 'x1' | 'y1', high: 'x2' | 'y2') => [
        Math.min(...cells.map((cell) => cell[low])),
        Math.max(...cells.map((cell) => cell[high])),
      ]
      return drawMarks(plotter, size, palette, {
        x: { label: labels[0], domain: domain('x1', 'x2'), ticks: size.width < 500 ? 4 : 7 },
        y: { label: labels[1], domain: domain('y1', 'y2'), ticks: 5 },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.rect(shaded, {
            x1: 'x1',
            x2: 'x2',
            y1: 'y1',
            y2: 'y2',
            fill: palette.accent,
            fillOpacity: 0.55,
          }),
        ],
      })
    },
  }
}
