/** What a policy's run tells besides its cost. */

/** How a control problem's constraints held on the fresh paths. */
export interface ConstraintReport {
  /** That were looked at. */
  paths: number
  /** Paths on which some constraint fell below 0 by more than rounding. */
  violations: number
  /** The least value of any constraint on any path. */
  worst: number
}

/** The rule that training of a policy began with: of the linear–quadratic problem along the best trajectory without noise. */
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
