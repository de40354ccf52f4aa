/** What multilevel Picard spent and bought. */
import { formatSignificant } from '../format.ts'
import type { Detail, Row } from './detail.ts'

/**
 * What multilevel Picard spent: driver evaluations counted, and by the recursion's formula; and what it bought: how far the last
 * iteration moved the value.
 */
export interface Cost {
  /** Evaluations of the driver, counted. */
  driver: number
  /** The same by the formula of the recursion. */
  nominal: number
  /** How far the last iteration moved the value. */
  moved: number
}

export interface Keys {
  /** Of multilevel Picard. */
  cost?: Cost
}

export const costDetail: Detail<Keys, 'cost'> = { place: 'value', kept: ['cost'], rows }

function rows({ cost }: Keys): Row[] {
  if (cost === undefined) return []
  return [
    { label: 'last iteration', text: formatSignificant(cost.moved, 2), note: 'moved the value by this' },
  ]
}
