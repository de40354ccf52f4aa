/**
 * Merton's consumption with a habit h, h′ = βc − δh, whose utility is that of what is consumed beyond it, ĉ = c − h: keeping the habit up until T
 * costs A(t)h, A(t) = (e^{κ(T−t)} − 1)/κ, κ = β − δ − r, and ĉ costs its price p = 1 + βA besides. In wealth beyond A(t)h the problem is one with
 * consumption at the price p(t) (Constantinides, 1990; Sundaresan, 1989), whose market is complete:
 *
 *     V = x^γ/γ · G^{1−γ},   G = ∫ p^{1−q} e^{−ρqt} E[ξ_t^{1−q}] dt + e^{−ρqT} E[ξ_T^{1−q}],   q = 1/(1−γ), ξ the state price density.
 */
import type { Reference, Settings } from '../../problem/definition.ts'

interface HabitSettings extends Settings {
  horizon: number
  rate: number
  premium: number
  volatility: number
  gamma: number
  impatience: number
  strength: number
  fading: number
}

const INTERVALS = 2000

/** V(0, x0), x0 the logarithm of wealth beyond the habit's price, and the habit; the bounds of the page must not bind. */
export function habitValue(settings: HabitSettings, [x0]: readonly number[]): Reference | null {
  const { horizon, rate, premium, volatility, gamma, impatience, strength, fading } = settings
  if (gamma >= 1 || gamma === 0) return null
  const q = 1 / (1 - gamma)
  const power = 1 - q
  const risk = premium / volatility
  const drag = strength - fading - rate
  /** e^{−ρqt} E[ξ_t^{1−q}] */
  const weight = (t: number) =>
    Math.exp(t * (-impatience * q - power * rate + 0.5 * power * (power - 1) * risk ** 2))
  const price = (t: number) => {
    const left = horizon - t
    return 1 + strength * (drag === 0 ? left : Math.expm1(drag * left) / drag)
  }
  let integral = 0
  for (let k = 0; k <= INTERVALS; k++) {
    const t = (horizon * k) / INTERVALS
    const simpson = k === 0 || k === INTERVALS ? 1 : k % 2 === 1 ? 4 : 2
    integral += (simpson * horizon * price(t) ** power * weight(t)) / (3 * INTERVALS)
  }
  return {
    value: (Math.exp(gamma * x0) / gamma) * (integral + weight(horizon)) ** (1 - gamma),
    source: 'Closed form: complete market, habit after Constantinides (1990)',
  }
}
