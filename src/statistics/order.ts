/** Order statistics of a sample. */

/** Those of a sample that are shown. */
export const SHOWN_QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const

/** Linear between the order statistics of `sorted`. */
export function orderQuantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1)
  const left = Math.floor(position)
  const right = Math.min(sorted.length - 1, left + 1)
  return sorted[left] + (position - left) * (sorted[right] - sorted[left])
}
