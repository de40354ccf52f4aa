/** A value and its bounds are separate statements about one number: where they exclude each other, one of them is wrong. */
import type { Bound, Bounds } from '../solution/details/bounds.ts'
import { HALF_WIDTH_95 } from '../statistics/confidence.ts'

/** Standard errors of their difference from which on a value is beyond its bound. */
const BEYOND = 3

/**
 * @param range that the page says u stays in, and bounds rest on
 * @returns in which way a value contradicts its own bounds; null where it does not
 */
export function contradictsBounds(
  value: number,
  standardError: number,
  { lower, upper }: Pick<Bounds, 'lower' | 'upper'>,
  range: [number, number] | null,
): string | null {
  const isBeyond = (bound: Bound | null, outward: 1 | -1): bound is Bound => {
    if (bound === null) return false
    const distance = Math.max(0, outward * (bound.limit - bound.value) - HALF_WIDTH_95 * bound.standardError)
    const excess = outward * (value - bound.value) - distance
    return excess > BEYOND * Math.hypot(standardError, bound.standardError)
  }
  const remedy = range ? `, or see that u stays in the page's range, [${range.join(', ')}]` : ''
  const say = (side: string, bound: Bound) =>
    `the value, ${value.toPrecision(6)} ± ${standardError.toPrecision(2)}, lies beyond its own ${side} bound, ${bound.value.toPrecision(6)} ± ${bound.standardError.toPrecision(2)}; take more --iterations and --steps${remedy}`
  if (isBeyond(lower, -1)) return say('lower', lower)
  if (isBeyond(upper, 1)) return say('upper', upper)
  return null
}
