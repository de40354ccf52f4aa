/**
 * Optimal execution of a portfolio in N periods of length τ (Almgren, Chriss 2000), holdings q, trades v, qₖ = qₖ₋₁ − vₖ,
 * q_N = 0: cost Σ vᵀ(H/τ − ½P)v + λτ qₖᵀCqₖ, plus ½q₀ᵀPq₀ for the permanent impact P. The value is qᵀMₖq with
 *
 *     M_{N−1} = H̃/τ,   Mₖ = L − L(H̃/τ + L)⁻¹L,  L = λτC + Mₖ₊₁,   v = (H̃/τ + L)⁻¹Lq,   H̃ = H − ½τP.
 *
 * For one asset q_k = q₀ sinh κ(T − tₖ)/sinh κT, 2(cosh κτ − 1) = τ²λσ²/η̃.
 */
import type { Reference, Settings } from '../../problem/definition.ts'
import { cholesky } from '../../statistics/linear-system.ts'
import { invert, multiplyMatrices } from './matrices.ts'

const EXECUTION_STEPS = 10

interface ExecutionSettings extends Settings {
  temporary: number
  permanent: number
  volatility: number
  aversion: number
  correlation: number
}

/** H, P (impacts), C (covariance of the prices) and F with FFᵀ = C; assets differ in size of impact and volatility. */
export function executionMatrices(settings: ExecutionSettings): Record<'H' | 'P' | 'C' | 'F', number[][]> {
  const n = settings.dim / 2
  const { temporary, permanent, volatility, correlation } = settings
  const make = (entry: (i: number, j: number) => number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => entry(i, j)))
  const deviation = (i: number) => volatility * (1 + 0.5 * (i / n))
  const C = make((i, j) => deviation(i) * deviation(j) * (i === j ? 1 : correlation))
  const lower = cholesky(Float64Array.from(C.flat()), n)
  if (lower === null) throw new Error('the correlation must leave the covariance positive definite')
  return {
    H: make((i, j) => temporary * (i === j ? 1 + 0.3 * i : 0.1)),
    P: make((i, j) => permanent * (i === j ? 1 : 0.2)),
    C,
    F: make((i, j) => lower[i * n + j]),
  }
}

/** Holdings after each trade, [steps+1][n], and the expected cost. */
export function executionSchedule(
  settings: ExecutionSettings,
  q0: readonly number[],
  steps: number,
): { holdings: Float64Array[]; cost: number } {
  const n = settings.dim / 2
  const tau = settings.horizon / steps
  const { H, P, C } = executionMatrices(settings)
  const impact = Float64Array.from(H.flat(), (h, k) => (h - 0.5 * tau * P.flat()[k]) / tau)
  const risk = Float64Array.from(C.flat(), (c) => settings.aversion * tau * c)
  const rates: Float64Array[] = []
  let value: Float64Array = impact
  for (let k = steps - 2; k >= 0; k--) {
    const later: Float64Array = value.map((m, i) => m + risk[i])
    const share = multiplyMatrices(
      invert(
        impact.map((h, i) => h + later[i]),
        n,
      ),
      later,
      n,
    )
    rates.unshift(share)
    const product = multiplyMatrices(later, share, n)
    value = later.map((m, i) => m - product[i])
  }
  const holdings = [Float64Array.from(q0)]
  for (const share of rates) {
    const q = holdings[holdings.length - 1]
    holdings.push(
      q.map((held, i) => held - share.subarray(i * n, (i + 1) * n).reduce((s, r, j) => s + r * q[j], 0)),
    )
  }
  holdings.push(new Float64Array(n))
  const total = value.map((m, k) => m + 0.5 * P.flat()[k])
  let cost = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) cost += q0[i] * total[i * n + j] * q0[j]
  return { holdings, cost }
}

/** The expected cost from holdings and price displacements x0; displacements are sold at too, which is linear. */
export function executionValue(settings: ExecutionSettings, x0: readonly number[]): Reference {
  const n = settings.dim / 2
  const { cost } = executionSchedule(settings, x0.slice(0, n), EXECUTION_STEPS)
  const displaced = x0.slice(n).reduce((sum, s, i) => sum + s * x0[i], 0)
  return { value: cost - displaced, source: 'Almgren, Chriss (2000): matrix recursion in discrete time' }
}
