import { logIntegralExp } from '../../statistics/log-integral.ts'
import type { Reference } from '../definition.ts'

/**
 * u(0,x) for ∂u/∂t + Δu − λ‖∇u‖² = 0, u(T,x) = ln((1+‖x‖²)/2), d = x.length, T = `horizon`, λ ≥ 0.
 *
 * By Cole–Hopf u = −(1/λ) ln E[A^{−λ}] − ln 2 with A = 1 + ‖x + √(2T) ξ‖², and
 * A^{−λ} = (1/Γ(λ)) ∫₀^∞ s^{λ−1} e^{−sA} ds with the Gaussian moment
 * M(s) = E e^{−s(A−1)} = (1+4sT)^{−d/2} e^{−s‖x‖²/(1+4sT)}; one integral is left, taken over v = ln s.
 * Below λ = ½ the form 1 − E A^{−λ} = (λ/Γ(1+λ)) ∫ s^{λ−1} e^{−s} (1−M(s)) ds is used instead, whose tail
 * does not lengthen and whose limit λ → 0 is the heat equation. Relative accuracy about 1e-12.
 *
 * @returns null for λ < 0, where the formula does not apply.
 */
export function logarithmicHjbValue(lambda: number, horizon: number, x: readonly number[]): Reference | null {
  if (!(lambda >= 0)) return null
  const squaredNorm = x.reduce((sum, component) => sum + component * component, 0)
  const logMoment = (s: number) =>
    -0.5 * x.length * Math.log1p(4 * s * horizon) - (s * squaredNorm) / (1 + 4 * s * horizon)
  // E A falls at this rate at s = 0; it bounds how far left the mass of the integrand reaches.
  const rate = 1 + 2 * x.length * horizon + squaredNorm
  return coleHopfValue(lambda, logMoment, rate)
}

/**
 * −(1/λ) ln E[A^{−λ}] − ln 2 for a random A ≥ 1.
 *
 * @param logMoment ln E e^{−s(A−1)}
 * @param rate no less than E A
 */
export function coleHopfValue(
  lambda: number,
  logMoment: (s: number) => number,
  rate: number,
): Reference | null {
  const value = (lambda < 0.5 ? smallExponent : largeExponent)(lambda, logMoment, rate) - Math.LN2
  if (!Number.isFinite(value)) return null
  return {
    value,
    source: 'quadrature of the Cole–Hopf formula (Chassagneux, Richou 2016; Han, Jentzen, E 2018)',
  }
}

/** −(1/λ) ln E A^{−λ} = −(1/λ) (ln ∫ e^{λv − s} M(s) dv − ln Γ(λ)), s = e^v. */
function largeExponent(lambda: number, logMoment: (s: number) => number, rate: number): number {
  // Left of ln(λ / 2 rate) the exponent's slope is at least λ/2; right of ln(2λ + 200) e^{−s} has won.
  const from = Math.log(lambda / (2 * rate)) - 100 / lambda
  const to = Math.log(2 * lambda + 200)
  const logGamma = logIntegralExp((v) => lambda * v - Math.exp(v), from, to)
  const logMean = logIntegralExp((v) => lambda * v - Math.exp(v) + logMoment(Math.exp(v)), from, to)
  return (logGamma - logMean) / lambda
}

/** The same by 1 − E A^{−λ}; at λ = 0 it is ∫ e^{−s} (1 − M(s)) dv = E ln A. */
function smallExponent(lambda: number, logMoment: (s: number) => number, rate: number): number {
  const from = -Math.log(rate) - 60
  const to = Math.log(200)
  const logGamma = logIntegralExp((v) => (1 + lambda) * v - Math.exp(v), -60, to)
  const logDeficit = logIntegralExp(
    (v) => {
      const s = Math.exp(v)
      return lambda * v - s + Math.log(-Math.expm1(logMoment(s)))
    },
    from,
    to,
  )
  const deficit = Math.exp(logDeficit - logGamma)
  return lambda === 0 ? deficit : -Math.log1p(-lambda * deficit) / lambda
}
