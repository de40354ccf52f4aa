/**
 * A policy's training that leaves what it had goes back: every so many iterations all that it has learned is kept, and when the mean cost is
 * not finite, or plainly worse than what was kept, that is put back, and the rate is lowered for the rest of the run, a given number of times.
 * A plant that is unstable needs few steps that are too long.
 *
 * When that happens depends on the numbers alone, so every worker comes to the same answer, and so does a resumed run.
 */
import { restoreSnapshot, takeSnapshot } from '../memory/snapshot.ts'
import { loweredRate } from '../optimizer/schedule.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledControl } from './compiled.ts'
import { POLICY_STATE, type PolicyPlan } from './plan.ts'
import { chosenStart } from './start/choose.ts'

/** Iterations between two states that are kept. */
const KEEP_EVERY = 25
/** A mean cost is plainly worse than one that was kept by so many deviations of a path's cost and its own size on top, and good to keep itself up to one. */
const WORSE = 10
const SANE = 1

/** Of the paths of a batch. */
export interface BatchCost {
  mean: number
  variance: number
}

export class PolicyRollback {
  readonly #context: WorkerContext
  readonly #sign: CompiledControl['sign']
  readonly #plan: PolicyPlan

  constructor(context: WorkerContext, { sign }: CompiledControl, plan: PolicyPlan) {
    this.#context = context
    this.#sign = sign
    this.#plan = plan
  }

  /** The schedule's rate, lowered by each rollback. */
  lower(rate: number): number {
    return loweredRate(rate, this.#state('rollbacks'))
  }

  /**
   * The iteration to go on with: `iteration` itself where its cost is well, else an earlier one, and what was learned until then is in place;
   * null where going back has not helped and there is a start to fall back to. Every worker calls this, with the same cost.
   */
  check(cost: BatchCost, iteration: number): number | null {
    const { team, views } = this.#context
    const rollbacks = this.#state('rollbacks')
    const isLast = iteration === 0 || rollbacks >= this.#plan.options.retries
    const isLost = isLast && chosenStart(views.doubles, this.#plan) >= 0
    if (!this.#isWorse(cost, iteration) || (isLast && !isLost)) return iteration
    // Everyone has read before anyone writes.
    team.barrier()
    if (team.rank === 0) {
      if (iteration > 0) restoreSnapshot(views.memory, this.#plan.good)
      if (isLost) this.#write('iteration', iteration)
      this.#write('rollbacks', isLost ? rollbacks : rollbacks + 1)
      this.#write('ranAway', Number(isLost))
    }
    team.barrier()
    return isLost ? null : this.#state('iteration')
  }

  /** Keeps what the iteration began with, where that is due and its cost is well. Every worker calls this. */
  keep(cost: BatchCost, iteration: number): void {
    if (iteration % KEEP_EVERY !== 0) return
    const { team, views } = this.#context
    const isGood = iteration === 0 || this.#excess(cost) <= SANE * this.#state('keptDeviation')
    team.barrier()
    if (isGood && team.rank === 0) {
      this.#write('keptCost', cost.mean)
      this.#write('keptDeviation', Math.sqrt(cost.variance))
      takeSnapshot(views.memory, this.#plan.good)
    }
    team.barrier()
  }

  /** Than what was kept; nothing is before the first iteration but what is not finite. */
  #isWorse(cost: BatchCost, iteration: number): boolean {
    if (iteration === 0) return !Number.isFinite(cost.mean)
    const most = WORSE * this.#state('keptDeviation') + Math.abs(this.#state('keptCost'))
    return !(this.#excess(cost) <= most)
  }

  #excess({ mean }: BatchCost): number {
    return this.#sign * (mean - this.#state('keptCost'))
  }

  #state(name: keyof typeof POLICY_STATE): number {
    return this.#context.views.doubles[this.#plan.state + POLICY_STATE[name]]
  }

  #write(name: keyof typeof POLICY_STATE, value: number): void {
    this.#context.views.doubles[this.#plan.state + POLICY_STATE[name]] = value
  }
}
