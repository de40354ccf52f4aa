/** The closed-loop Nash equilibrium of inter-bank lending of Carmona, Fouque and Sun (2015), η and μ by Runge–Kutta of order 4. */
import type { Reference, Settings } from '../../problem/definition.ts'

interface SystemicSettings extends Settings {
  reversion: number
  q: number
  epsilon: number
  c: number
  rho: number
  sigma: number
}

/** η' = 2(a+q)η + (1 − N⁻²)η² − (ε − q²), η_T = c; μ' = −½σ²(1 − ρ²)(1 − 1/N)η, μ_T = 0. */
export function systemicCoefficients(settings: SystemicSettings, steps = 1000): { eta: number; mu: number } {
  const { dim: n, horizon, reversion, q, epsilon, c, rho, sigma } = settings
  const slope = (eta: number) => 2 * (reversion + q) * eta + (1 - 1 / n ** 2) * eta * eta - (epsilon - q * q)
  const growth = 0.5 * sigma * sigma * (1 - rho * rho) * (1 - 1 / n)
  const h = horizon / steps
  let [eta, mu] = [c, 0]
  for (let k = 0; k < steps; k++) {
    const k1 = slope(eta)
    const k2 = slope(eta - (h / 2) * k1)
    const k3 = slope(eta - (h / 2) * k2)
    const k4 = slope(eta - h * k3)
    const next = eta - (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
    const middle = (eta + next) / 2 + (h / 8) * (k1 - slope(next)) * -1
    mu += growth * (h / 6) * (eta + 4 * middle + next)
    eta = next
  }
  return { eta, mu }
}

/** V¹ = ½η(X̄ − x¹)² + μ. */
export function systemicValue(settings: SystemicSettings, x0: readonly number[]): Reference {
  const { eta, mu } = systemicCoefficients(settings)
  const mean = x0.reduce((sum, x) => sum + x, 0) / x0.length
  return {
    value: 0.5 * eta * (mean - x0[0]) ** 2 + mu,
    source:
      'Carmona, Fouque, Sun (2015): Riccati equation of the closed-loop equilibrium, Runge–Kutta of order 4',
  }
}

/** √(1−ρ²)σ for each bank's own noise, ρσ for the common one: [N × (N+1)]. */
export function systemicNoise({ dim: n, rho, sigma }: SystemicSettings): { noise: number[][] } {
  return {
    noise: Array.from({ length: n }, (_, i) =>
      Array.from(
        { length: n + 1 },
        (_, j) => sigma * (j === n ? rho : i === j ? Math.sqrt(1 - rho * rho) : 0),
      ),
    ),
  }
}
