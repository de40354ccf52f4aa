/**
 * The control variate of paths' costs: the martingale of V̂, the value along the policy as its fitted slope λ̂ has it, quadratic in the state.
 * A step takes m, where it would lead without noise, to m + k, and k = S·w moves V̂ by
 *
 *     V̂(m + k) − V̂(m) = ½ (λ̂(m) + λ̂(m + k))·k,   of mean ½ Var w · tr(SᵀPS),   P = ∂λ̂/∂x,
 *
 * which is taken off: all of it is of mean zero whatever the fit is worth, and for linear–quadratic problems nothing is left. Where noise does
 * not enter linearly the mean is not known, and it is λ̂(m)·∂F/∂w·w.
 *
 * On a grid finer than the policy's own V̂ is linear in time between the policy's steps.
 */
import { rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import type { Rollout } from '../program/rollout.ts'
import { fittedAdjoint } from './adjoint-fit.ts'
import { type AdjointFit, type MartingaleBuffers, MOST_BASIS } from './adjoint-plan.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyPlan } from './plan.ts'

export class Martingale {
  readonly #context: WorkerContext
  readonly #problem: CompiledControl
  readonly #plan: PolicyPlan
  readonly rollout: Rollout<CompiledControl>
  readonly #own: MartingaleBuffers
  /** How V̂ bends is of use only where its mean is known: S w with S constant, or of few components. */
  readonly #isQuadratic: boolean
  /** tr(SᵀPS) of each step, where S is constant. */
  readonly #traces = new Map<number, number>()

  constructor(
    context: WorkerContext,
    problem: CompiledControl,
    plan: PolicyPlan,
    rollout: Rollout<CompiledControl>,
  ) {
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.rollout = rollout
    this.#own = plan.martingales[context.team.rank]
    const { stepNoise, dim } = problem
    this.#isQuadratic = stepNoise === 'additive' || (stepNoise === 'affine' && dim <= MOST_BASIS)
  }

  /** Index of the sums over the steps [rows], float64. */
  get sums(): number {
    return this.#own.sums
  }

  /** Runs the rollout's paths, and sums up what their steps add; costs are left in its `buffers.cost`. */
  forward(stream: number, iteration: number, firstPath: number, rows: number): void {
    this.#context.views.doubles.fill(0, this.sums, this.sums + rows)
    this.rollout.forward(stream, iteration, firstPath, rows, (n) => n > 0 && this.#add(n - 1, rows))
  }

  /** Step n, which the rollout has just taken. */
  #add(n: number, rows: number): void {
    const { fit, grid, noiseDim, dim } = this.#plan
    if (fit === null) return
    const { kernels, views } = this.#context
    const { doubles } = views
    const { calls, buffers } = this.rollout
    const { zero, dot, noise, end, slope } = this.#own
    const { lNext: mean, lEnd: level, stepCost } = buffers
    const at = this.#at(n)
    calls.step(rows, timeAt(grid, n), { ...at, w: zero, next: mean, cost: stepCost })
    this.#fitted(fit, n, mean, rows, level)
    if (!this.#isQuadratic) {
      calls.noiseGradient(rows, timeAt(grid, n), { ...at, l: level, dw: noise })
      kernels.rowDot(dot, noise, this.rollout.w(n), rows, noiseDim)
      for (let r = 0; r < rows; r++) doubles[this.sums + r] += doubles[dot + r]
      return
    }
    calls.step(rows, timeAt(grid, n), { ...at, w: this.rollout.w(n), next: end, cost: stepCost })
    this.#fitted(fit, n, end, rows, slope)
    kernels.add(level, slope, rows, dim)
    kernels.blend(end, mean, 1, -1, rows, dim)
    kernels.rowDot(dot, level, end, rows, dim)
    for (let r = 0; r < rows; r++) doubles[this.sums + r] += 0.5 * doubles[dot + r]
    this.#takeMean(fit, n, rows)
  }

  /** Takes ½ Var w · tr(SᵀPS) off. */
  #takeMean(fit: AdjointFit, n: number, rows: number): void {
    const { doubles } = this.#context.views
    const { grid } = this.#plan
    const half = 0.5 * (this.#problem.isDiscrete ? 1 : grid.dt)
    if (this.#problem.stepNoise === 'affine') {
      this.#trace(fit, n, rows)
      for (let r = 0; r < rows; r++) doubles[this.sums + r] -= half * doubles[this.#own.trace + r]
      return
    }
    let trace = this.#traces.get(n)
    if (trace === undefined) {
      this.#trace(fit, n, 1)
      trace = doubles[this.#own.trace]
      this.#traces.set(n, trace)
    }
    for (let r = 0; r < rows; r++) doubles[this.sums + r] -= half * trace
  }

  /** tr(SᵀPS) = Σᵢ Sᵀeᵢ · SᵀPeᵢ of each row, to `trace`. */
  #trace({ slope }: AdjointFit, n: number, rows: number): void {
    const { kernels, views } = this.#context
    const { floats, doubles } = views
    const { dim, noiseDim, scale } = this.#plan
    const { basis, noise, bent, dot, trace } = this.#own
    const [from, to, share] = this.#place(n)
    const bend = (row: number, i: number, j: number) =>
      floats[rowAt(scale, row, dim) + i] * floats[rowAt(slope, row * dim + i, dim) + j]
    const pull = (component: (j: number) => number, out: number) => {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < dim; j++) floats[rowAt(basis, r, dim) + j] = component(j)
      }
      const { noiseGradient } = this.rollout.calls
      noiseGradient(rows, timeAt(this.#plan.grid, n), { ...this.#at(n), l: basis, dw: out })
    }
    doubles.fill(0, trace, trace + rows)
    for (let i = 0; i < dim; i++) {
      pull((j) => Number(j === i), noise)
      pull((j) => (1 - share) * bend(from, i, j) + share * bend(to, i, j), bent)
      kernels.rowDot(dot, noise, bent, rows, noiseDim)
      for (let r = 0; r < rows; r++) doubles[trace + r] += doubles[dot + r]
    }
  }

  /** λ̂ at the end of step n, at states x [rows×dim]. */
  #fitted(fit: AdjointFit, n: number, x: number, rows: number, out: number): void {
    const { dInput, l } = this.rollout.buffers
    const [from, to, share] = this.#place(n)
    fittedAdjoint(this.#context, this.#plan, fit, from, x, rows, dInput, out)
    if (share === 0) return
    fittedAdjoint(this.#context, this.#plan, fit, to, x, rows, dInput, l)
    this.#context.kernels.blend(out, l, 1 - share, share, rows, this.#plan.dim)
  }

  /** Steps of the policy's own that the end of step n lies between, and the share of the second. */
  #place(n: number): [number, number, number] {
    const place = (n + 1) / this.#plan.refinement
    const from = Math.floor(place)
    return [from, Math.ceil(place), place - from]
  }

  #at(n: number) {
    return { dt: this.#plan.grid.dt, x: this.rollout.x(n), v: this.rollout.v(n) }
  }
}
