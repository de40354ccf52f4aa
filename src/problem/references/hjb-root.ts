import { logIntegralExp } from '../../statistics/log-integral.ts'
import type { Reference } from '../definition.ts'

/**
 * u(0,0) = −ln E exp(−‖√(2T) ξ‖^½) for ∂u/∂t + Δu − ‖∇u‖² = 0, u(T,x) = ‖x‖^½, by Cole–Hopf.
 *
 * r = ‖√(2T) ξ‖ has a density proportional to r^{d−1} e^{−r²/(4T)}; the mean is a ratio of two integrals over
 * v = ln r. Relative accuracy about 1e-12.
 *
 * @returns null away from the origin, where the radial density is another.
 */
export function rootHjbValue(dim: number, horizon: number, x0: readonly number[]): Reference | null {
  if (x0.some((component) => component !== 0)) return null
  const logDensity = (v: number) => dim * v - Math.exp(2 * v) / (4 * horizon)
  // The density in v peaks at r² = 2dT; at both ends, even with e^{−√r}, it is below e^{−50} of its peak.
  const peak = 0.5 * Math.log(2 * dim * horizon)
  const from = peak - 1 - (60 + Math.exp(peak / 2)) / dim - 8 / Math.sqrt(dim)
  const to = peak + 3
  const logMass = logIntegralExp(logDensity, from, to)
  const logMean = logIntegralExp((v) => logDensity(v) - Math.exp(v / 2), from, to)
  return { value: logMass - logMean, source: 'quadrature of the Cole–Hopf formula' }
}
