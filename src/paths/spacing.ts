/** Where the nodes of a stretch of the time grid lie whose steps are not equal: they shrink towards T. */
import { shareWithin } from '../problem/forecast/settling.ts'

/** The power by which steps shrink before a layer. */
const GRADING = 3

/** How long before its end node n of a stretch's `count` steps lies, n = 0, …, count. */
export type Spacing = (n: number, count: number) => number

export function layerSpacing(from: number, to: number): Spacing {
  return (n, count) => (to - from) * (1 - n / count) ** GRADING
}

/** Equal shares of `shareWithin`. */
export function settlingSpacing(from: number, to: number, horizon: number, time: number): Spacing {
  const after = horizon - to
  const [most, least] = [horizon - from, after].map((lead) => shareWithin(lead, horizon, time))
  return (n, count) => {
    if (n === 0) return to - from
    if (n === count) return 0
    return leadWith(least + (1 - n / count) * (most - least), horizon, time) - after
  }
}

/** The time before T within which a share of the steps lies, to the last bit. */
function leadWith(share: number, horizon: number, time: number): number {
  let [low, high] = [0, horizon]
  for (;;) {
    const middle = 0.5 * (low + high)
    if (!(middle > low && middle < high)) return high
    if (shareWithin(middle, horizon, time) < share) low = middle
    else high = middle
  }
}
