/**
 * The linear–quadratic regulator, dX = (AX + Ba) dt + νdW, cost ∫XᵀQX + aᵀRa dt + ‖X_T‖²:
 * V = xᵀP(t)x + ν²∫ₜᵀ tr P ds, a = −R⁻¹BᵀP(t)x, −P' = AᵀP + PA − PBR⁻¹BᵀP + Q, P(T) = I.
 */
import type { Reference } from '../../problem/definition.ts'
import { invert, multiplyMatrices, symmetricPart, transposeMatrix } from './matrices.ts'

type Matrix = number[][]

/** Dense, different in every entry, moderate in size for any dimension; Q and R are positive definite. */
export function regulatorMatrices(dim: number): { A: Matrix; B: Matrix; Q: Matrix; R: Matrix } {
  const wave = (phase: number) => (i: number, j: number) =>
    Math.cos(phase * (i + 1) * (j + 2) + i) / Math.sqrt(dim)
  const make = (entry: (i: number, j: number) => number): Matrix =>
    Array.from({ length: dim }, (_, i) => Array.from({ length: dim }, (_, j) => entry(i, j)))
  const identity = (i: number, j: number) => (i === j ? 1 : 0)
  const [a, b, q, r] = [wave(1.1), wave(2.3), wave(0.7), wave(1.9)]
  // Symmetric with eigenvalues near 1 ± 0.6: the waves' spectral radius is at most about 2 before the factor.
  const near = (entry: (i: number, j: number) => number) =>
    make((i, j) => identity(i, j) + 0.15 * (entry(i, j) + entry(j, i)))
  return {
    A: make((i, j) => 0.3 * a(i, j)),
    B: make((i, j) => identity(i, j) + 0.3 * b(i, j)),
    Q: near(q),
    R: near(r),
  }
}

export interface RiccatiSolution {
  /** P(tₙ), n = 0 … steps, row-major [dim × dim]. */
  value: Float64Array[]
  /** The feedback: a = gain·x, [dim × dim]. */
  gain: Float64Array[]
  /** ∫ₜₙᵀ tr P ds. */
  trace: number[]
}

/** Runge–Kutta of order 4 backward in time, `steps` steps; cost about 12·steps·dim³. */
export function solveRiccati(dim: number, horizon: number, steps: number): RiccatiSolution {
  const { A, B, Q, R } = regulatorMatrices(dim)
  const flat = (matrix: Matrix) => Float64Array.from(matrix.flat())
  const [a, b, q] = [flat(A), flat(B), flat(Q)]
  const feedback = multiplyMatrices(invert(flat(R), dim), transposeMatrix(b, dim), dim)
  const s = multiplyMatrices(b, feedback, dim)
  const slope = (p: Float64Array) => {
    const pa = multiplyMatrices(p, a, dim)
    const psp = multiplyMatrices(p, multiplyMatrices(s, p, dim), dim)
    return symmetricPart(pa, dim).map((entry, k) => 2 * entry - psp[k] + q[k])
  }
  const moved = (p: Float64Array, h: number, k: Float64Array) => p.map((entry, i) => entry + h * k[i])
  const traceOf = (p: Float64Array) => {
    let sum = 0
    for (let i = 0; i < dim; i++) sum += p[i * (dim + 1)]
    return sum
  }
  const h = horizon / steps
  let p: Float64Array = Float64Array.from({ length: dim * dim }, (_, k) => (k % (dim + 1) === 0 ? 1 : 0))
  let integral = 0
  const value = [p]
  const trace = [0]
  for (let n = 0; n < steps; n++) {
    const k1 = slope(p)
    const k2 = slope(moved(p, h / 2, k1))
    const k3 = slope(moved(p, h / 2, k2))
    const k4 = slope(moved(p, h, k3))
    const next: Float64Array = p.map((entry, i) => entry + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]))
    // Trapezoid with the slopes at both ends (Hermite): order 4 as well.
    const ends = (h * h * (traceOf(k1) - traceOf(slope(next)))) / 12
    integral += (h / 2) * (traceOf(p) + traceOf(next)) + ends
    p = next
    value.unshift(p)
    trace.unshift(integral)
  }
  const gain = value.map((at) => multiplyMatrices(feedback, at, dim).map((entry) => -entry))
  return { value, gain, trace }
}

/** V(0, x0). */
export function regulatorValue(
  dim: number,
  horizon: number,
  noise: number,
  x0: readonly number[],
): Reference | null {
  // Beyond this the reference would take longer than the solution.
  if (dim > 200) return null
  const { value, trace } = solveRiccati(dim, horizon, 50)
  let sum = noise * noise * trace[0]
  for (let i = 0; i < dim; i++) for (let j = 0; j < dim; j++) sum += x0[i] * value[0][i * dim + j] * x0[j]
  return { value: sum, source: 'Riccati equation, Runge–Kutta of order 4 with 50 steps' }
}
