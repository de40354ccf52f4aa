/** Length and largest of long lists: a function takes some hundred thousand arguments at most, and a gradient may have a million components. */

/** Arguments of one call. */
const AT_ONCE = 10_000

/** √Σv² */
export function lengthOf(values: ArrayLike<number>): number {
  return inParts(values, Math.hypot)
}

/** The largest of them, −∞ of none, NaN where one is. */
export function largestOf(values: ArrayLike<number>): number {
  return inParts(values, Math.max)
}

function inParts(values: ArrayLike<number>, of: (...values: number[]) => number): number {
  const all = Array.from(values)
  if (all.length <= AT_ONCE) return of(...all)
  const parts: number[] = []
  for (let from = 0; from < all.length; from += AT_ONCE) parts.push(of(...all.slice(from, from + AT_ONCE)))
  return inParts(parts, of)
}
