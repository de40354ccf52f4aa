/** The other side of a rule's cost, searched and not proved. */
import { formatCount, formatPercent, formatPlusMinus } from '../format.ts'
import type { Detail, Row } from './detail.ts'

/**
 * The other side of a rule's cost: the mean of the least costs with hindsight, less a penalty of mean 0, which no rule's cost lies below. The least
 * cost of a path is searched, not proved to be one.
 */
export interface HindsightReport {
  /** Free of steps in time; null where there is none, and `missing` says why. */
  value: number | null
  /** Of the value. */
  standardError: number | null
  /** What the rule costs more, as a share. */
  gap: number | null
  /** That were looked at. */
  paths: number
  /** Why there is none; null where there is. */
  missing: string | null
}

export interface Keys {
  /** Of a policy whose problem is not linear–quadratic. */
  hindsight?: HindsightReport
}

export const hindsightDetail: Detail<Keys, 'hindsight'> = { place: 'check', kept: ['hindsight'], rows }

function rows({ hindsight }: Keys): Row[] {
  if (hindsight === undefined) return []
  const { value, standardError, gap, paths, missing } = hindsight
  if (value === null) return [{ label: 'with hindsight', text: 'none', note: missing ?? '' }]
  return [
    {
      label: 'with hindsight',
      text: formatPlusMinus(value, standardError!),
      note: `no rule does better, as far as searches along ${formatCount(paths)} paths saw: ${formatPercent(gap!)} of the value`,
    },
  ]
}
