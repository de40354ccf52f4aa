/** σ(t,x), the root R of the noise's correlation, and what both do to gradients: z = Rᵀσᵀ∇u with RRᵀ = ρ. */
import { UserError } from '../errors/errors.ts'
import { concat, constantValues, div, element, mul, variable } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { matvec } from '../formulas/linear.ts'
import { type CorrelationRoot, correlationRoot } from './correlation.ts'
import { unscaled } from './inverse.ts'

export class Noise {
  readonly id: string
  /** σ as a vector [dim] where it is diagonal, else null. */
  readonly diagonal: Expression | null
  /** σ as a matrix [dim × noiseDim] where it is not diagonal, else null. */
  readonly dense: Expression | null
  /** R; null where the noise is independent. */
  readonly root: CorrelationRoot | null
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
    this.root = correlation === null ? null : correlationRoot(id, correlation, this.noiseDim)
  }

  /** σRw for w [noiseDim]. */
  apply(w: Expression): Expression {
    const correlated = this.root === null ? w : this.root.apply(w)
    return this.diagonal !== null ? mul(this.diagonal, correlated) : matvec(this.dense!, correlated)
  }

  /** z = Rᵀσᵀv for v [dim]. */
  scale(v: Expression): Expression {
    const scaled = this.diagonal !== null ? mul(this.diagonal, v) : matvec(this.dense!, v, true)
    return this.root === null ? scaled : this.root.applyTransposed(scaled)
  }

  /** Whether every state has noise of its own, as far as constants tell; formulas in a matrix beside its diagonal do not. */
  get reachesAll(): boolean {
    if (this.diagonal !== null) return !(constantValues(this.diagonal)?.includes(0) ?? hasZero(this.diagonal))
    const { shape } = this.dense!
    const isKnown = constantValues(this.dense!) !== null && shape[0] === shape[1]
    return isKnown && this.findUnscaled(variable('z', [this.noiseDim])) !== null
  }

  /**
   * ∇u = σ⁻ᵀR⁻ᵀz.
   *
   * @throws UserError where σ is not diagonal and its formulas show no inverse
   */
  unscale(z: Expression): Expression {
    const found = this.findUnscaled(z)
    if (found !== null) return found
    const [rows, columns] = this.dense!.shape as readonly [number, number]
    const isConstant = constantValues(this.dense!) !== null
    const kind = columns < rows ? 'narrow' : isConstant ? 'singular' : 'large state-dependent'
    throw new UserError(
      `${this.id}: driver: gradU can be had from z only where diffusion is a scalar, a vector or a matrix whose formulas show an inverse, got a ${kind} matrix. Write the driver in terms of z = σᵀ∇u.`,
    )
  }

  /** The same, null where σ has no inverse that its formulas show. */
  findUnscaled(z: Expression): Expression | null {
    const v = this.root === null ? z : this.root.applyInverseTransposed(z)
    return this.diagonal !== null ? div(v, this.diagonal) : unscaled(this.dense!, v)
  }
}

/** The diagonal of a matrix that is written as one, or whose other entries are 0; else null. */
function diagonalOf(matrix: Expression): Expression | null {
  const [rows, columns] = matrix.shape as readonly [number, number]
  if (rows !== columns) return null
  if (matrix.kind === 'diag') return matrix.args[0]
  const values = constantValues(matrix)
  const entry = (k: number) => values?.[k] ?? constantValues(element(matrix, k))?.[0]
  for (let k = 0; k < rows * columns; k++) if (k % (rows + 1) !== 0 && entry(k) !== 0) return null
  return concat(Array.from({ length: rows }, (_, i) => element(matrix, i * (rows + 1))))
}

function hasZero(diagonal: Expression): boolean {
  return Array.from({ length: diagonal.shape[0]! }, (_, i) => element(diagonal, i)).some(
    (entry) => constantValues(entry)?.[0] === 0,
  )
}
