/** Between Z = σᵀ∇u and ∇u. */
import { pointwise } from '../formulas/bind.ts'
import { factorize, solveFactorized } from '../statistics/linear-system.ts'
import type { CompiledProblem } from './compiled.ts'

/**
 * ∇u [dim] at (t, x) from Z [noiseDim] = σ(t,x)ᵀ∇u.
 *
 * Diagonal σ: componentwise. Else by elimination, of σᵀ itself where it is square, of σσᵀ where there are more noises
 * than components. Cost dim³/3 where σ is not diagonal.
 *
 * @returns null in components that the noise does not reach: all of them where a dense σ has no inverse
 */
export function gradientFromScaled(
  problem: CompiledProblem,
  x: Float64Array,
  z: Float64Array,
  t = 0,
): (number | null)[] {
  const { dim, noiseDim, hasDiagonalNoise } = problem
  const scale = pointwise(problem.functions.scaleGradient)
  if (hasDiagonalNoise) {
    const { z: diagonal } = scale(t, { x, v: new Float64Array(dim).fill(1) })
    return Array.from(z, (value, i) => (diagonal[i] === 0 ? null : value / diagonal[i]))
  }
  const unknown = Array.from({ length: dim }, () => null)
  if (noiseDim < dim) return unknown
  // σ(t,x) [dim × noiseDim]: row i is σᵀeᵢ.
  const sigma = new Float64Array(dim * noiseDim)
  for (let i = 0; i < dim; i++) {
    const unit = Float64Array.from({ length: dim }, (_, j) => (j === i ? 1 : 0))
    sigma.set(scale(t, { x, v: unit }).z, i * noiseDim)
  }
  const { matrix, right } = noiseDim === dim ? transposed(sigma, z, dim) : normal(sigma, z, dim, noiseDim)
  const factorization = factorize(matrix, dim)
  if (factorization.isSingular) return unknown
  solveFactorized(factorization, right)
  return right.every(Number.isFinite) ? [...right] : unknown
}

interface System {
  matrix: Float64Array
  right: Float64Array
}

/** σᵀ∇u = z */
function transposed(sigma: Float64Array, z: Float64Array, n: number): System {
  return { matrix: sigma.map((_, k) => sigma[(k % n) * n + Math.floor(k / n)]), right: z.slice(0, n) }
}

/** σσᵀ∇u = σz */
function normal(sigma: Float64Array, z: Float64Array, dim: number, noiseDim: number): System {
  const product = (row: number, other: (j: number) => number) => {
    let sum = 0
    for (let j = 0; j < noiseDim; j++) sum += sigma[row * noiseDim + j] * other(j)
    return sum
  }
  const matrix = Float64Array.from({ length: dim * dim }, (_, k) =>
    product(Math.floor(k / dim), (j) => sigma[(k % dim) * noiseDim + j]),
  )
  return { matrix, right: Float64Array.from({ length: dim }, (_, i) => product(i, (j) => z[j])) }
}
