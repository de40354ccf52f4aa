/**
 * Training that goes wrong goes back: every so many iterations the parameters are kept, and when the loss is not finite or explodes
 * they are put back, Adam begins anew, and the rate is lowered for the rest of the run, a given number of times.
 *
 * When that happens depends on the numbers alone, so every worker comes to the same answer, and so does a resumed run.
 */
import { DivergenceError } from '../errors/errors.ts'
import { STATE } from '../fields/state.ts'
import { restoreSnapshot, takeSnapshot } from '../memory/snapshot.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { diagnose, isSane, RATE } from './diagnosis.ts'
import type { TrainingPlan } from './plan.ts'
import { refitWords } from './refit-plan.ts'
import { forgetMoments } from './update.ts'

/** Iterations between two states that are kept. */
const KEEP_EVERY = 25
/** A loss that explodes at any rate does so by the driver's own slopes. */
const STEEP =
  'Lower rates were tried: the driver is steep in y or z for this horizon. Try a shorter horizon (--set horizon=…) or a larger --batch-size.'

export class Rollback {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan

  constructor(context: WorkerContext, plan: TrainingPlan) {
    this.#context = context
    this.#plan = plan
  }

  /** Keeps the parameters that gave `loss` where that is due. For the first worker alone, before anyone changes them. */
  keep(loss: number, iteration: number): void {
    const { views } = this.#context
    if (iteration % KEEP_EVERY !== 0 || !isSane(views, this.#plan, loss, iteration)) return
    takeSnapshot(views.memory, this.#plan.good)
  }

  /**
   * The iteration to go on with: `iteration` itself where its loss is well, else an earlier one, whose parameters are in
   * place again. Every worker calls this, with the same loss.
   * @throws DivergenceError where going back cannot help, or has been tried often enough
   */
  check(loss: number, iteration: number): number {
    const { team, views } = this.#context
    const diagnosis = diagnose(views, this.#plan, loss, iteration)
    if (diagnosis === null) return iteration
    const rollbacks = this.#state(STATE.rollbacks)
    if (!diagnosis.isTraining || iteration === 0 || rollbacks >= this.#plan.retries) {
      const { message, step, path } = diagnosis
      const advice = diagnosis.advice === RATE && rollbacks > 0 ? STEEP : diagnosis.advice
      const tried = rollbacks === 0 ? '' : ` (after ${rollbacks} rollbacks to a lower rate)`
      throw new DivergenceError(message + tried, iteration, step, path, advice)
    }
    // Everyone has read before anyone writes.
    team.barrier()
    if (team.rank === 0) this.#goBack(rollbacks + 1)
    team.barrier()
    return this.#state(STATE.iteration)
  }

  #goBack(rollbacks: number): void {
    const { views } = this.#context
    const { good, state, refit, grid, noiseDim } = this.#plan
    restoreSnapshot(views.memory, good)
    forgetMoments(views, this.#plan)
    views.doubles.fill(0, refit, refit + refitWords(grid.steps, noiseDim))
    views.doubles[state + STATE.rollbacks] = rollbacks
  }

  #state(word: number): number {
    return this.#context.views.doubles[this.#plan.state + word]
  }
}
