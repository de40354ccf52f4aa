/**
 * Less noise in the gradient of a policy. A step X₊ = m + S·w (both of x, v) carries the adjoint λ₊ back as J(w)ᵀλ₊, and most of its
 * noise is that of λ̂₊(X₊) − λ̂₊(m) = BᵀS·w, with the linear fit λ̂ of the adjoint: noise of the path times noise of the step. It is
 * taken off, and its mean put back:
 *
 *     E[J(w)ᵀBᵀS·w] = Var w Σₖ ∂(Sᵀeₖ)·SᵀBₖ,   and, of mean zero as well, (J(w) − J(0))ᵀλ̂₊(m) is taken off.
 *
 * The gradient stays unbiased whatever the fit is worth: all is known before w is drawn. Where S is constant only the first
 * line is left. It is the martingale of the value's estimate (`estimate.ts`), differentiated.
 */
import { rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import type { Rollout } from '../program/rollout.ts'
import { fittedAdjoint } from './adjoint-fit.ts'
import type { AdjointFit, VariateBuffers } from './adjoint-plan.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyPlan } from './plan.ts'

export class AdjointVariate {
  readonly #context: WorkerContext
  readonly #plan: PolicyPlan
  readonly #rollout: Rollout
  readonly #fit: AdjointFit
  readonly #buffers: VariateBuffers
  readonly #isDiscrete: boolean

  private constructor(
    context: WorkerContext,
    plan: PolicyPlan,
    rollout: Rollout,
    fit: AdjointFit,
    buffers: VariateBuffers,
    isDiscrete: boolean,
  ) {
    this.#isDiscrete = isDiscrete
    this.#context = context
    this.#plan = plan
    this.#rollout = rollout
    this.#fit = fit
    this.#buffers = buffers
  }

  /** @returns null where the plan has no room for one; see `planVariate` */
  static of(
    context: WorkerContext,
    { isDiscrete }: CompiledControl,
    plan: PolicyPlan,
    rollout: Rollout,
  ): AdjointVariate | null {
    const { fit } = plan
    const variate = plan.variates[context.team.rank]
    return fit && variate && new AdjointVariate(context, plan, rollout, fit, variate, isDiscrete)
  }

  /** λₙ₊₁ at `l` [rows×dim] ← λₙ₊₁ − (λ̂ₙ₊₁(Xₙ₊₁) − λ̂ₙ₊₁(m)). */
  reduce(n: number, rows: number, l: number): void {
    const { kernels } = this.#context
    const { mean, fitted, level, zero } = this.#buffers
    const { calls } = this.#rollout
    const { grid, dim } = this.#plan
    const cost = this.#rollout.buffers.stepCost
    calls.step(rows, timeAt(grid, n), { ...this.#at(n), w: zero, next: mean, cost })
    this.#fitted(n + 1, this.#rollout.x(n + 1), rows, fitted)
    this.#fitted(n + 1, mean, rows, level)
    kernels.blend(l, fitted, 1, -1, rows, dim)
    kernels.add(l, level, rows, dim)
  }

  /** Adds to the step's adjoints [rows×dim] and [rows×rawDim] what `reduce` took off in the mean. */
  complete(n: number, rows: number, dx: number, dv: number): void {
    if (this.#rollout.calls.noiseAdjoint === null) return
    const { kernels, views } = this.#context
    const { floats } = views
    const { level, basis, noise } = this.#buffers
    const { dim, noiseDim, grid, scale } = this.#plan
    const variance = this.#isDiscrete ? 1 : grid.dt
    this.#addNoiseAdjoint(n, rows, level, this.#rollout.w(n), -1, dx, dv)
    const slope = rowAt(this.#fit.slope, (n + 1) * dim, dim)
    const units = rowAt(scale, n + 1, dim)
    for (let k = 0; k < dim; k++) {
      this.#fill(rows, (i) => floats[units + i] * floats[rowAt(slope, i, dim) + k])
      const { noiseGradient } = this.#rollout.calls
      noiseGradient(rows, timeAt(grid, n), { ...this.#at(n), l: basis, dw: noise })
      kernels.blend(noise, noise, 0, variance, rows, noiseDim)
      this.#fill(rows, (i) => (i === k ? 1 : 0))
      this.#addNoiseAdjoint(n, rows, basis, noise, 1, dx, dv)
    }
  }

  /** Adds sign · ∂(l·S·w) to dx, dv. */
  #addNoiseAdjoint(
    n: number,
    rows: number,
    l: number,
    w: number,
    sign: 1 | -1,
    dx: number,
    dv: number,
  ): void {
    const { kernels } = this.#context
    const { grid, rawDim, dim } = this.#plan
    const own = this.#buffers
    const { noiseAdjoint } = this.#rollout.calls
    noiseAdjoint!(rows, timeAt(grid, n), { ...this.#at(n), l, w, dx: own.dx, dv: own.dv })
    kernels.blend(dx, own.dx, 1, sign, rows, dim)
    kernels.blend(dv, own.dv, 1, sign, rows, rawDim)
  }

  #fitted(n: number, x: number, rows: number, out: number): void {
    fittedAdjoint(this.#context, this.#plan, this.#fit, n, x, rows, this.#buffers.input, out)
  }

  /** The same vector in every row of `basis`. */
  #fill(rows: number, component: (i: number) => number): void {
    const { floats } = this.#context.views
    const { dim } = this.#plan
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < dim; i++) floats[rowAt(this.#buffers.basis, r, dim) + i] = component(i)
    }
  }

  #at(n: number) {
    return { dt: this.#plan.grid.dt, x: this.#rollout.x(n), v: this.#rollout.v(n) }
  }
}
