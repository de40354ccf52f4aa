/**
 * Merton's investment and consumption over a finite horizon, utility e^{−ρt} c^γ/γ of consumption and e^{−ρT} x^γ/γ of what is left:
 * V = x^γ/γ · h(0)^{1−γ}, h′ = νh − 1, h(T) = 1, ν = (ρ − γ(r + (μ − r)²/(2(1−γ)σ²)))/(1−γ); of wealth c = 1/h(t) is consumed, and
 * (μ − r)/((1−γ)σ²) invested.
 */
import type { Reference, Settings } from '../../problem/definition.ts'

interface ConsumptionSettings extends Settings {
  horizon: number
  rate: number
  premium: number
  volatility: number
  gamma: number
  impatience: number
}

/** V(0, x0), x0 the logarithm of wealth; the bounds of the page must not bind. */
export function consumptionValue(settings: ConsumptionSettings, [x0]: readonly number[]): Reference | null {
  const { horizon, rate, premium, volatility, gamma, impatience } = settings
  if (gamma >= 1 || gamma === 0) return null
  const risk = 1 - gamma
  const growth = rate + premium ** 2 / (2 * risk * volatility ** 2)
  const nu = (impatience - gamma * growth) / risk
  const h = nu === 0 ? 1 + horizon : 1 / nu + (1 - 1 / nu) * Math.exp(-nu * horizon)
  return {
    value: (Math.exp(gamma * x0) / gamma) * h ** risk,
    source: 'Closed form: Merton (1969), finite horizon, with a bequest',
  }
}
