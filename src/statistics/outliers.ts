/** Multiples of the median distance from the median, about 13 standard deviations of a normal law. */
const FAR = 20

/** Which of the values are not finite, or so far from the others that a least-squares fit would follow them alone. */
export function outliers(values: Float64Array): boolean[] {
  const centre = medianOf(values.filter(Number.isFinite))
  const distances = values.map((value) => Math.abs(value - centre))
  const limit = FAR * medianOf(distances.filter(Number.isFinite))
  return Array.from(distances, (distance) => !(distance <= limit))
}

/** The upper one of two; NaN of none. */
function medianOf(values: Float64Array): number {
  return values.sort()[values.length >> 1] ?? Number.NaN
}
