/** What linearising the driver leaves out. */
import { formatPlusMinus } from '../format.ts'
import type { Detail, Row } from './detail.ts'

export interface Remainder {
  /** What linearising left out. */
  value: number
  /** Of that. */
  standardError: number
  /** Whether it stands out of its noise. */
  isClear: boolean
  /** Whether it is part of the value; its standard error then is part of the value's. */
  isApplied: boolean
}

export interface Keys {
  remainder?: Remainder | null
  standardError: number
}

export const remainderDetail: Detail<Keys> = { place: 'value', rows }

/** Where it is more than the noise of what is shown already. */
function rows({ remainder, standardError }: Keys): Row[] {
  if (!remainder || (remainder.isApplied && Math.abs(remainder.value) < standardError)) return []
  const { value, standardError: error, isApplied, isClear } = remainder
  const size = isClear ? 'large' : 'noisy'
  const note = isApplied
    ? 'is part of the value'
    : `too ${size} to be part of the value, is part of the interval`
  return [{ label: 'second order', text: formatPlusMinus(value, error), note }]
}
