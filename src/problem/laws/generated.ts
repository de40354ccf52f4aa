/** Steps that the problem's own code takes; see `motions/` for how they are made from the formulas. */
import type { Law, Step, TransportRows } from './law.ts'

/**
 * `integrated`: linear or geometric with coefficients of t, integrated over the step; `splitting`: flows of drift and noise in
 * turn; `euler`: X + μΔt + σΔW; `milstein` adds ½σᵢ∂ᵢσᵢ(ΔWᵢ²−Δt) for diagonal noise.
 */
export interface GeneratedDynamics {
  kind: keyof typeof TITLES
}

const TITLES = {
  integrated: 'coefficients of t, integrated over each step',
  splitting: 'flows of drift and noise in turn (Strang splitting)',
  milstein: 'Milstein scheme: strong order 1',
  euler: 'Euler–Maruyama scheme: strong order ½',
}

export class GeneratedLaw implements Law {
  readonly title: string
  readonly components = null
  readonly hasMatrices = false

  constructor({ kind }: GeneratedDynamics) {
    this.title = TITLES[kind]
  }

  write(): void {}

  advance(step: Step, next: number, x: number, w: number, rows: number): void {
    step.move(next, x, w, rows)
  }

  transport(step: Step, at: TransportRows, rows: number): void {
    step.carry(at, rows)
  }
}
