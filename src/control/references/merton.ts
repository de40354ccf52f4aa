/**
 * Merton's portfolio of assets with constant coefficients: the best weights are constant, with or without bounds,
 * for utility x^γ/γ the maximiser of w·(μ − r) − ½(1 − γ) wᵀCw over the set, and
 * V = (x^γ/γ) exp{γT[r + that maximum]}; for −exp(−ηx), V = −exp(−ηx e^{rT} − ½‖θ‖²T).
 */
import type { Reference, Settings } from '../../problem/definition.ts'
import { cholesky } from '../../statistics/linear-system.ts'
import { invert } from './matrices.ts'

interface MarketSettings extends Settings {
  assets: number
  rate: number
  correlation: number
}

/** Excess returns m, covariance C and its factor S (SSᵀ = C): every asset another volatility and premium. */
export function market({ assets: n, correlation }: MarketSettings): {
  m: number[]
  C: number[][]
  S: number[][]
} {
  const deviation = (i: number) => 0.15 + (0.15 * i) / n
  const m = Array.from({ length: n }, (_, i) => 0.02 + (0.05 * ((i * 7) % n)) / n)
  const C = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => deviation(i) * deviation(j) * (i === j ? 1 : correlation)),
  )
  const lower = cholesky(Float64Array.from(C.flat()), n)
  if (lower === null) throw new Error('the correlation must leave the covariance positive definite')
  return { m, C, S: C.map((_, i) => Array.from(lower.subarray(i * n, (i + 1) * n))) }
}

/** C⁻¹m / risk, the weights without bounds. */
export function freeWeights(settings: MarketSettings, risk: number): number[] {
  const { m, C } = market(settings)
  const inverse = invert(Float64Array.from(C.flat()), m.length)
  return m.map((_, i) => m.reduce((sum, premium, j) => sum + inverse[i * m.length + j] * premium, 0) / risk)
}

/** The maximiser of w·m − ½risk·wᵀCw over w ≥ 0, Σw ≤ 1: projected gradient, to 1e-12 in w. */
export function budgetWeights(settings: MarketSettings, risk: number): number[] {
  const { m, C } = market(settings)
  const bound = Math.max(...C.map((row) => row.reduce((sum, c) => sum + Math.abs(c), 0)))
  let w = m.map(() => 0)
  for (let k = 0; k < 200_000; k++) {
    const moved = w.map(
      (v, i) => v + (m[i] - risk * C[i].reduce((sum, c, j) => sum + c * w[j], 0)) / (risk * bound),
    )
    const next = ontoBudget(moved)
    const change = next.reduce((most, v, i) => Math.max(most, Math.abs(v - w[i])), 0)
    w = next
    if (change < 1e-14) break
  }
  return w
}

/** The nearest point with w ≥ 0 and Σw ≤ 1. */
function ontoBudget(w: number[]): number[] {
  const positive = w.map((v) => Math.max(0, v))
  if (positive.reduce((sum, v) => sum + v, 0) <= 1) return positive
  let shift = 0
  let total = 0
  const sorted = [...w].sort((a, b) => b - a)
  for (const [k, v] of sorted.entries()) {
    total += v
    if (v > (total - 1) / (k + 1)) shift = (total - 1) / (k + 1)
  }
  return w.map((v) => Math.max(0, v - shift))
}

/** (e^{γx}/γ) exp{γT[r + w·m − ½(1 − γ)wᵀCw]}, x the logarithm of the wealth. */
export function powerValue(settings: MarketSettings & { gamma: number }, w: number[], x: number): Reference {
  const { m, C } = market(settings)
  const { gamma, rate, horizon } = settings
  const variance = w.reduce((sum, v, i) => sum + v * C[i].reduce((inner, c, j) => inner + c * w[j], 0), 0)
  const growth = rate + w.reduce((sum, v, i) => sum + v * m[i], 0) - 0.5 * (1 - gamma) * variance
  return {
    value: Math.exp(gamma * (x + horizon * growth)) / gamma,
    source: 'Merton (1969): constant weights, closed form at the best ones of the set',
  }
}

export function exponentialValue(settings: MarketSettings & { eta: number }, x: number): Reference {
  const { m } = market(settings)
  const { eta, rate, horizon } = settings
  const sharpe = freeWeights(settings, 1).reduce((sum, v, i) => sum + v * m[i], 0)
  return {
    value: -Math.exp(-eta * x * Math.exp(rate * horizon) - 0.5 * sharpe * horizon),
    source: 'Merton (1969), exponential utility, closed form',
  }
}
