/**
 * The dual of a driver that is the greater of two linear functions α₀y+β₀·z and α₁y+β₁·z (the lesser: signs turned):
 *
 *     Y₀ = sup over v in [0,1] of E[ e^{∫αᵛ} g(Xᵛ_T) ],   Xᵛ driven by dW + βᵛdt,   αᵛ = α₀ + v(α₁−α₀), βᵛ likewise.
 *
 * Seen from one Brownian path, Xᵛ_t depends on v through Vₜ = ∫v alone. With any adapted integrand mₙ(Vₙ) the sum Σmₙ(Vₙ)·ΔWₙ
 * is a martingale for every v, so Y₀ ≤ E[ max over V of e^{…}g(Xⱽ_T) − Σmₙ(Vₙ)·ΔWₙ ]: the path's maximum with hindsight
 * (Rogers 2007; Brown, Smith, Sun 2010). mₙ(V) = aₙ + bₙV with aₙ the networks' e^{…}Ẑₙ at V=0 and bₙ its slope, from
 * differences over ±reach. The sum is then affine in (V₁,…): for given V_N its extreme sorts the steps by gain, and only
 * V_N in [0, T] is searched, on a grid that holds all kinks of the sorted sums; g is taken to have none between its points.
 */
import { SHARD_ROWS, type WorkerBuffers } from '../estimation/plan.ts'
import { padded } from '../kernels/interface.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import { drawStart } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { ControlVariate } from './control-variate.ts'
import { type BoundsBuffers, type BoundsPlan, COLUMN, COLUMNS, type Source } from './plan.ts'
import type { Slopes } from './structure.ts'

/** Points of V_N tried in every time step's share of [0, T]. */
const POINTS_PER_STEP = 2

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
    const { seed, noiseDim } = training
    const { w, z, zw } = this.#buffers
    const path = { x: this.#buffers.x, next: this.#buffers.xNext }
    drawStart(floats, path.x, rows, training.start, seed, STREAM.bounds, iteration, firstPath)
    const base = new Float64Array(rows)
    const [{ alpha, beta }, { alpha: alpha1 }] = this.#slopes
    for (let n = 0; n < grid.steps; n++) {
      const discount = Math.exp(alpha * timeAt(grid, n))
      const gains = this.#own.increments / 8 + n * SHARD_ROWS
      simulator.increments(w, rows, n, Math.sqrt(grid.dt), STREAM.bounds, iteration, firstPath)
      this.#variate.z(n, path.x, z, rows, source)
      kernels.rowDot(zw, z, w, rows, noiseDim)
      for (let r = 0; r < rows; r++) {
        const gain = discount * doubles[zw / 8 + r]
        base[r] += gain
        doubles[gains + r] = (alpha1 - alpha) * gain
      }
      if (n > 0 && reach > 0) {
        for (const side of [1, -1]) {
          this.#moveAlong(path.x, this.#own.other, side * reach, rows)
          this.#variate.z(n, this.#own.other, z, rows, source)
          kernels.rowDot(zw, z, w, rows, noiseDim)
          const factor = (side * discount) / (2 * reach)
          for (let r = 0; r < rows; r++) doubles[gains + r] += factor * doubles[zw / 8 + r]
        }
      }
      this.#shift(beta, grid.dt, rows)
      simulator.advance(path.next, path.x, this.#own.otherW, rows, n)
      ;[path.x, path.next] = [path.next, path.x]
    }
    this.#maximise(simulator, base, path.x, path.next, row, rows)
  }

  /** otherW = w + β dt. */
  #shift(beta: Float64Array, dt: number, rows: number): void {
    const { floats } = this.#context.views
    const width = padded(this.#problem.noiseDim)
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < width; j++) {
        const at = r * width + j
        floats[this.#own.otherW / 4 + at] = floats[this.#buffers.w / 4 + at] + (beta[j] ?? 0) * dt
      }
    }
  }

  #maximise(
    simulator: Simulator,
    base: Float64Array,
    x: number,
    moved: number,
    row: number,
    rows: number,
  ): void {
    const { doubles } = this.#context.views
    const { steps, horizon, dt } = simulator.grid
    const sign = this.#plan.structure.curvature === 'convex' ? 1 : -1
    const points = POINTS_PER_STEP * steps
    const best = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
    const costs = Array.from({ length: rows }, (_, r) => this.#sortedCosts(r, steps, sign))
    for (let k = 0; k <= points; k++) {
      const part = k / points
      const value = this.#terminalAt(part, horizon, x, moved, rows)
      const whole = Math.floor(k / POINTS_PER_STEP)
      const rest = k / POINTS_PER_STEP - whole
      for (let r = 0; r < rows; r++) {
        const spent = costs[r].sums[whole] + (rest > 0 ? rest * costs[r].sorted[whole] : 0)
        best[r] = Math.max(best[r], sign * (value[r] - base[r]) - dt * spent)
      }
    }
    for (let r = 0; r < rows; r++) {
      doubles[this.#plan.values / 8 + (row + r) * COLUMNS + COLUMN.dual] = sign * best[r]
    }
  }

  /**
   * With wⱼ ∈ [0, Δt] the part of v=1 in step j, Σₙbₙ₊Vₙ = ΣⱼwⱼBⱼ, Bⱼ the sum of the bₙ with n > j: for given Σwⱼ the least
   * takes the smallest Bⱼ first. Sorted, and their partial sums.
   */
  #sortedCosts(r: number, steps: number, sign: number): { sorted: Float64Array; sums: Float64Array } {
    const { doubles } = this.#context.views
    const costs = new Float64Array(steps)
    let later = 0
    for (let j = steps - 1; j >= 0; j--) {
      costs[j] = later
      later += sign * doubles[this.#own.increments / 8 + j * SHARD_ROWS + r]
    }
    const sorted = costs.sort()
    const sums = new Float64Array(steps + 1)
    for (let j = 0; j < steps; j++) sums[j + 1] = sums[j] + sorted[j]
    return { sorted, sums }
  }

  /** e^{…}g at V_N = part·T, from X at V = 0; `moved` is overwritten. */
  #terminalAt(part: number, horizon: number, x: number, moved: number, rows: number): Float64Array {
    const { floats, doubles } = this.#context.views
    const { terminal } = this.#buffers
    this.#moveAlong(x, moved, part * horizon, rows)
    const width = padded(this.#problem.dim)
    this.#functions.terminal(rows, horizon, floats, moved / 4, width, doubles, terminal / 8, 1)
    const [{ alpha: alpha0 }, { alpha: alpha1 }] = this.#slopes
    const discount = Math.exp((alpha0 + part * (alpha1 - alpha0)) * horizon)
    return doubles.slice(terminal / 8, terminal / 8 + rows).map((g) => discount * g)
  }

  /** X at V = `v` from X at V = 0: further along, or with geometric noise along in logarithms. */
  #moveAlong(x: number, moved: number, v: number, rows: number): void {
    const { floats } = this.#context.views
    const { dim, dynamics } = this.#problem
    const isGeometric = dynamics.kind === 'geometric'
    const width = padded(dim)
    for (let i = 0; i < dim; i++) {
      const distance = v * this.#direction[i]
      const factor = isGeometric ? Math.exp(distance) : 1
      const term = isGeometric ? 0 : distance
      for (let k = i; k < rows * width; k += width) {
        floats[moved / 4 + k] = factor * floats[x / 4 + k] + term
      }
    }
  }
}

/** σ(β₁−β₀): the drift of X (of its logarithm) by v. */
function directionOf(
  { dynamics, mixing, dim, noiseDim }: CompiledProblem,
  [a, b]: [Slopes, Slopes],
): Float64Array {
  if (dynamics.kind !== 'geometric' && dynamics.kind !== 'brownian')
    throw new Error('the segment dual needs an exact law')
  const beta = b.beta.map((value, j) => value - a.beta[j])
  return Float64Array.from({ length: dim }, (_, i) => {
    if (mixing === null) return dynamics.diffusion[i] * beta[i]
    let sum = 0
    for (let k = 0; k < noiseDim; k++) sum += mixing[i * noiseDim + k] * beta[k]
    return dynamics.diffusion[i] * sum
  })
}
