/** Short vectors, as features are drawn with. */

export function dotWithOnes(row: Float64Array): number {
  return row.reduce((sum, value) => sum + value, 0)
}

/** Of a lower triangular matrix. */
export function times(lower: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length
  return vector.map((_, i) => {
    let sum = 0
    for (let j = 0; j <= i; j++) sum += lower[i * n + j] * vector[j]
    return sum
  })
}

/** Of its transpose. */
export function timesTransposed(lower: Float64Array, vector: Float64Array): Float64Array {
  const n = vector.length
  return vector.map((_, i) => {
    let sum = 0
    for (let j = i; j < n; j++) sum += lower[j * n + i] * vector[j]
    return sum
  })
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

export function rootMeanSquare(values: number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
}
