/**
 * Paths of a program through the whole horizon, and the adjoint sweep back:
 *
 *     vₙ = netₙ(x̂ₙ),  Xₙ₊₁ = F(tₙ, Xₙ, vₙ, ΔWₙ),  J = Σ cost + g(X_N),
 *     λ_N = ∂g,  (λₙ, ∂J/∂vₙ) = ∂(λₙ₊₁·F + cost) — and λₙ gets what the network carries back from ∂J/∂vₙ.
 *
 * Through time the step x₊ = x + … is the skip connection of one residual network (Han and E, 2016). In the Heun scheme
 * a network acts twice in a step, at its two ends. A block of at most BLOCK_ROWS paths is one worker's and touches
 * nothing of others; its rows do not touch each other.
 */

import type { Kernels } from '../kernels/interface.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { Network } from '../networks/network.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import { placeAt } from '../paths/start.ts'
import { STREAM } from '../random/streams.ts'
import { bindProgram, type Calls } from './calls.ts'
import { BLOCK_ROWS, type RolloutBuffers, type RolloutPlan } from './plan.ts'
import type { StepProgram } from './program.ts'

/** What takes noise off the adjoint on its way back through a step; see `AdjointVariate`. */
interface NoiseReduction {
  reduce(n: number, rows: number, l: number): void
  complete(n: number, rows: number, dx: number, dv: number): void
}

export class Rollout<Program extends StepProgram = StepProgram> {
  readonly buffers: RolloutBuffers
  readonly calls: Calls<Program['functions']>
  /** Whether a random constant takes the place of every network: one draw for each path, kept in `dv`. */
  isExploring = false
  /** Whether it is added to what the networks write, and by what share; they stand aside where that is null. */
  explorationShare: number | null = null
  /** Draws that ΔW is the sum of: grids with as many draws over the horizon have the same noise. */
  draws = 1
  /** Times its deviation that the noise is drawn with: other than 1 for a rule in another weather than that of its training. */
  noiseLevel = 1
  /** Whether the rule moves linearly in time from the middle of one of its steps to that of the next, instead of standing still. */
  isMoving = false
  /** Takes noise off the adjoints of training; null until there is a fit, and where there is none. */
  variate: NoiseReduction | null = null
  readonly #plan: RolloutPlan
  readonly #program: StepProgram
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #network: Network
  readonly #isHeun: boolean

  constructor(context: WorkerContext, program: Program, plan: RolloutPlan) {
    const { views, kernels, team } = context
    this.buffers = plan.workers[team.rank]
    this.#plan = plan
    this.#program = program
    this.#kernels = kernels
    this.#views = views
    this.#network = new Network(plan.network, kernels, views)
    this.#isHeun = plan.options.scheme === 'heun'
    this.calls = bindProgram(program, plan.matrices, this.buffers.products, kernels, views)
  }

  /** Simulates `rows` paths of an iteration of a stream from x0; costs are left in `buffers.cost`. */
  forward(
    stream: number,
    iteration: number,
    firstPath: number,
    rows: number,
    see: ((n: number) => void) | null = null,
  ): void {
    placeAt(this.#views.floats, this.buffers.x, rows, this.#program.x0)
    this.forwardFrom(stream, iteration, firstPath, rows, see)
  }

  /** As `forward`, from states that are already in x[0]; `see` is called with the costs until tₙ in `buffers.cost`. */
  forwardFrom(
    stream: number,
    iteration: number,
    firstPath: number,
    rows: number,
    see: ((n: number) => void) | null = null,
  ): void {
    const { doubles } = this.#views
    const { grid, options } = this.#plan
    const { cost, stepCost } = this.buffers
    if (this.isExploring) {
      const { rawDim } = this.#plan
      this.#kernels.normals(
        this.buffers.dv,
        rows,
        rawDim,
        1,
        options.seed,
        STREAM.exploration,
        iteration,
        firstPath,
        0,
      )
    }
    doubles.fill(0, cost, cost + rows)
    for (let n = 0; n < grid.steps; n++) {
      see?.(n)
      this.#drawNoise(n, stream, iteration, firstPath, rows)
      this.#forwardStep(n, rows)
      for (let r = 0; r < rows; r++) doubles[cost + r] += doubles[stepCost + r]
    }
    const { steps, horizon } = grid
    this.calls.terminal(rows, horizon, { dt: grid.dt, x: this.x(steps), cost: stepCost, l: this.buffers.l })
    for (let r = 0; r < rows; r++) doubles[cost + r] += doubles[stepCost + r]
    see?.(steps)
  }

  /** ΔWₙ, or ξₙ in discrete time. */
  #drawNoise(n: number, stream: number, iteration: number, firstPath: number, rows: number): void {
    const { grid, options, noiseDim } = this.#plan
    const { seed, isAntithetic } = options
    const at = this.w(n)
    const unit = this.#program.isDiscrete ? 1 : Math.sqrt(grid.dt / this.draws)
    const deviation = this.noiseLevel * unit
    const isPaired = isAntithetic && stream === STREAM.training && rows % 2 === 0
    const drawn = isPaired ? rows / 2 : rows
    const first = n * this.draws
    this.#kernels.normals(at, drawn, noiseDim, deviation, seed, stream, iteration, firstPath, first)
    for (let k = 1; k < this.draws; k++) {
      const { draw } = this.buffers
      this.#kernels.normals(draw, drawn, noiseDim, deviation, seed, stream, iteration, firstPath, first + k)
      this.#kernels.add(at, draw, drawn, noiseDim)
    }
    if (!isPaired) return
    const half = floatsOf(drawn, noiseDim)
    this.#kernels.blend(at + half, at, 0, -1, drawn, noiseDim)
  }

  /**
   * The sweep back over what `forward` left, from λ_N = ∂g: parameter gradients of step n, summed over the rows, are
   * written at gradients(n), or added to them; λₙ is shown to `see` before the step n−1 overwrites it.
   */
  backward(
    rows: number,
    gradients: ((n: number) => number) | null,
    isAdded: boolean,
    see: ((n: number, l: number) => void) | null = null,
  ): void {
    const { grid } = this.#plan
    const { buffers } = this
    let [l, next] = [buffers.l, buffers.lNext]
    see?.(grid.steps, l)
    for (let n = grid.steps - 1; n >= 0; n--) {
      this.#backwardStep(n, rows, l, next, gradients?.(n) ?? null, isAdded)
      ;[l, next] = [next, l]
      see?.(n, l)
    }
  }

  x(n: number): number {
    return this.#slice(this.buffers.x, n, this.#plan.dim)
  }

  v(n: number): number {
    return this.#slice(this.buffers.v, n, this.#plan.rawDim)
  }

  w(n: number): number {
    return this.#slice(this.buffers.w, n, this.#plan.noiseDim)
  }

  /** The step's predicted other end; only in the Heun scheme. */
  xs(n: number): number | null {
    return this.#isHeun ? this.#slice(this.buffers.xs, n, this.#plan.dim) : null
  }

  #workspace(base: number, n: number): number {
    return base + (n % this.#plan.kept) * this.#plan.network.workspace
  }

  #slice(base: number, n: number, cols: number): number {
    return rowAt(base, (n % this.#plan.kept) * BLOCK_ROWS, cols)
  }

  #forwardStep(n: number, rows: number): void {
    const { grid, rawDim, inputDim } = this.#plan
    const { buffers, calls } = this
    const [t, { dt }] = [timeAt(grid, n), grid]
    const [x, v, w, next] = [this.x(n), this.v(n), this.w(n), this.x(n + 1)]
    const cost = buffers.stepCost
    const input = this.#slice(buffers.input, n, inputDim)
    this.raw(n, x, rows, input, this.#workspace(buffers.workspace, n), v)
    if (!this.#isHeun) {
      calls.step(rows, t, { dt, x, v, w, next, cost })
      return
    }
    const [xs, vs] = [this.xs(n)!, this.#slice(buffers.vs, n, rawDim)]
    calls.predict!(rows, t, { dt, x, v, w, xs })
    const inputEnd = this.#slice(buffers.inputEnd, n, inputDim)
    this.raw(n, xs, rows, inputEnd, this.#workspace(buffers.workspaceEnd, n), vs, 1)
    calls.correct!(rows, t, { dt, x, v, xs, vs, next, cost })
  }

  /**
   * v = netₙ(x̂), or net(x̂, t̂).
   * @param end of step n at which the states are; it matters to a rule that moves
   */
  raw(n: number, x: number, rows: number, input: number, workspace: number, v: number, end: 0 | 1 = 0): void {
    if (this.isExploring && this.explorationShare === null) {
      this.#explore(v, rows, 0, 1)
      return
    }
    const { refinement } = this.#plan
    if (this.isMoving) this.#movingRaw((n + end) / refinement - 0.5, x, rows, input, workspace, v)
    else this.#networkRaw(Math.floor(n / refinement), x, rows, input, workspace, v)
    if (this.isExploring) this.#explore(v, rows, 1, this.explorationShare!)
  }

  /** At `position`, in steps of the policy from the middle of its first: a mean of two networks, their continuation at both ends. */
  #movingRaw(position: number, x: number, rows: number, input: number, workspace: number, v: number): void {
    const { options, rawDim, grid, refinement } = this.#plan
    const own = grid.steps / refinement
    if (options.isShared || own === 1) {
      this.#networkRaw(options.isShared ? position : 0, x, rows, input, workspace, v)
      return
    }
    const n = Math.min(own - 2, Math.max(0, Math.floor(position)))
    const { dv } = this.buffers
    this.#networkRaw(n, x, rows, input, workspace, v)
    this.#networkRaw(n + 1, x, rows, input, workspace, dv)
    this.#kernels.blend(v, dv, n + 1 - position, position - n, rows, rawDim)
  }

  /** Network n of the policy's own steps; between two of them where one network serves all. */
  #networkRaw(n: number, x: number, rows: number, input: number, workspace: number, v: number): void {
    const { dim, scale, shift, blocks, options } = this.#plan
    if (options.isShared) this.#inputWithTime(n, x, rows, input)
    else {
      const at = floatsOf(n, dim)
      this.#kernels.scaleShift(input, x, scale + at, shift + at, rows, dim)
    }
    this.#network.forward(blocks[options.isShared ? 0 : n].theta, input, rows, workspace, v, true)
  }

  #explore(v: number, rows: number, kept: number, share: number): void {
    this.#kernels.blend(v, this.buffers.dv, kept, share, rows, this.#plan.rawDim)
  }

  /** (x̂, t̂), t̂ of mean 0 and deviation 1 over the horizon. */
  #inputWithTime(n: number, x: number, rows: number, input: number): void {
    const { floats } = this.#views
    const { dim, inputDim, scale, shift, grid, refinement } = this.#plan
    const time = Math.sqrt(12) * (((n + 0.5) * refinement) / grid.steps - 0.5)
    // One network for all times has one unit for all times.
    const at = floatsOf(Math.max(0, Math.floor(n)), dim)
    for (let r = 0; r < rows; r++) {
      const [from, to] = [rowAt(x, r, dim), rowAt(input, r, inputDim)]
      for (let j = 0; j < dim; j++) {
        floats[to + j] = floats[from + j] * floats[scale + at + j] + floats[shift + at + j]
      }
      floats[to + dim] = time
    }
  }

  #backwardStep(
    n: number,
    rows: number,
    l: number,
    next: number,
    gradients: number | null,
    isAdded: boolean,
  ): void {
    const { grid, rawDim, dim, inputDim } = this.#plan
    const { buffers, calls } = this
    const { dv, lEnd, dvEnd } = buffers
    const [t, { dt }] = [timeAt(grid, n), grid]
    const [x, v, w] = [this.x(n), this.v(n), this.w(n)]
    const input = this.#slice(buffers.input, n, inputDim)
    const workspace = this.#workspace(buffers.workspace, n)
    if (!this.#isHeun) {
      this.variate?.reduce(n, rows, l)
      calls.stepAdjoint(rows, t, { dt, x, v, w, l, dx: next, dv })
      this.variate?.complete(n, rows, next, dv)
      this.#backwardNetwork(n, rows, input, workspace, dv, next, gradients, isAdded)
      return
    }
    const [xs, vs] = [this.xs(n)!, this.#slice(buffers.vs, n, rawDim)]
    calls.correctAdjoint!(rows, t, { dt, x, v, xs, vs, l, dx: next, dv, dxs: lEnd, dvs: dvEnd })
    const inputEnd = this.#slice(buffers.inputEnd, n, inputDim)
    const workspaceEnd = this.#workspace(buffers.workspaceEnd, n)
    this.#backwardNetwork(n, rows, inputEnd, workspaceEnd, dvEnd, lEnd, gradients, isAdded)
    // What the predictor carries back is added to the corrector's; l is free by now.
    calls.predictAdjoint!(rows, t, { dt, x, v, w, l: lEnd, dx: l, dv: dvEnd })
    this.#kernels.add(next, l, rows, dim)
    this.#kernels.add(dv, dvEnd, rows, rawDim)
    this.#backwardNetwork(n, rows, input, workspace, dv, next, gradients, true)
  }

  /** Adds to `l` what the network carries back from `dv`, which is overwritten, and leaves its parameters' gradients. */
  #backwardNetwork(
    n: number,
    rows: number,
    input: number,
    workspace: number,
    dv: number,
    l: number,
    gradients: number | null,
    isAdded: boolean,
  ): void {
    const { blocks, network, options, grid } = this.#plan
    const { dInput, scratch, gradients: own } = this.buffers
    const adds = isAdded || (options.isShared && n < grid.steps - 1)
    const target = gradients === null || adds ? own : gradients
    this.#network.backward(blocks[n].theta, target, input, rows, workspace, dv, dInput, scratch)
    if (gradients !== null && adds) this.#kernels.add(gradients, own, 1, network.trainable)
    this.#addInput(n, rows, l)
  }

  /** l += scaleₙ ∘ the state's part of ∂/∂input. */
  #addInput(n: number, rows: number, l: number): void {
    const { dim, inputDim, scale } = this.#plan
    const { dInput } = this.buffers
    const at = floatsOf(n, dim)
    if (inputDim === dim) {
      this.#kernels.addScaled(l, dInput, scale + at, rows, dim)
      return
    }
    const { floats } = this.#views
    for (let r = 0; r < rows; r++) {
      const [from, to] = [rowAt(dInput, r, inputDim), rowAt(l, r, dim)]
      for (let j = 0; j < dim; j++) floats[to + j] += floats[from + j] * floats[scale + at + j]
    }
  }
}
