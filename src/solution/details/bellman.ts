/** A control problem both ways: its Bellman equation's answer, and what the rule leaves on the table. */
import { formatPercent, formatPlusMinus, formatSignificant, formatWithError } from '../format.ts'
import type { Status } from '../status.ts'
import type { Detail, Row } from './detail.ts'

/** What the rule costs more than the Bellman equation says that the best does; relative to that. */
export interface Gap {
  /** Cost, or what is gained less. */
  value: number
  /** Of both answers together. */
  standardError: number
  /** As a share of the Bellman equation's value; null where that is 0. */
  relative: number | null
}

export interface Keys {
  /** A solution of its own, of which this is shown. */
  bellman?: {
    value: number
    standardError: number
    interval: [number, number]
    confidence: number
    status: Status
  }
  gap?: Gap
  noBellman?: string
}

export const bellmanDetail: Detail<Keys> = { place: 'check', rows, facts }

function rows({ bellman, gap, noBellman }: Keys): Row[] {
  if (noBellman !== undefined) return [{ label: 'Bellman', text: 'diverged', note: noBellman }]
  if (bellman === undefined || gap === undefined) return []
  const { interval, standardError, confidence, status } = bellman
  const { values, exponent } = formatWithError([...interval], standardError)
  const doubt = status === 'unconverged' ? ', not to be relied on' : ''
  return [
    {
      label: 'Bellman',
      text: formatPlusMinus(bellman.value, bellman.standardError),
      note: `${Number((100 * confidence).toPrecision(6))} % interval [${values[0]}, ${values[1]}]${exponent}${doubt}`,
    },
    {
      label: 'gap',
      text: gapText(gap),
      note: `${gap.relative === null ? '' : `${formatPercent(gap.relative)} of the value: `}what the rule leaves on the table`,
    },
  ]
}

function facts({ bellman, gap }: Keys): Row[] {
  if (bellman === undefined || gap === undefined) return []
  const share = gap.relative === null ? '' : `, ${formatPercent(gap.relative)} of the value`
  return [
    {
      label: 'Bellman equation',
      text: `${formatPlusMinus(bellman.value, bellman.standardError)} (${bellman.status})`,
    },
    { label: 'gap', text: `${gapText(gap)}${share}` },
  ]
}

function gapText({ value, standardError }: Gap): string {
  return `${formatSignificant(value, 2)} ± ${formatSignificant(standardError, 2)}`
}
