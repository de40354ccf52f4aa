/** Multiples of the median distance from the median, about 13 standard deviations of a normal law. */
const FAR = 20

/** Which of the values are not finite, or so far from the others that a least-squares fit would follow them alone. */
export function outliers(values: Float64Array): boolean[] {
  const centre = medianOf(values)
  const distances = new Float64Array(values.length)
  for (let k = 0; k < values.length; k++) distances[k] = Math.abs(values[k] - centre)
  const limit = FAR * medianOf(distances)
  return Array.from(distances, (distance) => !(distance <= limit))
}

/** Of those that are finite, the upper one of two; NaN of none. */
function medianOf(values: Float64Array): number {
  const finite = new Float64Array(values.length)
  let count = 0
  for (let k = 0; k < values.length; k++) if (Number.isFinite(values[k])) finite[count++] = values[k]
  return finite.subarray(0, count).sort()[count >> 1] ?? Number.NaN
}
