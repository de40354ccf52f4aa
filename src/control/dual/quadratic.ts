/** Quadratic forms ½zᵀTz with some of the variables minimised out. Dense, row-major, float64. */

/** Below this share of its own diagonal entry a pivot counts as none: the form is not strictly convex there. */
const LEAST_PIVOT = 1e-10

/**
 * LDLᵀ of a symmetric matrix, in place of the matrix's lower triangle, D on its diagonal. A variable whose whole row is
 * zero is left out: it changes nothing, and the solution has 0 for it.
 *
 * @returns false where the matrix is not positive definite on the rest
 */
export function factorise(matrix: Float64Array, size: number): boolean {
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

/** Solves LDLᵀ v = b in place of b, which begins at `at`. */
export function solveFactorised(factor: Float64Array, size: number, b: Float64Array, at = 0): void {
  for (let i = 0; i < size; i++) {
    let sum = b[at + i]
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * b[at + k]
    b[at + i] = sum
  }
  for (let i = 0; i < size; i++) {
    const pivot = factor[i * size + i]
    b[at + i] = pivot === 0 ? 0 : b[at + i] / pivot
  }
  for (let i = size - 1; i >= 0; i--) {
    const value = b[at + i]
    if (value === 0) continue
    for (let k = 0; k < i; k++) b[at + k] -= factor[i * size + k] * value
  }
}

export interface Minimised {
  /** LDLᵀ of the block that was minimised out, [count × count]. */
  factor: Float64Array
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
    }
    solveFactorised(factor, count, column)
    for (let i = 0; i < count; i++) gain[i * left + j] = -column[i]
  }
  const rest = new Float64Array(left * left)
  for (let i = 0; i < left; i++) {
    for (let j = 0; j < left; j++) rest[i * left + j] = matrix[place(i) * size + place(j)]
  }
  addProduct(rest, cross, gain, count, left, left)
  return { factor, gain, rest }
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

/** out += M v, M [rows × columns] with its rows `stride` apart, from the column `first` on. */
export function addMatvec(
  out: Float64Array,
  outAt: number,
  matrix: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array,
  at: number,
  stride = columns,
  first = 0,
): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0
    const row = i * stride + first
    for (let j = 0; j < columns; j++) sum += matrix[row + j] * v[at + j]
    out[outAt + i] += sum
  }
}

/** out += Mᵀ v. */
export function addTransposed(
  out: Float64Array,
  outAt: number,
  matrix: Float64Array,
  rows: number,
  columns: number,
  v: Float64Array,
  at: number,
  stride = columns,
  first = 0,
): void {
  for (let i = 0; i < rows; i++) {
    const value = v[at + i]
    if (value === 0) continue
    const row = i * stride + first
    for (let j = 0; j < columns; j++) out[outAt + j] += matrix[row + j] * value
  }
}
