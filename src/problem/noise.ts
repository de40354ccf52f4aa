/** σ(t,x), the correlation of the noise, and what both do to gradients: z = Lᵀσᵀ∇u with LLᵀ = ρ. */
import { UserError } from '../errors.ts'
import { array, constantValues, div, mul } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { matvec } from '../formulas/linear.ts'
import { cholesky, invert } from '../statistics/linear-system.ts'

/** A factor of 2000 × 2000 numbers is 32 MB, and is applied to every path at every step. */
const MAX_CORRELATED = 2000

export class Noise {
  readonly id: string
  /** σ as a vector [dim] where it is diagonal, else null. */
  readonly diagonal: Expression | null
  /** σ as a matrix [dim × noiseDim] where it is not diagonal, else null. */
  readonly dense: Expression | null
  /** L [noiseDim × noiseDim], lower triangular, row-major; null where the noise is independent. */
  readonly factor: Float64Array | null
  readonly noiseDim: number

  /**
   * @param diffusion σ, a vector (diagonal) or a matrix
   * @param correlation ρ: one number for every pair, a matrix, or null
   * @throws UserError where ρ is not a correlation matrix of the noise's dimension
   */
  constructor(id: string, diffusion: Expression, correlation: number | number[][] | null) {
    this.id = id
    const diagonal = diffusion.shape.length === 1 ? diffusion : diagonalOf(diffusion)
    this.diagonal = diagonal
    this.dense = diagonal === null ? diffusion : null
    this.noiseDim = diffusion.shape[diffusion.shape.length - 1] as number
    this.factor = correlation === null ? null : correlationFactor(id, correlation, this.noiseDim)
  }

  /** σLw for w [noiseDim]. */
  apply(w: Expression): Expression {
    const correlated = this.correlate(w)
    return this.diagonal !== null ? mul(this.diagonal, correlated) : matvec(this.dense!, correlated)
  }

  /** Lw for w [noiseDim]. */
  correlate(w: Expression): Expression {
    return this.factor === null ? w : matvec(this.factorExpression(), w)
  }

  /** z = Lᵀσᵀv for v [dim]. */
  scale(v: Expression): Expression {
    const scaled = this.diagonal !== null ? mul(this.diagonal, v) : matvec(this.dense!, v, true)
    return this.factor === null ? scaled : matvec(this.factorExpression(), scaled, true)
  }

  /**
   * ∇u = σ⁻ᵀL⁻ᵀz.
   *
   * @throws UserError where σ is neither diagonal nor a constant invertible matrix
   */
  unscale(z: Expression): Expression {
    let v = z
    if (this.factor !== null) v = matvec(inverseOf(this.factor, this.noiseDim)!, v, true)
    if (this.diagonal !== null) return div(v, this.diagonal)
    const [rows, columns] = this.dense!.shape as readonly [number, number]
    const values = constantValues(this.dense!)
    const inverse = values !== null && rows === columns ? inverseOf(values, rows) : null
    if (inverse === null) {
      throw new UserError(
        `${this.id}: driver: gradU can be had from z only where diffusion is a scalar, a vector or a constant invertible matrix, got a ${values === null ? 'state-dependent' : rows === columns ? 'singular' : 'non-square'} matrix. Write the driver in terms of z = σᵀ∇u.`,
      )
    }
    return matvec(inverse, v, true)
  }

  private factorExpression(): Expression {
    return array(this.factor!, [this.noiseDim, this.noiseDim])
  }
}

/** The diagonal of a matrix that is written as one, or whose constant entries make it one; else null. */
function diagonalOf(matrix: Expression): Expression | null {
  const [rows, columns] = matrix.shape as readonly [number, number]
  if (rows !== columns) return null
  if (matrix.kind === 'diag') return matrix.args[0]
  const values = constantValues(matrix)
  if (values === null) return null
  for (let k = 0; k < values.length; k++) if (values[k] !== 0 && k % (rows + 1) !== 0) return null
  return array(
    Float64Array.from({ length: rows }, (_, i) => values[i * (rows + 1)]),
    [rows],
  )
}

function inverseOf(values: Float64Array, n: number): Expression | null {
  const inverse = invert(values, n)
  return inverse === null ? null : array(inverse, [n, n])
}

/** L with LLᵀ = ρ, or null where ρ is the identity. */
function correlationFactor(
  id: string,
  correlation: number | number[][],
  noiseDim: number,
): Float64Array | null {
  if (correlation === 0 || noiseDim === 1) return null
  if (noiseDim > MAX_CORRELATED) {
    throw new UserError(
      `${id}: correlation is kept as a matrix, for noise of at most ${MAX_CORRELATED} dimensions, got ${noiseDim}. Write common factors as further columns of diffusion instead.`,
    )
  }
  if (typeof correlation === 'number') {
    const least = -1 / (noiseDim - 1)
    if (!(correlation > least && correlation < 1)) {
      throw new UserError(
        `${id}: correlation must lie between ${least.toPrecision(3)} (= -1/(noiseDim - 1)) and 1, both excluded, got ${correlation}. Use --set or change correlation.`,
      )
    }
  }
  const matrix =
    typeof correlation === 'number' ? uniform(correlation, noiseDim) : checked(id, correlation, noiseDim)
  if (matrix.every((entry, k) => entry === (k % (noiseDim + 1) === 0 ? 1 : 0))) return null
  const factor = cholesky(matrix, noiseDim)
  if (factor === null) {
    throw new UserError(`${id}: correlation must be positive definite. Bring its entries nearer to 0.`)
  }
  return factor
}

function uniform(correlation: number, n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : correlation))
}

function checked(id: string, rows: number[][], n: number): Float64Array {
  const fail = (what: string): never => {
    throw new UserError(
      `${id}: correlation must be ${what}. Use a matrix of noiseDim = ${n} rows and columns.`,
    )
  }
  if (rows.length !== n || rows.some((row) => row.length !== n)) {
    fail(
      `a matrix[${n}×${n}], got ${rows.length} rows of ${rows.map((row) => row.length).join(', ')}`.slice(
        0,
        200,
      ),
    )
  }
  for (let i = 0; i < n; i++) {
    if (rows[i][i] !== 1) fail(`1 on its diagonal, got ${rows[i][i]} in row ${i + 1}`)
    for (let j = 0; j < i; j++) {
      if (Math.abs(rows[i][j] - rows[j][i]) > 1e-12)
        fail(`symmetric, got ${rows[i][j]} and ${rows[j][i]} at (${i + 1}, ${j + 1})`)
      if (!(Math.abs(rows[i][j]) <= 1)) fail(`between -1 and 1, got ${rows[i][j]} at (${i + 1}, ${j + 1})`)
    }
  }
  return Float64Array.from(rows.flat())
}
