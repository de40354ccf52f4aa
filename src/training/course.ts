/** The course of a training run as its state tells it: rates, when it ends, what is recorded. Every worker reads the same. */

import { HISTORY, HISTORY_COLUMNS, STATE } from '../fields/state.ts'
import { descentAfter, isFinished, isSettling, loweredRate, rateAt } from '../optimizer/schedule.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { type BatchLoss, updateInitialValue } from './loss.ts'
import type { TrainingPlan } from './plan.ts'
import { forgetMoments } from './update.ts'

export class Course {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan

  constructor(context: WorkerContext, plan: TrainingPlan) {
    this.#context = context
    this.#plan = plan
  }

  /** A word of the run's state. */
  state(word: number): number {
    return this.#context.views.doubles[this.#plan.state + word]
  }

  /** Whether batches tell nothing of g. */
  get isSilent(): boolean {
    return this.state(STATE.isSilent) === 1
  }

  /** The schedule's rate, lowered by each rollback. */
  rateAt(iteration: number): number {
    const { schedule, iterations } = this.#plan.options
    const rate = rateAt(schedule, iteration, iterations, this.state(STATE.descent))
    return this.isSilent ? 0 : loweredRate(rate, this.state(STATE.rollbacks))
  }

  isFinished(done: number): boolean {
    const { schedule, iterations } = this.#plan.options
    return isFinished(schedule, done, iterations, this.state(STATE.descent))
  }

  /** Whether the iteration's gradient is taken along paths. */
  isPathwise(iteration: number): boolean {
    return iteration < this.#plan.options.pathwiseIterations
  }

  /** Whether the iteration's pathwise gradients are kept for the skips' solution. */
  isRefitting(iteration: number): boolean {
    const { schedule, iterations } = this.#plan.options
    return (
      this.isPathwise(iteration) && isSettling(schedule, iteration, iterations, this.state(STATE.descent))
    )
  }

  /** Milliseconds that the first `done` iterations took, in a run that was interrupted. */
  elapsedBefore(done: number): number {
    return done === 0 ? 0 : this.#context.views.doubles[this.#row(done - 1) + HISTORY.elapsedMs]
  }

  /** Writes an iteration into the history and moves the state to the next. For the first worker alone, while nobody reads them. */
  record(iteration: number, batch: BatchLoss, rate: number, elapsedMs: number): void {
    const { views, team } = this.#context
    const { doubles } = views
    const { state, options } = this.#plan
    updateInitialValue(doubles, this.#plan, batch, rate, iteration - this.state(STATE.momentsFrom))
    const row = this.#row(iteration)
    doubles[row + HISTORY.loss] = batch.loss
    doubles[row + HISTORY.estimate] = batch.estimate
    doubles[row + HISTORY.rate] = rate
    doubles[row + HISTORY.elapsedMs] = elapsedMs
    const done = iteration + 1
    const lossAt = (k: number) => doubles[this.#row(k) + HISTORY.loss]
    doubles[state + STATE.iteration] = done
    doubles[state + STATE.descent] = descentAfter(done, options.iterations, this.state(STATE.descent), lossAt)
    team.report(done)
  }

  /** Adam begins anew where the gradient turns from one along paths to one by ΔW, which is of another size. For one worker alone. */
  turn(iteration: number): void {
    const isTurn = iteration > 0 && iteration === this.#plan.options.pathwiseIterations
    if (isTurn && this.state(STATE.momentsFrom) !== iteration) forgetMoments(this.#context.views, this.#plan)
  }

  #row(iteration: number): number {
    return this.#plan.history + iteration * HISTORY_COLUMNS
  }
}
