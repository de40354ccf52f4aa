/** A right to stop: both limits, and when the rule stops. */
import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { formatCount, formatPercent, formatPlusMinus, formatSignificant, tickLabels } from '../format.ts'
import type { LearnedRule } from '../learned-rule.ts'
import { rulePictures } from '../rule-pictures.ts'
import type { Detail, Row } from './detail.ts'

/** The chance to stop at one date, under the learned rule. */
export interface StoppedAt {
  /** The date. */
  time: number
  /** Share of the paths that stop then. */
  chance: number
}

/** A limit is a mean over fresh paths that lies on its side of the truth whatever was fitted, up to its standard error. */
export interface StoppingLimit {
  /** Mean over the paths. */
  value: number
  /** Of that mean. */
  standardError: number
}

/** Both limits, at the dates as they were fitted, after so many fresh paths. */
export interface LimitsAt {
  /** Fresh paths until then. */
  paths: number
  /** No more than the truth, up to its error. */
  lower: StoppingLimit
  /** No less than the truth, up to its error. */
  upper: StoppingLimit
}

/** What an estimate of a right to stop found: both limits, when the rule stops, and what is left of it by date. */
export interface StoppingAnswer {
  /** Dates that the rule may stop at; `any` where they stand for any time. */
  dates: number | 'any'
  /** Null on a side where none is known: the interval's end there is an estimate. */
  lower: StoppingLimit | null
  /** Likewise. */
  upper: StoppingLimit | null
  /** (upper − lower)/|value|, of the ends that the interval is made of. */
  relativeGap: number | null
  /** Of the stopping time under the rule, which ends at the horizon. */
  time: { mean: number; deviation: number; quartiles: [number, number, number] }
  /** In the order of the dates. */
  chances: StoppedAt[]
  /** The rule in a few words; one that never stops, or always does, is told as such. */
  rule: string
  /** Which of the limits is rigorous, and for what. */
  holdsFor: string
  /** How the limits tightened, where samples were asked for. */
  course?: LimitsAt[]
}

export interface Keys {
  /** Of a right to stop; `interval` then goes from its lower to its upper limit, each beyond its own error. */
  stopping?: StoppingAnswer
  /** Of a right to stop whose fit came to its end; leaves the JSON form as it is. */
  rule?: LearnedRule
  settings: { dim: number }
}

export const stoppingDetail: Detail<Keys, 'stopping' | 'rule'> = {
  place: 'value',
  kept: ['stopping', 'rule'],
  rows,
  pictures,
}

/** Chances that are shown: all of a few dates, the greatest of many. */
const SHOWN_DATES = 10

const WITHOUT_CHOICE = 'on every path: that may be right, or the payoff may be written wrongly'

function rows({ stopping }: Keys): Row[] {
  if (stopping === undefined) return []
  const { lower, upper, relativeGap, time, dates, holdsFor, rule } = stopping
  const gap = relativeGap === null ? 'of a value of 0' : formatPercent(relativeGap)
  const [first, median, third] = time.quartiles.map((value) => formatSignificant(value, 3))
  return [
    { label: 'lower limit', text: shown(lower) },
    { label: 'upper limit', text: shown(upper) },
    { label: 'gap', text: gap, note: holdsFor },
    {
      label: 'stops at',
      text: `${formatSignificant(time.mean, 4)} on average, deviation ${formatSignificant(time.deviation, 3)}`,
      note: `quartiles ${first}, ${median}, ${third}; ${dates === 'any' ? 'any time' : `${dates} date${dates === 1 ? '' : 's'}`}`,
    },
    { label: 'chances', text: chancesText(stopping) },
    { label: 'rule', text: rule, ...(isWithoutChoice(stopping) && { note: WITHOUT_CHOICE }) },
  ]
}

/** Whether every path is stopped at one date. */
function isWithoutChoice({ chances }: StoppingAnswer): boolean {
  return chances.some(({ chance }) => chance === 1)
}

function chancesText({ chances }: StoppingAnswer): string {
  const least = [...chances].sort((a, b) => b.chance - a.chance).slice(0, SHOWN_DATES)
  const text = chances
    .filter((each) => least.includes(each))
    .map(({ time, chance }) => `${formatSignificant(time, 3)}: ${formatPercent(chance)}`)
  return `${text.join(', ')}${chances.length > SHOWN_DATES ? ', … the greatest of all' : ''}`
}

function shown(limit: StoppingLimit | null): string {
  return limit === null ? 'none is known' : formatPlusMinus(limit.value, limit.standardError)
}

function pictures({ stopping, rule, settings }: Keys): Picture[] {
  if (stopping === undefined) return []
  const regions = rule ? rulePictures(rule, stopping.time.quartiles[1], settings.dim) : []
  return [...regions, timePicture(stopping), ...limitsPictures(stopping)]
}

function timePicture({ chances, time }: StoppingAnswer): Picture {
  return {
    id: 'stopping-times',
    title: 'When the rule stops',
    caption: `The chance to stop at each date: ${formatSignificant(time.mean, 3)} on average, deviation ${formatSignificant(time.deviation, 3)}.`,
    draw(plotter, size, palette) {
      const { plot } = plotter
      return drawMarks(plotter, size, palette, {
        x: { label: 't', ticks: size.width < 500 ? 4 : 7 },
        y: { label: 'chance', ticks: 5, tickFormat: formatPercent },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.ruleX(chances, {
            x: 'time',
            y: 'chance',
            stroke: palette.accent,
            strokeWidth: Math.max(1.5, Math.min(14, (0.6 * size.width) / (chances.length + 2))),
          }),
          plot.ruleY([0], { stroke: palette.muted }),
        ],
      })
    },
  }
}

/** As they tighten. */
function limitsPictures({ course = [] }: StoppingAnswer): Picture[] {
  if (course.length < 2) return []
  const last = course[course.length - 1]
  const picture: Picture = {
    id: 'limits',
    title: 'Both limits as they tighten',
    caption: `Lower and upper limit after so many of the ${formatCount(last.paths)} fresh paths, each with one standard error to both sides.`,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const settled = course.slice(Math.floor(course.length / 4))
      const ends = settled.flatMap(({ lower, upper }) => [
        lower.value - 2 * lower.standardError,
        upper.value + 2 * upper.standardError,
      ])
      const domain: [number, number] = [Math.min(...ends), Math.max(...ends)]
      const limit = (name: 'lower' | 'upper', color: string) => {
        const points = course.map((each) => ({ paths: each.paths, ...each[name] }))
        const edge = (side: number) => (d: { value: number; standardError: number }) =>
          d.value + side * d.standardError
        return [
          plot.areaY(points, { x: 'paths', y1: edge(-1), y2: edge(1), fill: color, fillOpacity: 0.2 }),
          plot.lineY(points, { x: 'paths', y: 'value', stroke: color, strokeWidth: 2 }),
        ]
      }
      return drawMarks(plotter, size, palette, {
        x: { label: 'fresh paths', ticks: size.width < 500 ? 4 : 7 },
        y: { label: 'limit', domain, clamp: true, ticks: 5, tickFormat: tickLabels(domain) },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          ...limit('lower', palette.accent),
          ...limit('upper', palette.reference),
        ],
      })
    },
  }
  return [picture]
}
