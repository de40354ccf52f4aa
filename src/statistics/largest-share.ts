/** The share of a sample's squared deviations that one value has: where it is large, their spread is no error bar. */
export function largestShare(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  let [most, total] = [0, 0]
  for (const value of values) {
    const square = (value - mean) ** 2
    most = Math.max(most, square)
    total += square
  }
  return total === 0 ? 0 : most / total
}
