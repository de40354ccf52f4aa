/** What the best rule costs, by a dynamic programme over a grid of states. */
import { formatCount, formatPercent, formatPlusMinus } from '../format.ts'
import type { Detail, Row } from './detail.ts'

/** The best rule's cost by a dynamic programme; it knows nothing of the trained rule but where its paths go. */
export interface ProgrammeReport {
  /** Free of steps in time; null where there is none, and `missing` says why. */
  value: number | null
  /** Of the value: what finer grids, a wider box and shorter steps still change. Measured, not proved. */
  standardError: number | null
  /** What the trained rule costs more, as a share. */
  gap: number | null
  /** Of the finest grid. */
  points: number
  /** Why there is none; null where there is. */
  missing: string | null
}

export interface Keys {
  /** Of a policy whose noise is not additive: what the best rule costs, where a grid of its states can tell. */
  programme?: ProgrammeReport
}

export const programmeDetail: Detail<Keys, 'programme'> = { place: 'check', kept: ['programme'], rows }

function rows({ programme }: Keys): Row[] {
  if (programme === undefined) return []
  const { value, standardError, gap, points, missing } = programme
  if (value === null) return [{ label: 'best rule', text: 'none', note: missing ?? '' }]
  return [
    {
      label: 'best rule',
      text: formatPlusMinus(value, standardError!),
      note: `by a dynamic programme over ${formatCount(points)} states: the rule found is ${formatPercent(gap!)} of the value from it`,
    },
  ]
}
