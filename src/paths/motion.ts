/** Moves states over any time at once, each row its own: what the samples of multilevel Picard need. Double precision. */
import { ownRows } from '../formulas/bind.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ComponentLaw } from '../problem/laws/law.ts'
import { lawOf } from '../problem/laws/laws.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'

export class Motion {
  readonly #problem: CompiledProblem
  readonly #law: ComponentLaw | null
  readonly #step: ProblemFunctions['step']
  readonly #steps: number
  readonly #mixed: Float64Array
  readonly #state: Float64Array

  constructor(problem: CompiledProblem, step: ProblemFunctions['step'], steps: number) {
    this.#problem = problem
    this.#law = lawOf(problem.dynamics).components
    this.#step = step
    this.#steps = steps
    this.#mixed = new Float64Array(problem.dim)
    this.#state = new Float64Array(problem.dim)
  }

  /** How many independent increments X needs from t to t+tau: 1 with an exact law. */
  stepsFor(tau: number): number {
    if (this.#step === null) return 1
    return Math.max(1, Math.ceil((this.#steps * tau) / this.#problem.horizon))
  }

  /** next[dim] = X(t+tau) from x[dim] and the increment `sign`·w[noiseDim], of variance tau. Exact laws only. */
  move(
    next: Float64Array,
    at: number,
    x: Float64Array,
    from: number,
    w: Float64Array,
    wAt: number,
    sign: number,
    tau: number,
  ): void {
    const law = this.#law
    if (law === null) throw new Error('X has no exact law')
    const noise = this.#mix(w, wAt)
    for (let i = 0; i < this.#problem.dim; i++) {
      next[at + i] = law.after(i, x[from + i], sign * noise[i] * law.diffusion[i], tau)
    }
  }

  /** One Euler (or Milstein) step of length tau at time t, by the problem's generated code. */
  step(
    next: Float64Array,
    at: number,
    x: Float64Array,
    from: number,
    w: Float64Array,
    wAt: number,
    sign: number,
    t: number,
    tau: number,
  ): void {
    const { dim } = this.#problem
    const mixed = this.#mix(w, wAt)
    const noise = mixed.map((value) => sign * value)
    this.#state.set(x.subarray(from, from + dim))
    this.#step!(1, t, {
      dt: tau,
      x: ownRows(this.#state),
      w: ownRows(noise),
      next: ownRows(next, dim, at),
    })
  }

  /**
   * Turns, in place, the mean of φ(X)·ΔW/tau into Z = σᵀ∇ of the mean of φ: nothing to do but for Ornstein–Uhlenbeck,
   * where X moves by e^{κτ} with its start and by another factor with the noise.
   */
  weightToZ(z: Float64Array, at: number, tau: number): void {
    const law = this.#law!
    for (let j = 0; j < this.#problem.noiseDim; j++) {
      z[at + j] *= Math.exp(law.rate(j) * tau) / law.spread(j, tau)
    }
  }

  /** Turns, in place, σᵀ∇g(X_T) into the pathwise derivative σᵀ∂g(X_T)/∂x by the start. */
  pathwiseToZ(z: Float64Array, at: number, tau: number): void {
    const law = this.#law!
    for (let j = 0; j < this.#problem.noiseDim; j++) z[at + j] *= Math.exp(law.rate(j) * tau)
  }

  #mix(w: Float64Array, wAt: number): Float64Array {
    const { mixing, dim, noiseDim } = this.#problem
    if (!mixing) return w.subarray(wAt, wAt + noiseDim)
    for (let i = 0; i < dim; i++) {
      let sum = 0
      for (let k = 0; k < noiseDim; k++) sum += mixing[i * noiseDim + k] * w[wAt + k]
      this.#mixed[i] = sum
    }
    return this.#mixed
  }
}
