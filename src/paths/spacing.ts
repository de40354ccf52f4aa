/** Where the nodes of a stretch of the time grid lie whose steps are not equal: they shrink towards its end. */

/** The power by which steps shrink before a layer. */
const GRADING = 3

/** How long before its end node n of a stretch's `count` steps lies, n = 1, …, count. */
export type Spacing = (n: number, count: number) => number

export function layerSpacing(length: number): Spacing {
  return (n, count) => length * (1 - n / count) ** GRADING
}

/** Equal shares of a measure that grows with the time before the end. */
export function measureSpacing(length: number, measure: (lead: number) => number): Spacing {
  const all = measure(length)
  return (n, count) => (n === count ? 0 : leadWith((1 - n / count) * all, length, measure))
}

/** The time before the end with a measure, to the last bit. */
function leadWith(asked: number, length: number, measure: (lead: number) => number): number {
  let [low, high] = [0, length]
  for (;;) {
    const middle = 0.5 * (low + high)
    if (!(middle > low && middle < high)) return high
    if (measure(middle) < asked) low = middle
    else high = middle
  }
}
