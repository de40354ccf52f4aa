/**
 * From numbers of dates that double to any time. At N dates a right lacks something of order 1/N of its worth where payoff and worth meet smoothly. Where
 * the payoff jumps, or its slope falls at a stroke, that is of order 1/√N: paths are past the best place by a share of a step's noise before they may
 * stop (Broadie, Glasserman, Kou 1997, doi:10.1111/1467-9965.00035). One that bends fast is like a kink to few dates, and not to many: it lies between both.
 */
import type { Found, Mean } from './result.ts'

/** What N dates lack, in units of what they have over N/2: 1/(2^p − 1) for order p, 1 and ½. */
const FIRST = 1
const HALF = 1 / (Math.SQRT2 - 1)

export interface Lacking extends Mean {
  /** What it may be off by, as the payoff and the numbers of dates tell, as one deviation. */
  left: number
}

/** What the rule at the most dates lacks of one for any time. @param founds from few dates to many, two at least */
export function lackingOf(founds: readonly Found[], sign: 1 | -1, jumps: boolean): Lacking {
  const gained = gainedOf(founds, sign)
  if (jumps) return ofJump(founds, sign, gained)
  const { bent, chances } = founds[founds.length - 1]
  const { middle, deviation } = mixed(bent.byKinks, kinked(bent.share, chances.length), curved(bent.share))
  const factor = FIRST + (HALF - FIRST) * middle
  return {
    value: factor * gained.value,
    standardError: factor * gained.standardError,
    left: Math.hypot((HALF - FIRST) * deviation, atFirst(chances)) * Math.abs(gained.value),
  }
}

/**
 * The paths that are stopped at the first date lose there by where they start, which is near where stopping begins, and not by an order: for them the dates have not become
 * many. Along an American put what 100 dates lacked was 0.75 to 1.15 of what they had over 50 where a tenth and more were, and 0.97 to 1.03 where next to none were.
 */
function atFirst(chances: Found['chances']): number {
  return chances[0].chance
}

/** Which part of what the last dates brought is of order ½. */
interface Part {
  middle: number
  deviation: number
}

/** @param share of the first in what bends */
function mixed(share: number, one: Part, other: Part): Part {
  const apart = Math.sqrt(share * (1 - share)) * (one.middle - other.middle)
  return {
    middle: share * one.middle + (1 - share) * other.middle,
    deviation: Math.hypot(share * one.deviation + (1 - share) * other.deviation, apart),
  }
}

/** No more than bends, and none as the dates become many: a uniform law. */
function curved(bent: number): Part {
  return { middle: bent / 2, deviation: bent / Math.sqrt(12) }
}

/**
 * A path that is stopped by a kink brings more than another by as much as all of the noise is larger than that of a step, √N: the loss there is of first order
 * in a step's noise, else of second. By how much of it that is more than the share that bends is half known.
 */
function kinked(bent: number, dates: number): Part {
  const ratio = Math.sqrt(dates)
  const weighted = (ratio * bent) / (1 + (ratio - 1) * bent)
  // The next order is smaller by a step's noise.
  return { middle: weighted, deviation: 0.5 * (weighted - bent + weighted / ratio) }
}

function ofJump(founds: readonly Found[], sign: 1 | -1, gained: Mean): Lacking {
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
