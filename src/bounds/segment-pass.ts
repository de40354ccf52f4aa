/**
 * The dual of a driver that is the greater of two linear functions α₀y+β₀·z and α₁y+β₁·z (the lesser: signs turned):
 *
 *     Y₀ = sup over v in [0,1] of E[ e^{∫αᵛ} g(Xᵛ_T) ],   Xᵛ driven by dW + βᵛdt,   αᵛ = α₀ + v(α₁−α₀), βᵛ likewise.
 *
 * Seen from one Brownian path, Xᵛ_t depends on v through Vₜ = ∫v alone. With any adapted integrand mₙ(Vₙ) the sum Σmₙ(Vₙ)·ΔWₙ
 * is a martingale for every v, so Y₀ ≤ E[ max over V of e^{…}g(Xⱽ_T) − Σmₙ(Vₙ)·ΔWₙ ]: the path's maximum with hindsight
 * (Rogers 2007; Brown, Smith, Sun 2010). mₙ(V) = aₙ + bₙV with aₙ the networks' e^{…}Ẑₙ at V=0 and bₙ its slope, from
 * differences over ±reach. The sum is then affine in (V₁,…): for given V_N its extreme sorts the steps by gain, and only
 * V_N in [0, T] is searched, on the time grid, where the sorted sums have their kinks; g is taken to have none between its points.
 *
 * The anchor e^{α₀T}g(X⁰_T), whose mean one draw of the noise gives without a path, is taken off both sides' samples, and Σaₙ·ΔWₙ
 * left out, which is the same at every V: what remains is what v changes, a small part of g.
 */

import { SHARD_ROWS, type WorkerBuffers } from '../estimation/buffers.ts'
import { clearRows, floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, type TimeGrid, timeAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import { drawStart } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Slopes } from '../problem/driver-structure.ts'
import { lawOf } from '../problem/laws/laws.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { ControlVariate } from './control-variate.ts'
import { type BoundsBuffers, type BoundsPlan, COLUMN, COLUMNS, type Source } from './plan.ts'

export class SegmentPass {
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #plan: BoundsPlan
  readonly #functions: ProblemFunctions
  readonly #variate: ControlVariate
  readonly #buffers: WorkerBuffers
  readonly #own: BoundsBuffers
  readonly #slopes: [Slopes, Slopes]
  readonly #direction: Float64Array

  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    plan: BoundsPlan,
    functions: ProblemFunctions,
    variate: ControlVariate,
    slopes: [Slopes, Slopes],
  ) {
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = functions
    this.#variate = variate
    this.#buffers = plan.estimate.workers[context.team.rank]
    this.#own = plan.workers[context.team.rank]
    this.#slopes = slopes
    this.#direction = directionOf(problem, slopes)
  }

  run(
    simulator: Simulator,
    source: Source,
    reach: number,
    iteration: number,
    firstPath: number,
    row: number,
    rows: number,
  ): void {
    const { training } = this.#plan.estimate
    const { floats, doubles } = this.#context.views
    const { kernels } = this.#context
    const { grid } = simulator
    const { noiseDim } = training
    const { w, drift: slope, zw } = this.#buffers
    const path = { x: this.#buffers.x, next: this.#buffers.xNext }
    drawStart(floats, path.x, rows, training.start, training.seed, STREAM.bounds, iteration, firstPath)
    const [{ beta }] = this.#slopes
    for (let n = 0; n < grid.steps; n++) {
      this.#slopeOfZ(n, path.x, source, n > 0 ? reach : 0, timeAt(grid, n), rows)
      simulator.increments(w, rows, n, Math.sqrt(lengthAt(grid, n)), STREAM.bounds, iteration, firstPath)
      kernels.rowDot(zw, slope, w, rows, noiseDim)
      doubles.copyWithin(this.#own.increments + n * SHARD_ROWS, zw, zw + rows)
      this.#shift(beta, lengthAt(grid, n), rows)
      simulator.advance(path.next, path.x, this.#own.otherW, rows, n)
      ;[path.x, path.next] = [path.next, path.x]
    }
    this.#maximise(simulator, path.x, path.next, row, rows)
  }

  /** Into `drift` bₙ: e^{α₀t}Ẑ's slope in V, from that of the discount and, with a reach, from Ẑ along the control. */
  #slopeOfZ(n: number, x: number, source: Source, reach: number, t: number, rows: number): void {
    const { kernels, views } = this.#context
    const { floats } = views
    const { z, drift: slope } = this.#buffers
    const [{ alpha }, { alpha: alpha1 }] = this.#slopes
    const { noiseDim } = this.#problem
    const discount = Math.exp(alpha * t)
    this.#variate.z(n, x, z, rows, source)
    clearRows({ floats }, slope, rows, noiseDim)
    kernels.blend(slope, z, 1, (alpha1 - alpha) * discount, rows, noiseDim)
    if (reach === 0) return
    for (const side of [1, -1]) {
      this.#moveAlong(x, this.#own.other, side * reach, rows)
      this.#variate.z(n, this.#own.other, z, rows, source)
      kernels.blend(slope, z, 1, (side * discount) / (2 * reach), rows, noiseDim)
    }
  }

  /** otherW = w + β dt. */
  #shift(beta: Float64Array, dt: number, rows: number): void {
    const { floats } = this.#context.views
    const { noiseDim } = this.#problem
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < floatsOf(1, noiseDim); j++) {
        const at = floatsOf(r, noiseDim) + j
        floats[this.#own.otherW + at] = floats[this.#buffers.w + at] + (beta[j] ?? 0) * dt
      }
    }
  }

  /** Leaves the dual's sample less the anchor's, and takes the anchor's off that of the linearised side. */
  #maximise(simulator: Simulator, x: number, moved: number, row: number, rows: number): void {
    const { doubles } = this.#context.views
    const { steps, horizon } = simulator.grid
    const sign = this.#plan.structure.curvature === 'convex' ? 1 : -1
    const anchor = this.#terminalAt(0, horizon, x, moved, rows)
    const best = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
    const costs = Array.from({ length: rows }, (_, r) => this.#leastCosts(r, simulator.grid, sign))
    for (let k = 0; k <= steps; k++) {
      const value = this.#terminalAt(k / steps, horizon, x, moved, rows)
      for (let r = 0; r < rows; r++) {
        best[r] = Math.max(best[r], sign * (value[r] - anchor[r]) - costs[r][k])
      }
    }
    for (let r = 0; r < rows; r++) {
      const at = this.#plan.values + (row + r) * COLUMNS
      doubles[at + COLUMN.dual] = sign * best[r]
      doubles[at + COLUMN.linear] -= anchor[r]
    }
  }

  /**
   * Least Σₙbₙ·ΔWₙVₙ over all v with V_N = kΔt, k = 0 … N. With wⱼ ∈ [0, Δt] what v adds in step j the sum is ΣⱼwⱼBⱼ, Bⱼ the sum of the bₙ·ΔWₙ with n > j, and the least takes the smallest Bⱼ first.
   */
  #leastCosts(r: number, grid: TimeGrid, sign: number): Float64Array {
    const { steps } = grid
    // Its driver knows no time, so that all steps are alike.
    const dt = lengthAt(grid, 0)
    const { doubles } = this.#context.views
    const sorted = new Float64Array(steps)
    let later = 0
    for (let j = steps - 1; j >= 0; j--) {
      sorted[j] = later
      later += sign * doubles[this.#own.increments + j * SHARD_ROWS + r]
    }
    sorted.sort()
    const costs = new Float64Array(steps + 1)
    for (let j = 0; j < steps; j++) costs[j + 1] = costs[j] + dt * sorted[j]
    return costs
  }

  /** e^{…}g at V_N = part·T, from X at V = 0; `moved` is overwritten. */
  #terminalAt(part: number, horizon: number, x: number, moved: number, rows: number): Float64Array {
    const { doubles } = this.#context.views
    const { terminal } = this.#buffers
    this.#moveAlong(x, moved, part * horizon, rows)
    this.#functions.terminal(rows, horizon, { x: moved, g: terminal })
    const [{ alpha: alpha0 }, { alpha: alpha1 }] = this.#slopes
    const discount = Math.exp((alpha0 + part * (alpha1 - alpha0)) * horizon)
    return doubles.slice(terminal, terminal + rows).map((g) => discount * g)
  }

  /** X at V = `v` from X at V = 0: further along, or with geometric noise along in logarithms. */
  #moveAlong(x: number, moved: number, v: number, rows: number): void {
    const { floats } = this.#context.views
    const { dim } = this.#problem
    const law = lawOf(this.#problem.dynamics).components!
    for (let i = 0; i < dim; i++) {
      const [factor, term] = law.along(v * this.#direction[i])
      for (let r = 0; r < rows; r++) {
        floats[rowAt(moved, r, dim) + i] = factor * floats[rowAt(x, r, dim) + i] + term
      }
    }
  }
}

/** σ(β₁−β₀): the drift of X (of its logarithm) by v. */
function directionOf(problem: CompiledProblem, [a, b]: [Slopes, Slopes]): Float64Array {
  const { mixing, dim, noiseDim } = problem
  const { diffusion } = lawOf(problem.dynamics).components!
  const beta = b.beta.map((value, j) => value - a.beta[j])
  return Float64Array.from({ length: dim }, (_, i) => {
    if (mixing === null) return diffusion[i] * beta[i]
    let sum = 0
    for (let k = 0; k < noiseDim; k++) sum += mixing[i * noiseDim + k] * beta[k]
    return diffusion[i] * sum
  })
}
