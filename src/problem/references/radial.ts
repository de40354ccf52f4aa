import { type Factorization, factorize, solveFactorized } from '../../statistics/linear-system.ts'
import type { Reference, ReferenceFunction } from '../definition.ts'

export interface RadialEquation {
  /** f(y) */
  driver: (y: number) => number
  /** f′(y) */
  driverDy: (y: number) => number
}

/**
 * u(0,x0) for ∂u/∂t + Δu + f(u) = 0 with u(T,x) = 1/(2 + 0.4‖x‖²), for any dimension, horizon and start.
 *
 * The solution is radial. With s = ‖x‖² the Laplacian is 4s ∂ₛₛ + 2d ∂ₛ, and in q = s/(s + c) ∈ [0,1] the solution
 * is analytic up to both ends, where the equation needs no boundary values: Chebyshev collocation in q, linearly
 * implicit Euler steps in time with extrapolation. Two resolutions must agree to 1e-8, else null is returned.
 */
export function radialReference(equation: RadialEquation): ReferenceFunction {
  return ({ dim, horizon }, x0): Reference | null => {
    const squaredNorm = x0.reduce((sum, component) => sum + component * component, 0)
    const steps = Math.ceil(12 * Math.max(1, horizon))
    if (steps > 1000) return null
    const coarse = radialValue(equation, dim, horizon, squaredNorm, { nodes: 48, steps })
    const value = radialValue(equation, dim, horizon, squaredNorm, {
      nodes: 64,
      steps: Math.ceil(1.5 * steps),
    })
    if (!(Math.abs(value - coarse) <= 1e-8 * Math.abs(value))) return null
    return { value, source: 'radial reduction, Chebyshev collocation (two resolutions agree to 1e-8)' }
  }
}

function radialValue(
  equation: RadialEquation,
  dim: number,
  horizon: number,
  squaredNorm: number,
  resolution: { nodes: number; steps: number },
): number {
  const n = resolution.nodes
  // u(T,·) has its pole at s = −5 and diffuses to about −5 − 2dT: between the two, c keeps both far from [0,1].
  const c = Math.sqrt(5 * (5 + 2 * dim * horizon))
  const q = Array.from({ length: n }, (_, k) => 0.5 - 0.5 * Math.cos((Math.PI * k) / (n - 1)))
  const laplacian = radialLaplacian(q, c, dim)
  let u = Float64Array.from(q, (qk) => (qk === 1 ? 0 : 1 / (2 + (0.4 * c * qk) / (1 - qk))))
  const dt = horizon / resolution.steps
  for (let step = 0; step < resolution.steps; step++) u = extrapolatedStep(equation, laplacian, u, dt)
  return interpolate(q, u, squaredNorm / (squaredNorm + c))
}

/** 4s ∂ₛₛ + 2d ∂ₛ at the nodes, row-major [n][n], by s = cq/(1−q). */
function radialLaplacian(q: number[], c: number, dim: number): Float64Array {
  const n = q.length
  const first = differentiationMatrix(q)
  const laplacian = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const p = 1 - q[i]
    const second = (4 * q[i] * p ** 3) / c
    const slope = ((2 * dim - 8 * q[i]) * p * p) / c
    for (let j = 0; j < n; j++) {
      let squared = 0
      for (let k = 0; k < n; k++) squared += first[i * n + k] * first[k * n + j]
      laplacian[i * n + j] = second * squared + slope * first[i * n + j]
    }
  }
  return laplacian
}

/** d/dq of the interpolating polynomial through Chebyshev points (Trefethen 2000, ch. 6), row-major [n][n]. */
function differentiationMatrix(q: number[]): Float64Array {
  const n = q.length
  const matrix = new Float64Array(n * n)
  const weight = (k: number) => (k === 0 || k === n - 1 ? 2 : 1) * (k % 2 === 0 ? 1 : -1)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue
      matrix[i * n + j] = weight(i) / weight(j) / (q[i] - q[j])
      // Rows sum to zero: the derivative of a constant. More accurate than the closed form.
      matrix[i * n + i] -= matrix[i * n + j]
    }
  }
  return matrix
}

/** One step of du/dτ = Lu + f(u) by linearly implicit Euler with 1…8 substeps, extrapolated (Deuflhard 1985). */
function extrapolatedStep(
  equation: RadialEquation,
  laplacian: Float64Array,
  u: Float64Array<ArrayBuffer>,
  dt: number,
): Float64Array<ArrayBuffer> {
  const n = u.length
  const order = 8
  let row: Float64Array<ArrayBuffer>[] = []
  for (let j = 1; j <= order; j++) {
    const h = dt / j
    const system = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) system[i * n + k] = -h * laplacian[i * n + k]
      system[i * n + i] += 1 - h * equation.driverDy(u[i])
    }
    const factorization = factorize(system, n)
    let v = u.slice()
    for (let substep = 0; substep < j; substep++)
      v = linearlyImplicitStep(equation, laplacian, factorization, v, h)
    const next = [v]
    for (let k = 1; k < j; k++) {
      const ratio = j / (j - k) - 1
      next.push(next[k - 1].map((value, i) => value + (value - row[k - 1][i]) / ratio))
    }
    row = next
  }
  return row[order - 1]
}

function linearlyImplicitStep(
  equation: RadialEquation,
  laplacian: Float64Array,
  factorization: Factorization,
  u: Float64Array<ArrayBuffer>,
  h: number,
): Float64Array<ArrayBuffer> {
  const n = u.length
  const rate = u.map((value, i) => {
    let sum = equation.driver(value)
    for (let k = 0; k < n; k++) sum += laplacian[i * n + k] * u[k]
    return h * sum
  })
  solveFactorized(factorization, rate)
  return u.map((value, i) => value + rate[i])
}

/** The polynomial through the Chebyshev nodes, barycentric. */
function interpolate(q: number[], u: Float64Array, at: number): number {
  let numerator = 0
  let denominator = 0
  for (let k = 0; k < q.length; k++) {
    if (at === q[k]) return u[k]
    const weight = ((k === 0 || k === q.length - 1 ? 0.5 : 1) * (k % 2 === 0 ? 1 : -1)) / (at - q[k])
    numerator += weight * u[k]
    denominator += weight
  }
  return numerator / denominator
}
