/** dX = X∘(drift dt + diffusion dW) */
import { floatsOf } from '../../memory/rows.ts'
import { ComponentLaw, type Constants, type Step, type TransportRows } from './law.ts'

/** [dim] */
export interface GeometricDynamics extends Constants {
  kind: 'geometric'
}

export class GeometricLaw extends ComponentLaw {
  readonly title = 'geometric Brownian motion'
  override readonly translation = { origin: 1, of: (x: number, xi: number) => x * xi }
  readonly #drift: Float64Array

  constructor(dynamics: GeometricDynamics) {
    super(dynamics)
    this.#drift = dynamics.drift
  }

  override get logarithm(): Constants {
    return { drift: this.#drift.map((_, i) => this.#growth(i)), diffusion: this.diffusion }
  }

  after(i: number, x: number, b: number, tau: number): number {
    return x * Math.exp(this.#growth(i) * tau + b)
  }

  coefficients(i: number, dt: number): [number, number, number] {
    return [1, this.#growth(i) * dt, this.diffusion[i]]
  }

  override along(distance: number): [factor: number, term: number] {
    return [Math.exp(distance), 0]
  }

  override scale(x: number): number {
    return x
  }

  override distance(x: number, delta: number): number {
    return Math.log1p(delta / x)
  }

  override advance(step: Step, next: number, x: number, w: number, rows: number): void {
    const { b, s } = step.coefficients
    step.kernels.geometricStep(next, x, step.noise(w, rows), b, s, rows, step.dim)
  }

  /** X₊/X; by the noise where X is 0. */
  transport(step: Step, at: TransportRows, rows: number): void {
    const { floats, dim, dt } = step
    let noise: number | null = null
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < dim; i++) {
        const k = floatsOf(r, dim) + i
        const from = floats[at.x + k]
        let factor = floats[at.xNext + k] / from
        if (from === 0) {
          noise ??= step.noise(at.w, rows)
          factor = this.after(i, 1, this.diffusion[i] * floats[noise + k], dt)
        }
        floats[at.transported + k] = factor * floats[at.v + k]
      }
    }
  }

  #growth(i: number): number {
    return this.#drift[i] - 0.5 * this.diffusion[i] * this.diffusion[i]
  }
}
