/** Quadratic forms ½zᵀTz with some of the variables minimised out. Dense, row-major, float64. */

/** Below this share of its own diagonal entry a pivot counts as none: the form is not strictly convex there. */
const LEAST_PIVOT = 1e-10

/**
 * LDLᵀ of a symmetric matrix, in place of the matrix's lower triangle, D on its diagonal. A variable whose whole row is
 * zero is left out: it changes nothing, and the solution has 0 for it.
 *
 * @returns false where the matrix is not positive definite on the rest
 */
function factorise(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const row = j * size
    const own = matrix[row + j]
    let pivot = own
    for (let k = 0; k < j; k++) pivot -= matrix[row + k] ** 2 * matrix[k * size + k]
    if (isZeroRow(matrix, size, j)) {
      matrix[row + j] = 0
      continue
    }
    if (!(pivot > LEAST_PIVOT * own)) return false
    matrix[row + j] = pivot
    for (let i = j + 1; i < size; i++) {
      let sum = matrix[i * size + j]
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[row + k] * matrix[k * size + k]
      matrix[i * size + j] = sum / pivot
    }
  }
  return true
}

/** The row and column of a variable as they were before the elimination: the upper triangle is not touched by it. */
function isZeroRow(matrix: Float64Array, size: number, j: number): boolean {
  for (let k = j; k < size; k++) if (matrix[j * size + k] !== 0) return false
  for (let k = 0; k < j; k++) if (matrix[k * size + j] !== 0) return false
  return true
}

/** Solves LDLᵀ v = b in place of b. */
function solveFactorised(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * b[k]
    b[i] = sum
  }
  for (let i = 0; i < size; i++) {
    const pivot = factor[i * size + i]
    b[i] = pivot === 0 ? 0 : b[i] / pivot
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = b[i]
    if (value === 0) continue
    for (let k = 0; k < i; k++) b[k] -= factor[i * size + k] * value
  }
}

export interface Minimised {
  /** Inverse of the block that was minimised out, [count × count]; 0 for a variable that changes nothing. */
  inverse: Float64Array
  /** The minimiser as a linear function of the rest: [count × rest]. */
  gain: Float64Array
  /** What is left of T, [rest × rest]. */
  rest: Float64Array
}

/** Minimises over the variables from … from+count−1; the rest keep their order. Null where there is no minimum. */
export function minimiseOver(
  matrix: Float64Array,
  size: number,
  from: number,
  count: number,
): Minimised | null {
  const left = size - count
  const place = (k: number) => (k < from ? k : k + count)
  const factor = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) factor[i * count + j] = matrix[(from + i) * size + from + j]
  }
  if (!factorise(factor, count)) return null
  const cross = new Float64Array(count * left)
  const gain = new Float64Array(count * left)
  const column = new Float64Array(count)
  for (let j = 0; j < left; j++) {
    for (let i = 0; i < count; i++) {
      column[i] = matrix[(from + i) * size + place(j)]
      cross[i * left + j] = column[i]
      // A variable of no curvature, but with an effect: the form has no least value.
      if (factor[i * (count + 1)] === 0 && column[i] !== 0) return null
    }
    solveFactorised(factor, count, column)
    for (let i = 0; i < count; i++) gain[i * left + j] = -column[i]
  }
  const rest = new Float64Array(left * left)
  for (let i = 0; i < left; i++) {
    for (let j = 0; j < left; j++) rest[i * left + j] = matrix[place(i) * size + place(j)]
  }
  addProduct(rest, cross, gain, count, left, left)
  return { inverse: inverseOf(factor, count), gain, rest }
}

function inverseOf(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    const row = inverse.subarray(j * size, (j + 1) * size)
    row[j] = 1
    solveFactorised(factor, size, row)
  }
  return inverse
}

/** total += AᵀB, A [inner × rows], B [inner × columns]; zeros cost nothing. */
export function addProduct(
  total: Float64Array,
  a: Float64Array,
  b: Float64Array,
  inner: number,
  rows: number,
  columns: number,
): void {
  for (let k = 0; k < inner; k++) {
    for (let i = 0; i < rows; i++) {
      const factor = a[k * rows + i]
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) total[i * columns + j] += factor * b[k * columns + j]
    }
  }
}

/** out += M v, M [rows × v.length]. */
export function addMatvec(out: Float64Array, matrix: Float64Array, rows: number, v: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < v.length; j++) out[i] += matrix[i * v.length + j] * v[j]
  }
}

/** out += Mᵀ v, M [v.length × columns]. */
export function addTransposed(
  out: Float64Array,
  matrix: Float64Array,
  columns: number,
  v: Float64Array,
): void {
  for (let i = 0; i < v.length; i++) {
    for (let j = 0; j < columns; j++) out[j] += matrix[i * columns + j] * v[i]
  }
}
