/** Small dense linear algebra in double precision: LU with partial pivoting, inverse, Cholesky. Row-major [n][n]. */

export interface Factorization {
  n: number
  /** L below the diagonal (unit diagonal implied), U on and above it. */
  lu: Float64Array
  /** Row k was swapped with row pivots[k] at elimination step k. */
  pivots: Int32Array
  isSingular: boolean
}

/** LU factorization of `matrix` [n][n], which is overwritten. Cost n³/3. */
export function factorize(matrix: Float64Array, n: number): Factorization {
  const pivots = new Int32Array(n)
  let isSingular = false
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + k]) > Math.abs(matrix[pivot * n + k])) pivot = i
    }
    pivots[k] = pivot
    if (pivot !== k) swapRows(matrix, n, k, pivot)
    const diagonal = matrix[k * n + k]
    if (diagonal === 0 || !Number.isFinite(diagonal)) {
      isSingular = true
      continue
    }
    for (let i = k + 1; i < n; i++) {
      const factor = matrix[i * n + k] / diagonal
      matrix[i * n + k] = factor
      if (factor === 0) continue
      for (let j = k + 1; j < n; j++) matrix[i * n + j] -= factor * matrix[k * n + j]
    }
  }
  return { n, lu: matrix, pivots, isSingular }
}

/** Solves A v = b in place of `b` [n]. */
export function solveFactorized({ n, lu, pivots }: Factorization, b: Float64Array): void {
  for (let k = 0; k < n; k++) {
    const swapped = b[pivots[k]]
    b[pivots[k]] = b[k]
    b[k] = swapped
  }
  for (let i = 1; i < n; i++) {
    let sum = b[i]
    for (let j = 0; j < i; j++) sum -= lu[i * n + j] * b[j]
    b[i] = sum
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]
    for (let j = i + 1; j < n; j++) sum -= lu[i * n + j] * b[j]
    b[i] = sum / lu[i * n + i]
  }
}

/** A⁻¹, or null where `matrix` is singular to working precision. */
export function invert(matrix: Float64Array, n: number): Float64Array | null {
  const factorization = factorize(matrix.slice(), n)
  if (factorization.isSingular) return null
  const inverse = new Float64Array(n * n)
  const column = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    column.fill(0)
    column[j] = 1
    solveFactorized(factorization, column)
    for (let i = 0; i < n; i++) inverse[i * n + j] = column[i]
  }
  return inverse.every(Number.isFinite) ? inverse : null
}

/** Lower-triangular L with LLᵀ = `matrix` (symmetric), or null where it is not positive definite. */
export function cholesky(matrix: Float64Array, n: number): Float64Array | null {
  const lower = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    let square = matrix[j * n + j]
    for (let k = j * n; k < j * n + j; k++) square -= lower[k] * lower[k]
    if (!(square > 0)) return null
    const diagonal = Math.sqrt(square)
    lower[j * n + j] = diagonal
    fillColumn(lower, matrix, n, j, diagonal)
  }
  return lower
}

/** Column j below the diagonal, four rows at a time: their sums do not wait for each other. */
function fillColumn(lower: Float64Array, matrix: Float64Array, n: number, j: number, diagonal: number): void {
  let i = j + 1
  for (; i + 4 <= n; i += 4) {
    // One by one: pairs of brackets would make arrays.
    const a = i * n
    const b = a + n
    const c = b + n
    const d = c + n
    let s = matrix[a + j]
    let t = matrix[b + j]
    let u = matrix[c + j]
    let v = matrix[d + j]
    for (let k = 0; k < j; k++) {
      const factor = lower[j * n + k]
      s -= lower[a + k] * factor
      t -= lower[b + k] * factor
      u -= lower[c + k] * factor
      v -= lower[d + k] * factor
    }
    lower[a + j] = s / diagonal
    lower[b + j] = t / diagonal
    lower[c + j] = u / diagonal
    lower[d + j] = v / diagonal
  }
  for (; i < n; i++) {
    let sum = matrix[i * n + j]
    for (let k = 0; k < j; k++) sum -= lower[i * n + k] * lower[j * n + k]
    lower[i * n + j] = sum / diagonal
  }
}

/** Solves LLᵀ v = `right` [n] in its place, with L of `cholesky`. */
export function solveCholesky(lower: Float64Array, right: Float64Array): Float64Array {
  const n = right.length
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) right[i] -= lower[i * n + j] * right[j]
    right[i] /= lower[i * n + i]
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) right[i] -= lower[j * n + i] * right[j]
    right[i] /= lower[i * n + i]
  }
  return right
}

function swapRows(matrix: Float64Array, n: number, a: number, b: number): void {
  for (let j = 0; j < n; j++) {
    const held = matrix[a * n + j]
    matrix[a * n + j] = matrix[b * n + j]
    matrix[b * n + j] = held
  }
}
