/**
 * From numbers of dates that double to any time. At N dates a right lacks something of order 1/N of its worth. Where the payoff jumps that is of
 * order 1/√N: paths are past the jump by a share of a step's noise before they may stop (Broadie, Glasserman, Kou 1997,
 * doi:10.1111/1467-9965.00035). A steep one is like a jump to few dates, and not to many: it lies between both.
 */
import type { Rise } from '../../stopping/compiled.ts'
import type { Found, Mean } from './result.ts'

/** What N dates lack, in units of what they have over N/2: 1/(2^p − 1) for order p, 1 and ½. */
const FIRST = 1
const HALF = 1 / (Math.SQRT2 - 1)
/** Between both, and the deviation of a uniform law there. */
const MIDDLE = 0.5 * (FIRST + HALF)
const BETWEEN = (HALF - FIRST) / Math.sqrt(12)

export interface Lacking extends Mean {
  /** What it may be off by, as the numbers of dates tell, as one deviation. */
  left: number
}

/** What the rule at the most dates lacks of one for any time. @param founds from few dates to many, two at least */
export function lackingOf(founds: readonly Found[], sign: 1 | -1, rise: Rise): Lacking {
  const gained = gainedOf(founds, sign)
  if (rise === 'slow') return { ...gained, left: 0 }
  if (rise === 'steep') {
    return {
      value: MIDDLE * gained.value,
      standardError: MIDDLE * gained.standardError,
      left: BETWEEN * Math.abs(gained.value),
    }
  }
  const before = founds.length > 2 ? gainedOf(founds.slice(0, -1), sign) : null
  return {
    value: HALF * gained.value,
    standardError: HALF * gained.standardError,
    // Between the extrapolations from two pairs of numbers; from one pair, between those of both orders.
    left: Math.abs(
      before === null ? (HALF - FIRST) * gained.value : (1 + HALF) * gained.value - HALF * before.value,
    ),
  }
}

/**
 * What the rule is worth on a grid of dates or steps less what it is on one half as fine. The dual is left out: it lies the further off
 * the more dates there are, and the nearer the more steps.
 */
export function gainedOf(founds: readonly Found[], sign: 1 | -1): Mean {
  const own = sign === 1 ? 'lower' : 'upper'
  const [coarse, fine] = founds.slice(-2)
  return {
    value: fine[own].value - coarse[own].value,
    standardError: Math.hypot(fine[own].standardError, coarse[own].standardError),
  }
}
