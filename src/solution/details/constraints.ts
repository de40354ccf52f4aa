/** How a control problem's constraints held. */
import { formatCount } from '../format.ts'
import type { Detail, Row } from './detail.ts'

/** How a control problem's constraints held on the fresh paths. */
export interface ConstraintReport {
  /** That were looked at. */
  paths: number
  /** Paths on which some constraint fell below 0 by more than rounding. */
  violations: number
  /** The least value of any constraint on any path. */
  worst: number
}

export interface Keys {
  /** Of a control problem that has some. */
  constraints?: ConstraintReport
}

export const constraintsDetail: Detail<Keys, 'constraints'> = { place: 'check', kept: ['constraints'], rows }

function rows({ constraints }: Keys): Row[] {
  if (constraints === undefined) return []
  const { violations, paths } = constraints
  return [
    { label: 'constraints', text: `${formatCount(violations)} of ${formatCount(paths)} paths break one` },
  ]
}
