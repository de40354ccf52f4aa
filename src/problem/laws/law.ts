/** What others ask of the law of X: all that follows from it is in its one file in this folder, and nobody asks which it is. */
import type { Kernels } from '../../kernels/interface.ts'

/** The weak order of a law that is exact for any step. */
export const EXACT = Number.POSITIVE_INFINITY

/** Indices of the coefficients of steps of one length; those that a law has no use for hold nothing. */
export interface StepCoefficients {
  /** [dim]: X₊ = a∘X + b + s∘ΔW, or X∘exp(b + s∘ΔW) */
  a: number
  b: number
  s: number
  /** Of X₊ = ΦX + b + LΔW, transposed: [dim×dim] and [noiseDim×dim] */
  transition: number
  spread: number
}

/** One step of the grid, for rows of paths: indices into the memory that `floats` are of. */
export interface Step {
  kernels: Kernels
  floats: Float32Array
  dim: number
  noiseDim: number
  dt: number
  coefficients: StepCoefficients
  /** What moves X, [rows×dim]: w [rows×noiseDim], mixed where the problem has a mixing. */
  noise(w: number, rows: number): number
  /** X₊ by the problem's own code. */
  move(next: number, x: number, w: number, rows: number): void
  /** vᵀ∂X₊/∂x by the problem's own code. */
  carry(at: TransportRows, rows: number): void
}

/** Indices of one step's rows: v, x, xNext and what is written [rows×dim]; w [rows×noiseDim]. */
export interface TransportRows {
  v: number
  x: number
  xNext: number
  w: number
  transported: number
}

export interface Law {
  /** As `check` tells it. */
  readonly title: string
  /** Each component by itself and exactly over any time; null where X has no such law. */
  readonly components: ComponentLaw | null
  /** Whether the coefficients of a step are matrices. */
  readonly hasMatrices: boolean
  /** The coefficients of steps of length dt, with rows padded. */
  write(floats: Float32Array, at: StepCoefficients, dt: number): void
  /** X₊ [rows×dim] from X and ΔW. */
  advance(step: Step, next: number, x: number, w: number, rows: number): void
  /** v ↦ vᵀ ∂X₊/∂X, the noise held. */
  transport(step: Step, at: TransportRows, rows: number): void
}

/** dX = drift dt + diffusion dW, [dim] */
export interface Constants {
  drift: Float64Array
  diffusion: Float64Array
}

/** X_t = `of(x, ξ)`, ξ being X_t from `origin`. */
export interface Translation {
  origin: number
  of(x: number, xi: number): number
}

/**
 * A law that is exact over any time and moves each component by itself, by noise with a constant coefficient in some
 * coordinate of it. What is written here is so where that is x itself and moves with its start; a law overrides what differs.
 */
export abstract class ComponentLaw implements Law {
  abstract readonly title: string
  readonly components: this = this
  readonly hasMatrices: boolean = false
  /** X_t from x and a ξ that does not depend on x; null where there is none. Then ∂X_t/∂x cancels against σ: σᵀ∇u is carried as it is. */
  readonly translation: Translation | null = null
  readonly diffusion: Float64Array

  constructor({ diffusion }: { diffusion: Float64Array }) {
    this.diffusion = diffusion
  }

  /** X_τ of component i from x, b = σᵢ times noise of variance τ. */
  abstract after(i: number, x: number, b: number, tau: number): number

  /** a, b and s of component i. */
  abstract coefficients(i: number, dt: number): [number, number, number]

  /** How the logarithm of a positive X moves; null where the noise of X itself has constant coefficients. */
  get logarithm(): Constants | null {
    return null
  }

  abstract transport(step: Step, at: TransportRows, rows: number): void

  /** κ of ∂X_t/∂x = e^{κt}, but for what cancels against σ. */
  rate(_i: number): number {
    return 0
  }

  /** Deviation of what the noise adds to X over τ, over that of σW. */
  spread(_i: number, _tau: number): number {
    return 1
  }

  /** The factor and the term that move x by a distance along its coordinate. */
  along(distance: number): [factor: number, term: number] {
    return [1, distance]
  }

  /** How far x moves by a unit along its coordinate. */
  scale(_x: number): number {
    return 1
  }

  /** From x to x + δ, along its coordinate. */
  distance(_x: number, delta: number): number {
    return delta
  }

  write(floats: Float32Array, at: StepCoefficients, dt: number): void {
    for (let i = 0; i < this.diffusion.length; i++) {
      const [a, b, s] = this.coefficients(i, dt)
      floats[at.a + i] = a
      floats[at.b + i] = b
      floats[at.s + i] = s
    }
  }

  advance(step: Step, next: number, x: number, w: number, rows: number): void {
    const { a, b, s } = step.coefficients
    step.kernels.affineStep(next, x, step.noise(w, rows), a, b, s, rows, step.dim)
  }
}
