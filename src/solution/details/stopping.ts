/** A right to stop: both limits, and when the rule stops. */
import { formatPercent, formatPlusMinus, formatSignificant } from '../format.ts'
import type { LearnedRule } from '../learned-rule.ts'
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

interface Keys {
  stopping?: StoppingAnswer
  rule?: LearnedRule
}

export const stoppingDetail: Detail<Keys> = { place: 'value', kept: ['stopping', 'rule'], rows }

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
