/**
 * Training a policy, on one worker of a team. An iteration is two phases:
 *
 *     paths    forward, cost and adjoint sweep, each shard of the batch its own gradients    over shards
 *     update   the shards' gradients summed in their order, Adam                             over time steps
 *
 * See `program/shards.ts` for why any number of workers gives the same bits. Adam leaves parameters as noisy as its last
 * steps; the mean over the last part of the iterations is what is kept (Polyak, Juditsky, 1992). Much of the noise is taken off the
 * gradients before, where that can be (`adjoint-variate.ts`).
 */
import { DivergenceError } from '../errors/errors.ts'
import { HISTORY, HISTORY_COLUMNS } from '../fields/state.ts'
import { initialiseNetwork } from '../networks/initialise.ts'
import { adamStep } from '../optimizer/adam.ts'
import { DESCENT, rateAt } from '../optimizer/schedule.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { writeMatrices } from '../program/calls.ts'
import { Rollout } from '../program/rollout.ts'
import { reduceShards, sweepShards } from '../program/shards.ts'
import { restandardise, standardise } from '../program/standardise.ts'
import { fitAdjoint } from './adjoint-fit.ts'
import { AdjointVariate } from './adjoint-variate.ts'
import type { CompiledControl } from './compiled.ts'
import { POLICY_STATE, type PolicyPlan } from './plan.ts'
import { probeTraining } from './probe.ts'
import { type BatchCost, PolicyRollback } from './rollback.ts'
import { chooseStart, chosenStart, keepBetter, writeStart } from './start/choose.ts'

/** A cost this many deviations below the first batch's is falling without bound. */
const UNBOUNDED = 1e6
/** What helps where a cost stops being finite and there is no start to fall back to. */
const LOST =
  'Try more --steps or a shorter horizon, and look for a formula outside its domain (log, sqrt, division, a high power).'
/** Share of the iterations between two fits of the adjoint, and their iterations of the stream of pilot paths: standardising uses 0 and 1. */
const FIT_SHARE = 0.2
const FINAL_FIT = 2
const FIRST_FIT = 3
/** Share of the iterations before those whose parameters are averaged: the rate is high enough there to forget where they began. */
const AVERAGE_SHARE = 0.5
/** Random constants that are added to a start's controls to give every state a unit. */
const AROUND_START = 0.1

/** Trains the networks of `plan`, on from where its state is; every worker of the team runs this. @throws DivergenceError */
export function trainPolicy(context: WorkerContext, problem: CompiledControl, plan: PolicyPlan): void {
  new PolicyTrainer(context, problem, plan).train()
}

/** Puts the rule to keep in place, and sees how far it may be from the best; every worker of the team runs this. */
export function settlePolicy(context: WorkerContext, problem: CompiledControl, plan: PolicyPlan): void {
  new PolicyTrainer(context, problem, plan).settle()
}

export class PolicyTrainer {
  readonly rollout: Rollout<CompiledControl>
  readonly #context: WorkerContext
  readonly #problem: CompiledControl
  readonly #plan: PolicyPlan
  readonly #variate: AdjointVariate | null
  readonly #rollback: PolicyRollback
  #startedAt = 0

  constructor(context: WorkerContext, problem: CompiledControl, plan: PolicyPlan) {
    this.rollout = new Rollout(context, problem, plan)
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#variate = AdjointVariate.of(context, problem, plan, this.rollout)
    this.#rollback = new PolicyRollback(context, problem, plan)
    // No part of the state that is kept; everybody waits for the first worker before the first step.
    if (context.team.rank === 0) writeMatrices(context.views.floats, problem, plan.matrices)
  }

  train(): void {
    const { team, views } = this.#context
    const done = this.#state('iteration')
    if (this.#state('ranAway') === 1 || this.#state('settled') === 1) return
    if (done === 0) this.prepare()
    else this.#reopen(done)
    const { history } = this.#plan
    const elapsed = done === 0 ? 0 : views.doubles[history + (done - 1) * HISTORY_COLUMNS + HISTORY.elapsedMs]
    this.#startedAt = performance.now() - elapsed
    for (let k: number | null = done; k !== null; ) k = this.#runIteration(k)
    team.barrier()
  }

  settle(): void {
    const { team } = this.#context
    const { options, ownNetworks } = this.#plan
    const { iterations } = options
    const [done, ranAway] = [this.#state('iteration'), this.#state('ranAway') === 1]
    if (this.#state('settled') === 1) return
    this.#reopen(done)
    if (done > averageFrom(iterations) && !ranAway) team.forEach(ownNetworks, (n) => this.#keepAverage(n))
    keepBetter(this.#context, this.#problem, this.#plan, this.rollout, ranAway)
    this.#fit(FINAL_FIT)
    if (done === iterations) probeTraining(this.#context, this.#problem, this.#plan, this)
    // Everybody has looked whether it is settled before it is.
    team.barrier()
    if (team.rank === 0) this.#setState('settled', 1)
  }

  /** After a first fit of the adjoint it is in use. */
  #reopen(done: number): void {
    this.rollout.variate = done > this.#plan.options.restart ? this.#variate : null
  }

  #state(name: keyof typeof POLICY_STATE): number {
    return this.#context.views.doubles[this.#plan.state + POLICY_STATE[name]]
  }

  #setState(name: keyof typeof POLICY_STATE, value: number): void {
    this.#context.views.doubles[this.#plan.state + POLICY_STATE[name]] = value
  }

  /** Iteration k. @returns the next, which may be an earlier one; null where this one is not to be. */
  #runIteration(k: number): number | null {
    const { team, snapshots } = this.#context
    const { options, ownNetworks } = this.#plan
    const { schedule, iterations, batchSize, restart } = options
    // Everybody else waits, so that nobody writes.
    if (team.rank === 0) snapshots.serve()
    if (k >= iterations || team.shouldStop()) return null
    if (k > 0 && k === restart) restandardise(this.#context, this.#plan, this.rollout, 1)
    if (k >= restart) this.#refit(k)
    this.sweep(k, batchSize)
    const cost = this.#batchCost()
    const next = this.#rollback.check(cost, k)
    if (next !== k) {
      this.#reopen(next ?? k)
      return next
    }
    this.#refuse(cost, k)
    this.#rollback.keep(cost, k)
    const rate = this.#rollback.lower(rateAt(schedule, k, iterations, Math.max(0, iterations - DESCENT)))
    team.forEach(ownNetworks, (n) => {
      this.update(n, rate, batchSize, k < restart ? k : k - restart, k >= restart)
      this.#average(n, k)
    })
    if (team.rank === 0) this.#record(k, cost, rate)
    return k + 1
  }

  /** Fits the adjoint anew, every fifth of the iterations, for the gradient's control variate. */
  #refit(iteration: number): void {
    const { options } = this.#plan
    const every = Math.ceil(FIT_SHARE * options.iterations)
    if (this.#variate === null || (iteration - options.restart) % every !== 0) return
    this.rollout.variate = this.#variate
    this.#fit(FIRST_FIT + (iteration - options.restart) / every)
  }

  /** By an iteration of the stream of pilot paths. */
  #fit(iteration: number): void {
    const { variate } = this.rollout
    this.rollout.variate = null
    fitAdjoint(this.#context, this.#plan, this.rollout, iteration)
    this.rollout.variate = variate
  }

  /** First parameters (every network writes zero) and the units of the state. */
  prepare(): void {
    const { team, views } = this.#context
    const { blocks, network, options, ownNetworks } = this.#plan
    team.forEach(ownNetworks, (n) =>
      initialiseNetwork(views.floats, blocks[n].theta, network, options.seed, n, true),
    )
    // Under no control a state may not move at all, and would have no unit: random ones show what controls can do.
    chooseStart(this.#context, this.#problem, this.#plan, this.rollout)
    const chosen = chosenStart(views.doubles, this.#plan)
    this.rollout.explorationShare = chosen < 0 ? null : AROUND_START
    this.rollout.isExploring = true
    standardise(this.#context, this.#plan, this.rollout, 0)
    this.rollout.isExploring = false
    if (chosen >= 0) writeStart(this.#context, this.#plan, chosen)
  }

  /** Costs of a batch's paths, and gradients of their sum. */
  sweep(iteration: number, batchSize: number): void {
    sweepShards(this.#context, this.#plan, this.rollout, iteration, batchSize)
  }

  /** Sums run in path order: every worker gets the same bits. */
  #batchCost(): BatchCost {
    const { doubles } = this.#context.views
    const { shards, options } = this.#plan
    const { costs } = shards
    const batch = options.batchSize
    let mean = 0
    for (let r = 0; r < batch; r++) mean += doubles[costs + r] / batch
    let variance = 0
    for (let r = 0; r < batch; r++) variance += (doubles[costs + r] - mean) ** 2 / batch
    return { mean, variance }
  }

  /** @throws DivergenceError where the cost of a path is not finite, or that of the batch has no bound */
  #refuse({ mean }: BatchCost, iteration: number): void {
    const { doubles } = this.#context.views
    const { costs } = this.#plan.shards
    if (!Number.isFinite(mean)) {
      const batch = doubles.subarray(costs, costs + this.#plan.options.batchSize)
      const path = batch.findIndex((cost) => !Number.isFinite(cost))
      throw new DivergenceError('the cost of a path stopped being finite', iteration, null, path, LOST)
    }
    const [first, deviation] = [this.#state('firstCost'), this.#state('firstDeviation')]
    const signed = this.#problem.sign * (mean - first)
    if (iteration > 0 && signed < -UNBOUNDED * (Math.abs(first) + deviation + 1)) {
      throw new DivergenceError('the cost falls without bound', iteration, null, null)
    }
  }

  /**
   * One step of Adam for network n, with the gradients of the last sweep.
   * @param since steps since Adam began: the restart rescales parameters, and moments begin anew
   * @param isWhole false for a step of the linear part alone
   */
  update(n: number, rate: number, batchSize: number, since: number, isWhole: boolean): void {
    const { kernels } = this.#context
    const { network, blocks, skip, options } = this.#plan
    const { trainable } = network
    const total = reduceShards(this.#context, this.#plan, n, this.#problem.sign / batchSize)
    const { theta, firstMoment, secondMoment } = blocks[n]
    if (since === 0) {
      const { floats } = this.#context.views
      floats.fill(0, firstMoment, firstMoment + trainable)
      floats.fill(0, secondMoment, secondMoment + trainable)
    }
    const part = (from: number, to: number, share: number) => {
      const [at, count] = [from, to - from]
      const moments = [firstMoment + at, secondMoment + at] as const
      adamStep(kernels, theta + at, total + at, ...moments, count, rate * share, since)
    }
    const { bias } = network.layers[network.layers.length - 1]
    part(0, skip, 1)
    part(bias, trainable, 1)
    if (isWhole) part(skip, bias, options.networkRate)
  }

  /** Takes network n into the mean of the last iterations. */
  #average(n: number, iteration: number): void {
    const { averages, firstHalves, blocks, options, network } = this.#plan
    const { kernels } = this.#context
    const from = averageFrom(options.iterations)
    const count = iteration - from + 1
    if (count < 1) return
    const share = 1 / count
    kernels.blend(averages[n], blocks[n].theta, 1 - share, share, 1, network.trainable)
    const isHalf = count === Math.ceil(0.5 * (options.iterations - from))
    if (isHalf) kernels.blend(firstHalves[n], averages[n], 0, 1, 1, network.trainable)
  }

  #keepAverage(n: number): void {
    const { averages, blocks, network } = this.#plan
    const from = averages[n]
    this.#context.views.floats.copyWithin(blocks[n].theta, from, from + network.trainable)
  }

  #record(iteration: number, { mean, variance }: BatchCost, rate: number): void {
    const { doubles } = this.#context.views
    if (iteration === 0) {
      this.#setState('firstCost', mean)
      this.#setState('firstDeviation', Math.sqrt(variance))
    }
    const row = this.#plan.history + iteration * HISTORY_COLUMNS
    doubles[row + HISTORY.loss] = variance
    doubles[row + HISTORY.estimate] = mean
    doubles[row + HISTORY.rate] = rate
    doubles[row + HISTORY.elapsedMs] = performance.now() - this.#startedAt
    this.#setState('iteration', iteration + 1)
    this.#context.team.report(iteration + 1)
  }
}

function averageFrom(iterations: number): number {
  return Math.floor(AVERAGE_SHARE * iterations)
}
