/** The rule that the training of a policy began with. */
import { formatSignificant } from '../format.ts'
import type { Detail, Row } from './detail.ts'

/** The rule that training of a policy began with: of the linear–quadratic problem along the best trajectory without noise, or of a dynamic programme. */
export interface StartReport {
  /** The guess that it was found from; null where training began with no rule. */
  from: string | null
  /** Why there was none; null where there was. */
  missing: string | null
  /** Whether the answer is the trained rule's, or that of the start, which training made worse on fresh paths. */
  kept: 'trained' | 'start'
  /** Mean costs on fresh paths before training, of no rule and of every start. */
  tried: { from: string; cost: number; standardError: number }[]
}

export interface Keys {
  /** Of a policy: the rule that its training began with. */
  start?: StartReport
}

export const startDetail: Detail<Keys, 'start'> = { place: 'run', kept: ['start'], rows }

function rows({ start }: Keys): Row[] {
  if (start === undefined) return []
  if (start.from === null) return [{ label: 'start', text: 'no rule', note: start.missing ?? '' }]
  const cost = (from: string) => formatSignificant(start.tried.find((each) => each.from === from)!.cost, 4)
  const kept = start.kept === 'start' ? '; training found none better, it is the answer' : ''
  return [
    {
      label: 'start',
      text: `a linear feedback, found from ${start.from}`,
      note: `cost ${cost(start.from)} before training, no rule ${cost('no rule')}${kept}`,
    },
  ]
}
