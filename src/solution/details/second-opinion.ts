/** Another method's answer to the same question. */
import { formatPlusMinus, formatSignificant } from '../format.ts'
import type { Status } from '../status.ts'
import type { Bar, Detail, Row } from './detail.ts'

/** Another method's answer to the same question; see `entry/second-opinion.ts`. */
export interface SecondOpinion {
  /** Id of the second method. */
  method: string
  /** Its own. */
  value: number
  /** Of its value. */
  standardError: number
  /** How sure the second method is of its own value, and why not. */
  status: Status
  /** Why the second method is not sure; null where it is. */
  reason: string | null
  /** This solution's value less that of the second method. */
  difference: number
  /** How far apart errors allow them to be. */
  allowance: number
  /** null where it cannot tell: not sure itself, or an allowance that most wrong values would be within. */
  agrees: boolean | null
  /** What it took. */
  elapsedMs: number
}

export interface Keys {
  secondOpinion?: SecondOpinion
}

export const opinionDetail: Detail<Keys> = { place: 'check', rows, facts, bars }

function rows({ secondOpinion }: Keys): Row[] {
  if (secondOpinion === undefined) return []
  const { method, agrees, difference, allowance, status, reason } = secondOpinion
  const verdict = agrees === null ? 'cannot tell' : agrees ? 'agrees' : 'does NOT agree'
  const doubt = agrees === null && status === 'unconverged' ? `, and is not to be relied on: ${reason}` : ''
  return [
    {
      label: 'second opinion',
      text: formatPlusMinus(secondOpinion.value, secondOpinion.standardError),
      note: method,
    },
    {
      label: '',
      text: verdict,
      note: `difference ${formatSignificant(difference, 2)}, errors allow ${formatSignificant(allowance, 2)}${doubt}`,
    },
  ]
}

function facts({ secondOpinion }: Keys): Row[] {
  if (secondOpinion === undefined) return []
  const { method, value, standardError, agrees } = secondOpinion
  const verdict = agrees === null ? 'cannot tell' : agrees ? 'agrees' : 'disagrees'
  return [{ label: method, text: `${formatPlusMinus(value, standardError)} ${verdict}` }]
}

function bars({ secondOpinion }: Keys, quantile: number): Bar[] {
  if (secondOpinion === undefined) return []
  const { method, value, standardError } = secondOpinion
  const half = quantile * standardError
  const label = method === 'multilevel-picard' ? 'Picard' : method.slice(0, 14)
  return [{ label, value, low: value - half, high: value + half }]
}
