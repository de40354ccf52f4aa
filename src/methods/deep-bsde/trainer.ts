/**
 * The deep BSDE method (E, Han, Jentzen 2017; Han, Jentzen, E 2018).
 *
 * u(t,Xₜ) and Z = σᵀ∇u(t,Xₜ) solve dY = −f dt + Z·dW, Y_T = g(X_T). At each time step a network gives Zₙ from Xₙ; stacked over
 * time, with Y carried forward by increments, they are one residual network, trained so that Y_T meets g(X_T).
 *
 * Paths do not depend on each other, nor the networks on one another, so one iteration is three phases, each parallel over what
 * is independent in it, and no gradient is ever summed across workers:
 *
 *     paths      ΔW, X, Zₙ = netₙ(Xₙ), Y up to T and the residual    over paths
 *     adjoint    ∂L/∂Zₙ                                              over paths
 *     backward   gradients and Adam, each netₙ its own               over time steps
 *
 * A batch normalisation needs the whole batch at a time: its networks run forward in a phase of their own, over time steps. Where its paths
 * depend on nothing that is learned, they are drawn by whoever has no network left to take backward in the iteration before.
 */

import { gradientStep, type ParameterBlock } from '../../fields/plan.ts'
import { STATE } from '../../fields/state.ts'
import { TrainedField } from '../../fields/trained-field.ts'
import { floatsOf, rowAt } from '../../memory/rows.ts'
import type { GradientBuffers } from '../../networks/gradient-network.ts'
import type { BackwardScratch } from '../../networks/network.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { Pace } from '../../parallel/pace.ts'
import { clearScratch } from '../../parallel/scratch.ts'
import { lengthAt, timeAt } from '../../paths/grid.ts'
import { Pilot } from '../../paths/pilot.ts'
import { Simulator } from '../../paths/simulator.ts'
import { drawStart } from '../../paths/start.ts'
import { isWide } from '../../paths/wide.ts'
import { WidePilot } from '../../paths/wide-pilot.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../../problem/runtime.ts'
import { STREAM } from '../../random/streams.ts'
import { Course } from '../../training/course.ts'
import { EulerSweep } from '../../training/euler-sweep.ts'
import { FirstValues } from '../../training/first-values.ts'
import { initialiseState, initialiseStep, initialUnits } from '../../training/initialise.ts'
import { type BatchLoss, batchLoss, writeAdjoint } from '../../training/loss.ts'
import type { TrainingPlan } from '../../training/plan.ts'
import { hasRefit, Refit } from '../../training/refit.ts'
import { RegionValue } from '../../training/region-value.ts'
import { Rollback } from '../../training/rollback.ts'
import { SamplingDrift } from '../../training/sampling-drift.ts'
import { StateAdjoint } from '../../training/state-adjoint.ts'
import { updateBlock } from '../../training/update.ts'
import { TrainingValues } from '../../training/value-control.ts'

/**
 * Rows that a worker takes at a time in the phases over paths: enough for the matrix products, where there are any to speak of; fewer
 * where else some of many workers would have none. What a row's numbers are does not depend on how many it comes with.
 */
const SHARD_ROWS = 16
const LEAST_SHARD_ROWS = 4

function shardRows(batch: number, workers: number): number {
  const each = LEAST_SHARD_ROWS * Math.ceil(batch / workers / LEAST_SHARD_ROWS)
  return Math.max(LEAST_SHARD_ROWS, Math.min(SHARD_ROWS, each))
}

/** null where the paths need none. */
function stateAdjoint(
  context: WorkerContext,
  plan: TrainingPlan,
  functions: ProblemFunctions,
  simulator: Simulator,
): StateAdjoint | null {
  const { adjointState } = plan
  if (adjointState === null) return null
  return new StateAdjoint(plan, adjointState, functions, simulator, context.kernels, context.views)
}

/** Trains the networks of `plan`, on one worker of a team; every worker of the team runs this. */
export function train(context: WorkerContext, problem: CompiledProblem, plan: TrainingPlan): void {
  const { views, team } = context
  const trainer = new Trainer(context, problem, plan)
  team.barrier()
  if (views.doubles[plan.state + STATE.iteration] === 0) trainer.prepare(problem)
  trainer.run()
}

class Trainer {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan
  readonly #functions: ProblemFunctions
  readonly #simulator: Simulator
  readonly #sweep: EulerSweep
  readonly #values: TrainingValues | null
  readonly #field: TrainedField
  readonly #value: RegionValue | null
  readonly #scratch: BackwardScratch
  readonly #refit: Refit | null
  readonly #drift: SamplingDrift | null
  readonly #rollback: Rollback
  readonly #course: Course
  readonly #shardRows: number
  /** Of the batch, and of the next one where its paths depend on nothing that is learned and its states are of no use backward. */
  readonly #shards: number
  readonly #shardsAhead: number

  constructor(context: WorkerContext, problem: CompiledProblem, plan: TrainingPlan) {
    const { views, kernels, team } = context
    this.#context = context
    this.#plan = plan
    this.#functions = bindFunctions(problem, context.views)
    const { grid, coefficients, seed } = plan
    this.#simulator = new Simulator(problem, this.#functions, grid, context, coefficients, seed)
    const { dependsOn } = problem.functions.driver
    this.#values = plan.values && new TrainingValues(plan, plan.values, views)
    this.#sweep = new EulerSweep(
      plan,
      this.#functions,
      dependsOn,
      kernels,
      views,
      this.#values,
      stateAdjoint(context, plan, this.#functions, this.#simulator),
    )
    const { terminalGradient } = this.#functions
    this.#field = new TrainedField(plan, plan.gradient, terminalGradient, kernels, views)
    this.#value = RegionValue.of(context, plan)
    this.#scratch = plan.workers[team.rank]
    this.#drift = plan.hasDrift ? new SamplingDrift(context, plan, this.#functions, this.#values) : null
    this.#refit = hasRefit(plan) ? new Refit(plan, views) : null
    this.#rollback = new Rollback(context, plan)
    this.#course = new Course(context, plan)
    const { batchSize, network, terminalSkip } = plan.options
    this.#shardRows = isWide(plan.dim) ? 1 : shardRows(batchSize, team.size)
    this.#shards = Math.ceil(batchSize / this.#shardRows)
    const isFree =
      network.batchNorm && network.linearSkip === 'none' && !terminalSkip && plan.valueBlock === null
    this.#shardsAhead = isFree ? this.#shards : 0
  }

  /** Scales from pilot paths, first parameters, and Y₀ at the mean of g unless a range for it is given. */
  prepare(problem: CompiledProblem): void {
    const { views, team } = this.#context
    const plan = this.#plan
    const Kind = isWide(plan.dim) ? WidePilot : Pilot
    const pilot = new Kind(this.#context, plan.pilot, this.#simulator, this.#functions.terminalGradient)
    pilot.run(plan.start, plan.seed)
    const units = initialUnits(pilot, plan)
    pilot.forEachStep(plan.start, plan.seed, (n) => initialiseStep(views.floats, plan, pilot, units, n))
    if (team.rank === 0) {
      initialiseState(views.doubles, plan, units)
      this.#value?.drawDirections(problem, pilot)
      this.#values?.initialise()
      if (plan.values) new FirstValues(this.#context, plan, plan.values, this.#functions, pilot).run()
    }
    team.barrier()
    clearScratch(this.#context, plan.scratch)
  }

  run(): void {
    const { team, views } = this.#context
    const { state, grid } = this.#plan
    let k = views.doubles[state + STATE.iteration]
    const startedAt = performance.now() - this.#course.elapsedBefore(k)
    const pace = new Pace(team.size, performance.now())
    for (let isOver = this.#shouldStop(k); !isOver; isOver = team.isCalled(k) && this.#shouldStop(k)) {
      const rate = this.#course.rateAt(k)
      const isRefitting = this.#course.isRefitting(k)
      if (team.rank === 0) this.#course.turn(k)
      this.#followPaths(k)
      const batch = batchLoss(views.doubles, this.#plan)
      const next = this.#rollback.check(batch.loss, k)
      if (next !== k) {
        k = next
        continue
      }
      if (team.rank === 0) this.#rollback.keep(batch.loss, k)
      this.#overPaths((row, rows) => this.#sweepBackward(batch, k, row, rows))
      // The record needs nothing of the updates, nor they of it: the others begin with these.
      if (team.rank === 0) this.#record(k, batch, rate, startedAt, pace)
      team.forEach(grid.steps + this.#shardsAhead, (piece) => {
        if (piece < grid.steps) this.#backward(piece, rate, k, isRefitting)
        else this.#onShard(piece - grid.steps, (row, rows) => this.#simulate(k + 1, row, rows))
      })
      team.awaitTurn()
      k = this.#course.state(STATE.iteration)
    }
    this.#solveSkips(k)
  }

  /** Ends an iteration in the state and in what is fitted, has some of the team rest, and calls it together where it may have to stop. */
  #record(k: number, batch: BatchLoss, rate: number, startedAt: number, pace: Pace): void {
    const { team, snapshots } = this.#context
    this.#values?.update()
    const now = performance.now()
    this.#course.record(k, batch, rate, now - startedAt)
    if (this.#shardsAhead > 0) this.#context.views.doubles[this.#plan.drawn] = k + 2
    const isCalled = team.isAsked || snapshots.isRequested || this.#course.isFinished(k + 1)
    if (isCalled) team.call(k + 1)
    const resting = pace.resting(now)
    team.rest(isCalled ? 0 : resting)
  }

  /** The skips' last word, once, where training has come to its end; a run that was stopped has not. */
  #solveSkips(done: number): void {
    const { team, views } = this.#context
    const { grid, firstNetwork, state } = this.#plan
    const isDue = this.#course.isFinished(done) && this.#course.state(STATE.skipsSolved) === 0
    const steps = isDue && this.#refit && !this.#course.isSilent ? grid.steps - firstNetwork : 0
    team.forEach(steps, (piece) => this.#refit?.apply(firstNetwork + piece))
    if (team.rank === 0 && isDue) views.doubles[state + STATE.skipsSolved] = 1
  }

  /** Whether training ends before iteration `k`; where nobody writes, so that a copy of the state may be made. */
  #shouldStop(k: number): boolean {
    const { team, snapshots } = this.#context
    if (team.rank === 0) snapshots.serve()
    return team.shouldStop(this.#course.isFinished(k))
  }

  /** From new paths to their residuals. */
  #followPaths(k: number): void {
    const { team, views } = this.#context
    const { options, grid, drawn } = this.#plan
    const { batchSize, network } = options
    if (network.batchNorm) {
      if (views.doubles[drawn] !== k + 1) this.#overPaths((row, rows) => this.#simulate(k, row, rows))
      team.forEach(grid.steps, (n) => this.#forward(n, 0, batchSize))
      this.#overPaths((row, rows) => this.#sweepForward(row, rows))
      return
    }
    this.#overPaths((row, rows) => {
      this.#simulate(k, row, rows)
      for (let n = 0; n < grid.steps; n++) this.#forward(n, row, rows)
      this.#sweepForward(row, rows)
    })
  }

  #overPaths(body: (row: number, rows: number) => void): void {
    this.#context.team.forEach(this.#shards, (shard) => this.#onShard(shard, body))
  }

  #onShard(shard: number, body: (row: number, rows: number) => void): void {
    const row = shard * this.#shardRows
    body(row, Math.min(this.#shardRows, this.#plan.options.batchSize - row))
  }

  // --- simulate

  #simulate(iteration: number, row: number, rows: number): void {
    const { views } = this.#context
    const { x, dW, start, seed, dim, noiseDim, grid, options } = this.#plan
    const batch = options.batchSize
    const stateAt = (n: number) => rowAt(x, n * batch + row, dim)
    drawStart(views.floats, stateAt(0), rows, start, seed, STREAM.training, iteration, row)
    for (let n = 0; n < grid.steps; n++) {
      const w = rowAt(dW, n * batch + row, noiseDim)
      this.#simulator.increments(w, rows, n, Math.sqrt(lengthAt(grid, n)), STREAM.training, iteration, row)
      const noise = floatsOf(row, noiseDim)
      const drift = this.#noiseSlice(this.#plan.drift, n) + noise
      const { terminal, terminalZ } = this.#plan.buffers[n]
      const skip = { terminal: terminal + row, terminalZ: terminalZ + noise }
      this.#drift?.apply(n, stateAt(n), w, drift, skip, rows)
      this.#simulator.advance(stateAt(n + 1), stateAt(n), w, rows, n)
    }
  }

  // --- forward

  /** Zₙ from Xₙ for rows of the batch; over a region, Y₀ = value network of X₀ too. */
  #forward(n: number, row: number, rows: number): void {
    const plan = this.#plan
    const z = rowAt(this.#noiseSlice(plan.z, n), row, plan.noiseDim)
    const x = rowAt(this.#stateSlice(n), row, plan.dim)
    // Where paths have a drift, it needed g(Xₙ) and σᵀ∇g(Xₙ) before.
    const batch = { first: row, hasTerminalZ: this.#drift !== null }
    this.#field.evaluate(n, x, rows, plan.buffers[n], z, timeAt(plan.grid, n), batch)
    if (n === 0) this.#value?.forward(row, rows)
  }

  #stateSlice(n: number): number {
    return rowAt(this.#plan.x, n * this.#plan.options.batchSize, this.#plan.dim)
  }

  #noiseSlice(base: number, n: number): number {
    return rowAt(base, n * this.#plan.options.batchSize, this.#plan.noiseDim)
  }

  // --- sweep

  #sweepForward(row: number, rows: number): void {
    const { doubles } = this.#context.views
    const y0 = this.#course.state(STATE.y0)
    for (let r = row; r < row + rows; r++) doubles[this.#plan.y + r] = this.#value?.at(r) ?? y0
    this.#sweep.forward(row, rows)
  }

  /** ∂L/∂Zₙ of the rows, by ΔW or along the paths. */
  #sweepBackward(batch: BatchLoss, iteration: number, row: number, rows: number): void {
    writeAdjoint(this.#context.views.doubles, this.#plan, batch, row, rows)
    if (this.#course.isPathwise(iteration)) this.#sweep.backwardPathwise(row, rows)
    else this.#sweep.backward(row, rows)
  }

  // --- backward

  /** The networks' own updates. */
  #backward(n: number, rate: number, iteration: number, isRefitting: boolean): void {
    const { team, kernels } = this.#context
    const plan = this.#plan
    const { gradients } = plan.workers[team.rank]
    const rows = plan.options.batchSize
    const dZ = this.#noiseSlice(plan.dZ, n)
    if (n < plan.firstNetwork) {
      kernels.blend(dZ, dZ, this.#course.state(STATE.z0Scale), 0, rows, plan.noiseDim)
      kernels.columnSum(gradients, dZ, rows, plan.noiseDim, 0)
      this.#update(plan.blocks[n], gradients, plan.blocks[n].count, rate, iteration)
      return
    }
    const x = this.#stateSlice(n)
    if (isRefitting) this.#refit?.add(n, dZ)
    this.#field.network.backward(
      gradientStep(plan, n),
      x,
      rows,
      this.#field.unit,
      this.#buffersOf(n),
      dZ,
      gradients,
      this.#scratch,
    )
    this.#update(plan.blocks[n], gradients, plan.gradient.skips, rate, iteration)
    if (n > 0 || !this.#value) return
    this.#value.backward(gradients, this.#scratch)
    // All that it trains is linear.
    this.#update(this.#value.block, gradients, this.#value.block.trainable, rate, iteration)
  }

  /** What the forward pass of step n left, x̂ made again where it was not kept. */
  #buffersOf(n: number): GradientBuffers {
    const plan = this.#plan
    const { team, kernels } = this.#context
    const { scale, shift } = gradientStep(plan, n)
    if (plan.isInputKept || scale === 0) return plan.buffers[n]
    const { input } = plan.workers[team.rank]
    kernels.scaleShift(input, this.#stateSlice(n), scale, shift, plan.options.batchSize, plan.dim)
    return { ...plan.buffers[n], input }
  }

  #update(block: ParameterBlock, gradients: number, skips: number, rate: number, iteration: number): void {
    updateBlock(
      this.#context.kernels,
      block,
      gradients,
      skips,
      rate,
      this.#plan.options.networkRate,
      iteration - this.#course.state(STATE.momentsFrom),
    )
  }
}
