/** What the time grid asks for. */
import { formatSignificant, plural } from '../format.ts'
import type { Detail, Row } from './detail.ts'

export interface Keys {
  gridError: number | null
  gridErrorStandardError?: number | null
  isExtrapolated?: boolean
  steps: number
  method: string
  stopping?: { dates: unknown }
}

const LABEL = 'grid error'

export const gridDetail: Detail<Keys> = { place: 'value', rows, facts }

/** None where there are no steps, or where they are the problem's own. */
function rows({ gridError, isExtrapolated, steps, method, stopping }: Keys): Row[] {
  if (gridError !== null) {
    const what = stopping?.dates === 'any' ? 'a finite number of dates' : plural(steps, 'time step')
    return [
      { label: LABEL, text: formatSignificant(gridError, 2), note: `of ${what}, ${placeOf(isExtrapolated)}` },
    ]
  }
  if (method !== 'deep-bsde' || stopping !== undefined) return []
  const why = steps > 1 ? 'paths ran away on half the grid' : 'one step has no half'
  return [{ label: LABEL, text: `not estimated: ${why}` }]
}

function facts({ gridError, gridErrorStandardError, isExtrapolated }: Keys): Row[] {
  if (gridError === null) return [{ label: LABEL, text: 'not estimated' }]
  const error = gridErrorStandardError ? ` ± ${formatSignificant(gridErrorStandardError, 2)}` : ''
  return [{ label: LABEL, text: `${formatSignificant(gridError, 2)}${error} (${placeOf(isExtrapolated)})` }]
}

function placeOf(isExtrapolated = false): string {
  return isExtrapolated ? 'is part of the value' : 'is part of the interval'
}
