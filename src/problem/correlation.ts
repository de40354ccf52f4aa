/** Roots of correlation matrices: R with RRᵀ = ρ, as expressions and as numbers. */
import { UserError } from '../errors/errors.ts'
import { add, array, constant, mul, sum } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { matvec } from '../formulas/linear.ts'
import { cholesky, invert } from '../statistics/linear-system.ts'

export interface CorrelationRoot {
  /** R [noiseDim × noiseDim], row-major. */
  matrix: Float64Array
  apply(v: Expression): Expression
  applyTransposed(v: Expression): Expression
  applyInverseTransposed(v: Expression): Expression
}

/** A root of 2000 × 2000 numbers is 32 MB, and moves every path at every step. */
const MAX_CORRELATED = 2000

/**
 * R, or null where ρ is the identity.
 *
 * One number for every pair: the symmetric root aI + b11ᵀ, whose products cost no more than a sum, and under which the
 * noises stay alike. A matrix: its Cholesky factor.
 *
 * @throws UserError where ρ is not a positive definite correlation matrix of this size
 */
export function correlationRoot(
  id: string,
  correlation: number | number[][],
  noiseDim: number,
): CorrelationRoot | null {
  if (noiseDim > MAX_CORRELATED) {
    throw new UserError(
      `${id}: correlation is kept as a matrix, for noise of at most ${MAX_CORRELATED} dimensions, got ${noiseDim}. Write common factors as further columns of diffusion instead.`,
    )
  }
  return typeof correlation === 'number'
    ? uniformRoot(id, correlation, noiseDim)
    : choleskyRoot(id, correlation, noiseDim)
}

function uniformRoot(id: string, correlation: number, n: number): CorrelationRoot | null {
  if (correlation === 0 || n === 1) return null
  const least = -1 / (n - 1)
  if (!(correlation > least && correlation < 1)) {
    throw new UserError(
      `${id}: correlation must lie between ${least.toPrecision(3)} (= -1/(noiseDim - 1)) and 1, both excluded, got ${correlation}. Change correlation.`,
    )
  }
  // The eigenvalues of ρ: once along (1, …, 1), and n − 1 times across it.
  const along = Math.sqrt(1 + (n - 1) * correlation)
  const across = Math.sqrt(1 - correlation)
  const common = (along - across) / n
  const root = structured(across, common)
  return {
    matrix: Float64Array.from({ length: n * n }, (_, k) => common + (k % (n + 1) === 0 ? across : 0)),
    apply: root,
    applyTransposed: root,
    applyInverseTransposed: structured(1 / across, (1 / along - 1 / across) / n),
  }
}

/** v → av + b Σv */
function structured(a: number, b: number): (v: Expression) => Expression {
  return (v) => add(mul(constant(a), v), mul(constant(b), sum(v)))
}

function choleskyRoot(id: string, rows: number[][], n: number): CorrelationRoot | null {
  checkCorrelation(id, rows, n)
  const correlation = Float64Array.from(rows.flat())
  if (correlation.every((entry, k) => entry === (k % (n + 1) === 0 ? 1 : 0))) return null
  const matrix = cholesky(correlation, n)
  const inverse = matrix === null ? null : invert(matrix, n)
  if (matrix === null || inverse === null) {
    throw new UserError(`${id}: correlation must be positive definite. Bring its entries nearer to 0.`)
  }
  const root = array(matrix, [n, n])
  return {
    matrix,
    apply: (v) => matvec(root, v),
    applyTransposed: (v) => matvec(root, v, true),
    applyInverseTransposed: (v) => matvec(array(inverse, [n, n]), v, true),
  }
}

function checkCorrelation(id: string, rows: number[][], n: number): void {
  const fail = (what: string): never => {
    throw new UserError(
      `${id}: correlation must be ${what}. Use a matrix of noiseDim = ${n} rows and columns.`,
    )
  }
  if (rows.length !== n || rows.some((row) => row.length !== n)) {
    const widths = [...new Set(rows.map((row) => row.length))].slice(0, 5).join(', ')
    fail(`a matrix[${n}×${n}], got ${rows.length} rows of ${widths}`)
  }
  for (let i = 0; i < n; i++) {
    if (rows[i][i] !== 1) fail(`1 on its diagonal, got ${rows[i][i]} in row ${i + 1}`)
    for (let j = 0; j < i; j++) {
      const place = `at (${i + 1}, ${j + 1})`
      if (Math.abs(rows[i][j] - rows[j][i]) > 1e-12)
        fail(`symmetric, got ${rows[i][j]} and ${rows[j][i]} ${place}`)
      if (!(Math.abs(rows[i][j]) <= 1)) fail(`between -1 and 1, got ${rows[i][j]} ${place}`)
    }
  }
}
