/** dX = (rate∘X + level) dt + diffusion dW */
import { rowAt } from '../../memory/rows.ts'
import { ComponentLaw, type Step, type TransportRows } from './law.ts'

/** [dim] */
export interface OrnsteinUhlenbeckDynamics {
  kind: 'ornstein-uhlenbeck'
  rate: Float64Array
  level: Float64Array
  diffusion: Float64Array
}

export class OrnsteinUhlenbeckLaw extends ComponentLaw {
  readonly title = 'Ornstein–Uhlenbeck process'
  readonly #rate: Float64Array
  readonly #level: Float64Array

  constructor(dynamics: OrnsteinUhlenbeckDynamics) {
    super(dynamics)
    this.#rate = dynamics.rate
    this.#level = dynamics.level
  }

  after(i: number, x: number, b: number, tau: number): number {
    const rate = this.#rate[i]
    const growth = rate === 0 ? tau : Math.expm1(rate * tau) / rate
    return x * Math.exp(rate * tau) + this.#level[i] * growth + b * this.spread(i, tau)
  }

  coefficients(i: number, dt: number): [number, number, number] {
    const [rate, level, sigma] = [this.#rate[i], this.#level[i], this.diffusion[i]]
    if (Math.abs(rate * dt) < 1e-9) return [1 + rate * dt, level * dt, sigma]
    // The law of X₊ is exact; ΔW stands for the stochastic integral, scaled to its variance.
    const variance = Math.expm1(2 * rate * dt) / (2 * rate)
    return [Math.exp(rate * dt), (level * Math.expm1(rate * dt)) / rate, sigma * Math.sqrt(variance / dt)]
  }

  override rate(i: number): number {
    return this.#rate[i]
  }

  /** Deviation of ∫e^{κ(τ−s)}dW over that of W. */
  override spread(i: number, tau: number): number {
    const rate = this.#rate[i]
    return rate === 0 ? 1 : Math.sqrt(Math.expm1(2 * rate * tau) / (2 * rate * tau))
  }

  transport({ floats, dt }: Step, { v, transported }: TransportRows, rows: number): void {
    const decay = this.#rate.map((rate) => Math.exp(rate * dt))
    const columns = decay.length
    for (let r = 0; r < rows; r++) {
      const [from, to] = [rowAt(v, r, columns), rowAt(transported, r, columns)]
      for (let i = 0; i < decay.length; i++) floats[to + i] = decay[i] * floats[from + i]
    }
  }
}
