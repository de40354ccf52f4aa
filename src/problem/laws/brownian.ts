/** dX = drift dt + diffusion dW */
import { copyRows } from '../../memory/rows.ts'
import { ComponentLaw, type Constants, type Step, type TransportRows } from './law.ts'

export interface BrownianDynamics extends Constants {
  kind: 'brownian'
}

export class BrownianLaw extends ComponentLaw {
  readonly title = 'Brownian motion with constant drift and diffusion'
  override readonly translation = { origin: 0, of: (x: number, xi: number) => x + xi }
  readonly #drift: Float64Array

  constructor(dynamics: BrownianDynamics) {
    super(dynamics)
    this.#drift = dynamics.drift
  }

  after(i: number, x: number, b: number, tau: number): number {
    return x + this.#drift[i] * tau + b
  }

  coefficients(i: number, dt: number): [number, number, number] {
    return [1, this.#drift[i] * dt, this.diffusion[i]]
  }

  transport({ floats, dim }: Step, { v, transported }: TransportRows, rows: number): void {
    copyRows({ floats }, transported, v, rows, dim)
  }
}
