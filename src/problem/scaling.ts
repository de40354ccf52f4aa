/** Between Z = σᵀ∇u and ∇u. */
import { loadBatchFunction } from '../formulas/load.ts'
import type { CompiledProblem } from './compiled.ts'

/**
 * ∇u [dim] at (0, x) from Z [noiseDim], for σ(0,x) diagonal; null in components that the noise does not reach, and
 * everywhere where σ mixes components and is not square.
 */
export function gradientFromScaled(problem: CompiledProblem, x: Float64Array, z: Float64Array): (number | null)[] {
  const { dim, noiseDim } = problem
  const scale = loadBatchFunction(problem.functions.scaleGradient.source)
  const v = new Float64Array(dim)
  const column = new Float64Array(noiseDim)
  const apply = (from: Float64Array) => scale(1, 0, x, 0, dim, from, 0, dim, column, 0, noiseDim)
  if (dim !== noiseDim) return Array.from({ length: dim }, () => null)
  v.fill(1)
  apply(v)
  const diagonal = Float64Array.from(column)
  return Array.from(z, (value, i) => (diagonal[i] === 0 ? null : value / diagonal[i]))
}
