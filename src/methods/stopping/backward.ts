/**
 * Backward over the dates: in each interval one function u(t, x) = Σ c_k φ_k(t, x) is fitted, by least squares, to what paths pay from
 * the interval's end on. By Itô's formula a path's own features are
 *
 *     φ_k(tₙ, X) + Σ_j D_j (∇φ_k·σΔW + ½(ΔWᵀσᵀ∇²φ_k σΔW − tr Δt)),
 *
 * so that the noise of the cash flow inside the interval is explained by the same coefficients, and what is left of it is what the
 * martingale cannot hedge. What a path pays is carried on with the fitted martingale taken off, so that noise does not pile up
 * backwards.
 */

import { type BoundTo, bind } from '../../formulas/bind.ts'
import { copyRows } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { drawFeatures, type Samples, sampleCount } from './features.ts'
import { chooseAndSolve, ridgeError } from './fit.ts'
import { FITTED_TO } from './noise-source.ts'
import { PROGRESS, RIDGES, SLOTS, type StoppingPlan, stateOf } from './plan.ts'
import { BLOCK_ROWS } from './rule-plan.ts'
import { SlopeShape } from './slope-shape.ts'
import { Walker } from './walker.ts'

/** Fits of an interval where the driver is not linear: Picard’s iteration, whose error falls by the interval’s length each time. */
const DRIVEN_PASSES = 3

/** Every worker of a team runs this. */
export function fitBackward(context: WorkerContext, problem: CompiledStopping, plan: StoppingPlan): void {
  new Backward(context, problem, plan).run()
}

class Backward {
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: StoppingPlan
  readonly #walker: Walker
  readonly #shape: SlopeShape
  readonly #payoff: BoundTo<Pays>
  readonly #terminal: BoundTo<Pays>
  readonly #blocks: number

  constructor(context: WorkerContext, problem: CompiledStopping, plan: StoppingPlan) {
    const { functions } = problem.stopping
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#walker = new Walker(context, problem, plan, FITTED_TO)
    this.#payoff = bind(functions.payoff, context.views)
    this.#terminal = bind(functions.terminal, context.views)
    this.#blocks = plan.fitPaths / BLOCK_ROWS
    this.#shape = new SlopeShape(context, problem, plan, this.#walker)
  }

  run(): void {
    const { team, views } = this.#context
    const { intervals, progress } = this.#plan
    const done = progress + PROGRESS.intervals
    const first = views.doubles[done]
    team.barrier()
    if (first === intervals.length) return
    team.forEach(this.#blocks, (block) => this.#simulate(block))
    if (first === 0) this.#begin()
    for (let n = intervals.length - 1 - first; n >= 0; n--) {
      if (team.rank === 0) this.#context.snapshots.serve()
      if (team.shouldStop()) return
      if (team.rank === 0) drawFeatures(this.#context.views, this.#plan, n, this.#samples(n + 1))
      team.barrier()
      this.#fit(n)
      team.forEach(this.#blocks, (block) => this.#carryBack(n, block))
      if (n > 0) this.#shape.byFit(n)
      if (team.rank === 0) {
        views.doubles[done] = intervals.length - n
        team.report(intervals.length - n)
      }
    }
  }

  /** By least squares; with a driver that is not linear several times, for its tangent is taken at the fit before. */
  #fit(n: number): void {
    const { team, views } = this.#context
    const { stopping } = this.#problem
    const passes = stopping.driver === null ? 1 : DRIVEN_PASSES
    for (let pass = 0; pass < passes; pass++) {
      team.forEach(SLOTS, (slot) => this.#accumulate(n, slot))
      team.forEach(RIDGES.length, (k) => ridgeError(views.doubles, this.#plan, k))
      if (team.rank === 0) chooseAndSolve(views.doubles, this.#plan, this.#plan.intervals[n])
      team.barrier()
    }
  }

  /** From what is paid at T. */
  #begin(): void {
    const { team } = this.#context
    team.forEach(this.#blocks, (block) => this.#payAtEnd(block))
    if (team.rank === 0) {
      this.#findFloor()
      // An interval that is not fitted yet is worth nothing, and no number that is none.
      for (const { unit } of this.#plan.intervals) this.#context.views.doubles.fill(1, unit, unit + 2)
    }
    this.#shape.atEnd()
  }

  #simulate(block: number): void {
    const walker = this.#walker
    const keep = (n: number) =>
      copyRows(
        this.#context.views,
        stateOf(this.#plan, this.#problem, n, block),
        walker.hands.x,
        BLOCK_ROWS,
        this.#problem.dim,
      )
    walker.start()
    keep(0)
    this.#plan.intervals.forEach(({ firstNode, steps }, n) => {
      for (let j = 0; j < steps; j++) walker.advance(firstNode + j, block * BLOCK_ROWS)
      keep(n + 1)
    })
  }

  /** The greater of payoff and terminal value at T. */
  #payAtEnd(block: number): void {
    const { intervals } = this.#plan
    this.#pay(this.#terminal, intervals.length, block, () => true)
    const { doubles } = this.#context.views
    const cash = this.#plan.fit.cash + block * BLOCK_ROWS
    this.#pay(this.#payoff, intervals.length, block, (r, value) => value > doubles[cash + r])
  }

  /** The least that going on may be worth: what the worst path pays at T, discounted where that makes it less. */
  #findFloor(): void {
    const { doubles } = this.#context.views
    const { rate, hasSource, driver } = this.#problem.stopping
    const { fit, floor, fitPaths } = this.#plan
    const paid = doubles.subarray(fit.cash, fit.cash + fitPaths)
    const least = paid.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY)
    const isKnown = driver === null && !hasSource && (rate !== null || least === 0)
    const discount = Math.exp(-(rate ?? 0) * this.#problem.horizon)
    doubles[floor] = isKnown ? Math.min(least, discount * least) : Number.NEGATIVE_INFINITY
  }

  /** Lets those paths of a block stop at date n for which `stops` holds. */
  #pay(pays: BoundTo<Pays>, n: number, block: number, stops: (r: number, value: number) => boolean): void {
    const { doubles } = this.#context.views
    const walker = this.#walker
    const cash = this.#plan.fit.cash + block * BLOCK_ROWS
    walker.resume(stateOf(this.#plan, this.#problem, n, block))
    walker.pay(pays, this.#plan.nodes[n])
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const value = doubles[walker.hands.values + r]
      if (stops(r, value)) doubles[cash + r] = value
    }
  }

  /** Sums of products of the features of all blocks of a slot, their targets in the last column. */
  #accumulate(n: number, slot: number): void {
    const { doubles, floats } = this.#context.views
    const { width, fit } = this.#plan
    const { kernels, team } = this.#context
    const size = width * width
    const scratch = fit.scratch[team.rank]
    const first = fit.products + slot * size
    doubles.fill(0, first, first + size)
    const add = (at: number, from: number) => {
      kernels.gemmTN(scratch, from, from, BLOCK_ROWS, width, width, 0)
      for (let k = 0; k < size; k++) doubles[at + k] += floats[scratch + k]
    }
    for (let block = slot; block < this.#blocks; block += SLOTS) {
      this.#carryFeatures(n, block)
      add(first, this.#carried(block))
    }
  }

  #carried(block: number): number {
    return this.#plan.fit.carried + block * BLOCK_ROWS * this.#plan.width
  }

  /** The features of a block along interval n, and what they are to explain. */
  #carryFeatures(n: number, block: number): void {
    const { floats, doubles } = this.#context.views
    const { width, intervals } = this.#plan
    const { start, discount, earned, cash } = this.#plan.fit
    const interval = intervals[n]
    const walker = this.#walker
    const { features } = walker.hands
    const size = BLOCK_ROWS * width
    const carried = this.#carried(block)
    walker.resume(stateOf(this.#plan, this.#problem, n, block))
    walker.begin(interval.firstNode)
    for (let j = 0; j < interval.steps; j++) {
      walker.look(interval, j)
      if (j === 0) {
        floats.copyWithin(carried, features, features + size)
        floats.copyWithin(start + block * size, features, features + size)
      }
      walker.move(interval, interval.firstNode + j, block * BLOCK_ROWS)
      this.#addMartingale(carried)
      walker.accrue(interval.firstNode + j + 1)
    }
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const path = block * BLOCK_ROWS + r
      doubles[discount + path] = walker.accrual.weight[r]
      doubles[earned + path] = walker.accrual.earned[r]
      floats[carried + r * width + width - 1] =
        walker.accrual.weight[r] * doubles[cash + path] + walker.accrual.earned[r]
    }
  }

  /** carried += D·increments; index. */
  #addMartingale(carried: number): void {
    const { kernels, views } = this.#context
    const { increments, ones, weights } = this.#walker.hands
    views.doubles.set(this.#walker.accrual.weight, weights)
    kernels.rowCombine(carried, carried, ones, increments, weights, BLOCK_ROWS, this.#plan.width)
  }

  /** From a date to the one before it: stops where that pays more than going on, and takes the martingale off. */
  #carryBack(n: number, block: number): void {
    const { floats, doubles } = this.#context.views
    const { width, floor, intervals } = this.#plan
    const { start, carried, discount, earned, cash } = this.#plan.fit
    const at = intervals[n].coefficients
    const goingOn = new Float64Array(BLOCK_ROWS)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const path = block * BLOCK_ROWS + r
      let martingale = 0
      for (let k = 0; k < width - 1; k++) {
        const [before, after] = [floats[start + path * width + k], floats[carried + path * width + k]]
        goingOn[r] += doubles[at + k] * before
        martingale += doubles[at + k] * (after - before)
      }
      const weight = doubles[discount + path]
      doubles[cash + path] = weight * doubles[cash + path] + doubles[earned + path] - martingale
    }
    const least = doubles[floor]
    if (n > 0) this.#pay(this.#payoff, n, block, (r, value) => value > Math.max(goingOn[r], least))
  }

  #samples(n: number): Samples {
    const from = stateOf(this.#plan, this.#problem, n, 0)
    const count = sampleCount(this.#plan)
    return {
      states: this.#walker.samples(from, count),
      moves: this.#walker.moves(from, count, this.#plan.nodes[n] - 1),
    }
  }
}
