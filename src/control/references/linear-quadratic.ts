/**
 * The linear–quadratic regulator in general, dX = (AX + Ba) dt + Σ dW, cost ∫ XᵀQX + r|a|² dt + X_TᵀGX_T: V = xᵀP(t)x + ∫ₜᵀ tr ΣΣᵀP ds with
 * Riccati's equation solved by the exponential of its Hamiltonian matrix (Davison, Maki, 1973): exact from node to node, however stiff
 * the plant is; the integral by Simpson's rule.
 */
import type { Reference } from '../../problem/definition.ts'
import { invert, multiplyMatrices, symmetricPart } from './matrices.ts'

export interface LinearQuadratic {
  dim: number
  /** Row-major: A, BBᵀ/r, Q and G [dim × dim]. */
  drift: Float64Array
  effort: Float64Array
  running: Float64Array
  terminal: Float64Array
  /** The diagonal of ΣΣᵀ [dim]. */
  noise: Float64Array
}

const TAYLOR = 16

/** V(0, x0), with an even number of `steps`. */
export function linearQuadraticValue(
  problem: LinearQuadratic,
  horizon: number,
  x0: readonly number[],
  steps = 40,
): Reference {
  const { dim, noise, terminal } = problem
  const carry = exponential(hamiltonian(problem, -horizon / steps), 2 * dim)
  const trace = (p: Float64Array) => noise.reduce((sum, entry, i) => sum + entry * p[i * (dim + 1)], 0)
  let p = terminal
  let integral = trace(p)
  for (let n = 1; n <= steps; n++) {
    p = carried(carry, p, dim)
    integral += (n === steps ? 1 : n % 2 === 1 ? 4 : 2) * trace(p)
  }
  let value = (integral * horizon) / steps / 3
  for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) value += x0[i] * p[i * dim + j] * x0[j]
  return { value, source: `Riccati equation by the exponential of its Hamiltonian matrix, ${steps} steps` }
}

/** h·[A, −BBᵀ/r; −Q, −Aᵀ]. */
function hamiltonian({ dim, drift, effort, running }: LinearQuadratic, h: number): Float64Array {
  const n = 2 * dim
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < dim; j++) {
      matrix[i * n + j] = h * drift[i * dim + j]
      matrix[i * n + dim + j] = -h * effort[i * dim + j]
      matrix[(dim + i) * n + j] = -h * running[i * dim + j]
      matrix[(dim + i) * n + dim + j] = -h * drift[j * dim + i]
    }
  }
  return matrix
}

/** P one step earlier: (X, Y) = carry·(I, P), P = YX⁻¹. */
function carried(carry: Float64Array, p: Float64Array, dim: number): Float64Array {
  const n = 2 * dim
  const block = (top: number, left: number) =>
    Float64Array.from(
      { length: dim * dim },
      (_, k) => carry[(top * dim + Math.floor(k / dim)) * n + left * dim + (k % dim)],
    )
  const sum = (a: Float64Array, b: Float64Array) => a.map((entry, k) => entry + b[k])
  const x = sum(block(0, 0), multiplyMatrices(block(0, 1), p, dim))
  const y = sum(block(1, 0), multiplyMatrices(block(1, 1), p, dim))
  return symmetricPart(multiplyMatrices(y, invert(x, dim), dim), dim)
}

/** By Taylor's series of a 2⁻ᵏth of the matrix, squared k times. */
function exponential(matrix: Float64Array, n: number): Float64Array {
  let norm = 0
  for (let i = 0; i < n; i++) {
    let row = 0
    for (let j = 0; j < n; j++) row += Math.abs(matrix[i * n + j])
    norm = Math.max(norm, row)
  }
  const halvings = Math.max(0, Math.ceil(Math.log2(norm)) + 2)
  const small = matrix.map((entry) => entry / 2 ** halvings)
  let term: Float64Array = Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0))
  let result = term
  for (let k = 1; k <= TAYLOR; k++) {
    term = multiplyMatrices(term, small, n).map((entry) => entry / k)
    const own = term
    result = result.map((entry, i) => entry + own[i])
  }
  for (let k = 0; k < halvings; k++) result = multiplyMatrices(result, result, n)
  return result
}
