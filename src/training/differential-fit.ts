/**
 * Brings the networks near Z before the BSDE's own loss is looked at, by differentiating along paths instead of waiting for
 * ΔW to tell: without the driver,
 *
 *     Zₙ = E[ ζ | Xₙ ],    ζ = σᵀ∇g(X_T)
 *
 * for Brownian and geometric paths (there ∂X_T/∂Xₙ cancels against σ), and near it for others. Least squares against ζ has far
 * less noise than the BSDE's loss, whose gradient sees Zₙ only through δ·ΔWₙ; the driver's part is left to that loss.
 * (Regression on pathwise derivatives: Huge and Savine, 2020.)
 *
 * One iteration: paths and ζ, parallel over paths; then each time step its own forward, backward and Adam.
 */
import type { BatchFunction } from '../formulas/load.ts'
import { padded } from '../kernels/interface.ts'
import type { GradientNetwork } from '../networks/gradient-network.ts'
import type { BackwardScratch } from '../networks/network.ts'
import { rateAt } from '../optimizer/schedule.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import { STREAM } from '../random/streams.ts'
import { gradientStep, STATE, type TrainingPlan } from './plan.ts'
import { updateBlock } from './update.ts'

export class DifferentialFit {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan
  readonly #gradient: GradientNetwork
  readonly #terminalGradient: BatchFunction
  readonly #scratch: BackwardScratch

  constructor(
    context: WorkerContext,
    plan: TrainingPlan,
    gradient: GradientNetwork,
    terminalGradient: BatchFunction,
  ) {
    this.#context = context
    this.#plan = plan
    this.#gradient = gradient
    this.#terminalGradient = terminalGradient
    this.#scratch = plan.workers[context.team.rank]
  }

  /** Runs all its iterations on the whole team; `simulate` draws one block of rows of a stream's iteration. */
  run(simulate: (stream: number, iteration: number, row: number, rows: number) => void, shardRows: number): void {
    const { team } = this.#context
    const { options, grid, firstNetwork } = this.#plan
    const { iterations, schedule } = options.fit
    const batch = options.batchSize
    for (let k = 0; k < iterations; k++) {
      const rate = rateAt(schedule, k, iterations)
      team.forEach(Math.ceil(batch / shardRows), (shard) => {
        const row = shard * shardRows
        const rows = Math.min(shardRows, batch - row)
        simulate(STREAM.fit, k, row, rows)
        this.#target(row, rows)
      })
      team.forEach(grid.steps - firstNetwork, (piece) => this.#step(firstNetwork + piece, rate, k))
    }
    this.#forgetMoments()
  }

  /** ζ of the rows [row, row+rows). */
  #target(row: number, rows: number): void {
    const { floats, doubles } = this.#context.views
    const { x, target, residual, dim, noiseDim, grid, options } = this.#plan
    const xT = x / 4 + (grid.steps * options.batchSize + row) * padded(dim)
    this.#terminalGradient(
      rows, grid.horizon,
      floats, xT, padded(dim),
      doubles, residual / 8 + row, 1, floats, target / 4 + row * padded(noiseDim), padded(noiseDim),
    )
  }

  /** One Adam step on the mean of |Zₙ − ζ|². */
  #step(n: number, rate: number, iteration: number): void {
    const { views, kernels, team } = this.#context
    const plan = this.#plan
    const rows = plan.options.batchSize
    const count = rows * padded(plan.noiseDim)
    const step = gradientStep(plan, n)
    const x = plan.x + 4 * n * rows * padded(plan.dim)
    const dZ = plan.dZ + 4 * n * count
    const unit = views.doubles[plan.state / 8 + STATE.zScale]
    const { gradients } = plan.workers[team.rank]
    this.#gradient.forward(step, timeAt(plan.grid, n), x, rows, unit, plan.buffers[n], dZ, true)
    kernels.blend(dZ, plan.target, 2 / rows, -2 / rows, count)
    this.#gradient.backward(step, x, rows, unit, plan.buffers[n], dZ, gradients, this.#scratch)
    const { networkRate } = plan.options.fit
    updateBlock(kernels, plan.blocks[n], gradients, plan.gradient.skips, rate, networkRate, iteration)
  }

  /** The BSDE's loss has gradients of another size: Adam begins anew. */
  #forgetMoments(): void {
    const { floats } = this.#context.views
    const { blocks } = this.#plan
    this.#context.team.forEach(blocks.length, (n) => {
      const { firstMoment, secondMoment, trainable } = blocks[n]
      floats.fill(0, firstMoment / 4, firstMoment / 4 + trainable)
      floats.fill(0, secondMoment / 4, secondMoment / 4 + trainable)
    })
  }
}
