/** A right to stop, for the report: both limits, and when the rule stops. */
import { formatPercent, formatSignificant, formatWithError } from './format.ts'
import type { Solution } from './solution.ts'
import type { StoppingAnswer, StoppingLimit } from './stopping.ts'

interface Row {
  label: string
  text: string
  note?: string
}

/** Chances that are shown: all of a few dates, the greatest of many. */
const SHOWN_DATES = 10

const WITHOUT_CHOICE = 'on every path: that may be right, or the payoff may be written wrongly'

export function stoppingRows({ stopping }: Solution): Row[] {
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
  if (limit === null) return 'none is known'
  const { value, standardError } = limit

  const { values, error, exponent } = formatWithError([value], standardError)
  return exponent === '' ? `${values[0]} ± ${error}` : `(${values[0]} ± ${error})${exponent}`
}
