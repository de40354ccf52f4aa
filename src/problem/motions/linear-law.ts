/** Moments of dX = (KX + k)dt + S dW over one step: X₊ = ΦX + b + LΔW. */
import { multiply } from '../../formulas/linear.ts'
import { cholesky, invert } from '../../statistics/linear-system.ts'

/** Row-major: Φ [dim × dim], b [dim], L [dim × noiseDim]. */
export interface LinearStep {
  transition: Float64Array
  shift: Float64Array
  spread: Float64Array
  /** Whether the law of X₊ is exact: ΔW has as many dimensions as the noise of X₊. */
  isExact: boolean
}

/** Terms of the power series, for steps short enough that they fall to rounding. */
const TERMS = 14
const SHORT = 0.25

/**
 * Exact but for rounding, by series over a step so short that they converge fast, and doublings from there (Van Loan 1978,
 * doi:10.1109/TAC.1978.1101743).
 *
 * ΔW stands for ∫e^(K(t₊−s))S dW: as its mean given ΔW, stretched to the covariance that it has, where ΔW has as many dimensions as
 * X; else as that mean alone, whose covariance lacks a term of order Δt³.
 *
 * @param matrix K [dim × dim]
 * @param noise S [dim × noiseDim]
 */
export function linearStep(
  matrix: Float64Array,
  level: Float64Array,
  noise: Float64Array,
  dt: number,
): LinearStep {
  const d = level.length
  const m = noise.length / d
  const norm = rowNorm(matrix, d)
  const doublings = Math.max(0, Math.ceil(Math.log2((norm * dt) / SHORT)))
  const short = dt / 2 ** doublings
  const rate = matrix.map((value) => value * short)
  const squared = multiply(noise, transposed(noise, d, m), d, m, d)
  // Φ = ΣKʲ/j!, its integral ΣKʲ/(j+1)!, and Q = ΣQⱼ with Qⱼ₊₁ = (KQⱼ + QⱼKᵀ)/(j+1), all in units of the short step.
  let power = identity(d)
  const phi = power.slice()
  const mean = power.slice()
  let term = squared.map((value) => value * short)
  const covariance = term.slice()
  for (let j = 1; j <= TERMS; j++) {
    power = multiply(rate, power, d, d, d).map((value) => value / j)
    addTo(phi, power, 1)
    addTo(mean, power, 1 / (j + 1))
    const half = multiply(rate, term, d, d, d)
    term = half.map((value, k) => (value + half[(k % d) * d + Math.floor(k / d)]) / (j + 1))
    addTo(covariance, term, 1)
  }
  const state = { phi, mean: mean.map((value) => value * short), covariance }
  for (let k = 0; k < doublings; k++) double(state, d)
  const direct = multiply(state.mean, noise, d, d, m).map((value) => value / dt)
  const shift = multiply(state.mean, level, d, d, 1)
  const stretched = m < d ? null : stretch(direct, state.covariance, d, m, dt)
  return { transition: state.phi, shift, spread: stretched ?? direct, isExact: stretched !== null }
}

/** From a step to two of them. */
function double(state: { phi: Float64Array; mean: Float64Array; covariance: Float64Array }, d: number): void {
  const { phi, mean, covariance } = state
  const carried = multiply(multiply(phi, covariance, d, d, d), transposed(phi, d, d), d, d, d)
  state.covariance = covariance.map((value, k) => value + carried[k])
  state.mean = multiply(phi, mean, d, d, d).map((value, k) => value + mean[k])
  state.phi = multiply(phi, phi, d, d, d)
}

/** TL with the lower triangle T that makes (TL)(TL)ᵀΔt the covariance; null where L has not the rank. */
function stretch(
  direct: Float64Array,
  covariance: Float64Array,
  d: number,
  m: number,
  dt: number,
): Float64Array | null {
  const own = multiply(direct, transposed(direct, d, m), d, m, d).map((value) => value * dt)
  const [target, present] = [cholesky(covariance, d), cholesky(own, d)]
  const inverse = present && invert(present, d)
  if (target === null || inverse === null) return null
  return multiply(multiply(target, inverse, d, d, d), direct, d, d, m)
}

function rowNorm(matrix: Float64Array, d: number): number {
  let most = 0
  for (let i = 0; i < d; i++) {
    most = Math.max(
      most,
      matrix.subarray(i * d, (i + 1) * d).reduce((sum, value) => sum + Math.abs(value), 0),
    )
  }
  return most
}

function identity(d: number): Float64Array {
  return Float64Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? 1 : 0))
}

function addTo(sum: Float64Array, values: Float64Array, share: number): void {
  for (let k = 0; k < sum.length; k++) sum[k] += share * values[k]
}

function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  return a.map((_, k) => a[(k % rows) * columns + Math.floor(k / rows)])
}
