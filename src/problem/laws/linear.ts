/** dX = (matrix·X + level) dt + spread dW, whose components mix: X₊ = ΦX + b + LΔW. */

import { ACTIVATION } from '../../kernels/interface.ts'
import { rowAt } from '../../memory/rows.ts'
import { linearStep } from '../motions/linear-law.ts'
import type { Law, Step, StepCoefficients, TransportRows } from './law.ts'

/** matrix [dim × dim], level [dim] and spread [dim × noiseDim] */
export interface LinearDynamics {
  kind: 'linear'
  matrix: Float64Array
  level: Float64Array
  spread: Float64Array
}

export class LinearLaw implements Law {
  readonly title = 'linear drift and constant noise, by matrix exponentials'
  readonly components = null
  readonly hasMatrices = true
  readonly #dynamics: LinearDynamics

  constructor(dynamics: LinearDynamics) {
    this.#dynamics = dynamics
  }

  write(floats: Float32Array, at: StepCoefficients, dt: number): void {
    const { matrix, level, spread } = this.#dynamics
    const dim = level.length
    const step = linearStep(matrix, level, spread, dt)
    const write = (to: number, values: Float64Array, columns: number) => {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < columns; j++) floats[rowAt(to, j, dim) + i] = values[i * columns + j]
      }
    }
    write(at.transition, step.transition, dim)
    write(at.spread, step.spread, spread.length / dim)
    floats.set(step.shift, at.b)
  }

  advance({ kernels, coefficients, dim, noiseDim }: Step, next: number, x: number, w: number, rows: number) {
    const { b, transition, spread } = coefficients
    kernels.gemmNN(next, x, transition, rows, dim, dim, 0)
    kernels.gemmNN(next, w, spread, rows, noiseDim, dim, 1)
    kernels.biasActivation(next, b, rows, dim, ACTIVATION.identity)
  }

  /** vᵀΦ */
  transport({ floats, coefficients, dim }: Step, { v, transported }: TransportRows, rows: number): void {
    const phi = coefficients.transition
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < dim; j++) {
        let sum = 0
        for (let i = 0; i < dim; i++) sum += floats[rowAt(v, r, dim) + i] * floats[rowAt(phi, j, dim) + i]
        floats[rowAt(transported, r, dim) + j] = sum
      }
    }
  }
}
