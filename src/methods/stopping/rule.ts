/** A learned rule that anyone can ask: whether to stop at a time in a state, and what it does on new paths. */

import { UserError } from '../../errors/errors.ts'
import { bind, pointwise } from '../../formulas/bind.ts'
import { chooseKernel, compileKernels } from '../../kernels/loader.ts'
import { Arena, allocate } from '../../memory/arena.ts'
import { rowAt } from '../../memory/rows.ts'
import { openContext, type WorkerContext } from '../../parallel/context.ts'
import { SIGNAL_WORDS } from '../../parallel/signals.ts'
import { timeAt } from '../../paths/grid.ts'
import type { LearnedRule, StoppedPaths } from '../../solution/learned-rule.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { TRIED } from './noise-source.ts'
import { BLOCK_ROWS, planRule, type RulePlan, type StoppingOptions } from './rule-plan.ts'
import { Walker } from './walker.ts'

const REMEDY = 'Fit the rule with a lower --batch-size: it has fewer features then.'

/** A rule as plain data: what is saved. */
export interface TrainedRule {
  problem: CompiledStopping
  options: StoppingOptions
  /** As it lay in memory; see `RulePlan.learned`. */
  learned: Uint8Array
}

export class StoppingRule implements LearnedRule {
  readonly trained: TrainedRule
  readonly #context: WorkerContext
  readonly #plan: RulePlan
  readonly #walker: Walker

  private constructor(trained: TrainedRule, context: WorkerContext, plan: RulePlan) {
    this.trained = trained
    this.#context = context
    this.#plan = plan
    this.#walker = new Walker(context, trained.problem, plan, TRIED)
  }

  /** A rule ready to be asked, in memory of its own. @throws UserError where there is not enough of it */
  static async open(trained: TrainedRule): Promise<StoppingRule> {
    const arena = new Arena()
    const signals = arena.integers(SIGNAL_WORDS)
    const plan = planRule(arena, trained.problem, trained.options, 1)
    const memory = allocate(arena.bytes, 2 ** 32, REMEDY)
    const kernel = chooseKernel()
    const module = await compileKernels(kernel)
    new Uint8Array(memory.buffer, plan.learned.at, plan.learned.bytes).set(trained.learned)
    return new StoppingRule(
      trained,
      openContext({ memory, signals, kernel, module, rank: 0, workers: 1 }),
      plan,
    )
  }

  get dates(): number[] {
    const { nodes, grid, stopsAtOnce } = this.#plan
    return nodes.slice(stopsAtOnce ? 0 : 1).map((node) => timeAt(grid, node))
  }

  stop(t: number, x: ArrayLike<number>): boolean {
    return this.stops(t, [x])[0]
  }

  stops(t: number, states: readonly ArrayLike<number>[]): boolean[] {
    for (const x of states) this.#check(t, x)
    const date = this.#dateOf(t)
    if (date === null) return states.map(() => false)
    const { intervals } = this.#plan
    if (date === intervals.length) return states.map(() => true)
    return states.flatMap((_, first) => {
      if (first % BLOCK_ROWS !== 0) return []
      const block = states.slice(first, first + BLOCK_ROWS)
      this.#put(block)
      this.#walker.look(intervals[date], 0)
      return block.map((x, r) => this.#signed(this.#payAt(t, x)) > this.#fitOf(date, r))
    })
  }

  goingOn(t: number, x: ArrayLike<number>): number {
    this.#check(t, x)
    const { intervals } = this.#plan
    const at = this.#nodeBefore(t)
    const last = intervals.findLastIndex(({ firstNode }) => firstNode <= at)
    return this.#signed(this.#lookAt(last, x, at - intervals[last].firstNode))
  }

  payoff(t: number, x: ArrayLike<number>): number {
    this.#check(t, x)
    return this.#payAt(t, x)
  }

  simulate(
    paths: number,
    seed = 1,
    starts: readonly ArrayLike<number>[] = [this.trained.problem.x0],
  ): StoppedPaths {
    const { problem } = this.trained
    for (const start of starts) this.#check(0, start)
    const result: StoppedPaths = {
      paths,
      dates: this.#plan.nodes.map((node) => timeAt(this.#plan.grid, node)),
      date: new Int32Array(paths).fill(-1),
      state: new Float64Array(paths * problem.dim),
      payoff: new Float64Array(paths),
      worth: new Float64Array(paths),
    }
    const walker = new Walker(this.#context, problem, { ...this.#plan, seed }, TRIED)
    for (let first = 0; first < paths; first += BLOCK_ROWS) this.#run(walker, result, first, starts)
    return result
  }

  /** Not part of a solution's JSON form: `save` keeps it. */
  toJSON(): undefined {
    return undefined
  }

  #run(walker: Walker, result: StoppedPaths, first: number, starts: readonly ArrayLike<number>[]): void {
    const { intervals, nodes, stopsAtOnce } = this.#plan
    const { functions } = this.trained.problem.stopping
    const payoff = bind(functions.payoff, this.#context.views)
    const terminal = bind(functions.terminal, this.#context.views)
    const { doubles } = this.#context.views
    const values = walker.hands.values
    walker.start()
    for (let r = 0; r < BLOCK_ROWS; r++) walker.place(r, starts[(first + r) % starts.length])
    walker.begin(0)
    intervals.forEach((interval, n) => {
      if (n > 0 || stopsAtOnce) {
        walker.look(interval, 0)
        walker.pay(payoff, nodes[n])
        this.#end(walker, result, first, n, (r) => doubles[values + r] > this.#fitOf(n, r))
      }
      for (let j = 0; j < interval.steps; j++) {
        walker.advance(interval.firstNode + j, first)
        walker.accrue(interval.firstNode + j + 1)
      }
    })
    const end = intervals.length
    walker.pay(payoff, nodes[end])
    const paid = doubles.slice(values, values + BLOCK_ROWS)
    walker.pay(terminal, nodes[end])
    for (let r = 0; r < BLOCK_ROWS; r++) doubles[values + r] = Math.max(doubles[values + r], paid[r])
    this.#end(walker, result, first, end, () => true)
  }

  /** Writes down rows that stop at date n and have not before. */
  #end(walker: Walker, result: StoppedPaths, first: number, n: number, stops: (r: number) => boolean): void {
    const { floats, doubles } = this.#context.views
    const { dim } = this.trained.problem
    const { natural, values } = walker.hands
    for (let r = 0; r < Math.min(BLOCK_ROWS, result.paths - first); r++) {
      const path = first + r
      if (result.date[path] >= 0 || !stops(r)) continue
      const value = doubles[values + r]
      const row = rowAt(natural, r, dim)
      result.date[path] = n
      result.state.set(floats.subarray(row, row + dim), path * dim)
      result.payoff[path] = this.#signed(value)
      result.worth[path] = this.#signed(walker.accrual.weight[r] * value + walker.accrual.earned[r])
    }
  }

  /** What going on is worth to row r by the fit at interval n, after a look. */
  #fitOf(n: number, r: number): number {
    const { floats, doubles } = this.#context.views
    const { width, intervals, floor, workers } = this.#plan
    const [at, row] = [intervals[n].coefficients, workers[0].features + r * width]
    let sum = 0
    for (let k = 0; k < width - 1; k++) sum += doubles[at + k] * floats[row + k]
    return Math.max(sum, doubles[floor])
  }

  #lookAt(n: number, x: ArrayLike<number>, step = 0): number {
    this.#put([x])
    this.#walker.look(this.#plan.intervals[n], step)
    return this.#fitOf(n, 0)
  }

  /** The rows at these states in turn. */
  #put(states: readonly ArrayLike<number>[]): void {
    for (let r = 0; r < BLOCK_ROWS; r++) this.#walker.place(r, states[r % states.length])
  }

  #payAt(t: number, x: ArrayLike<number>): number {
    const { stopping, horizon } = this.trained.problem
    const paid = (pays: Pays) => pointwise(pays)(t, { x: Float64Array.from(x) }).g[0]
    const payoff = paid(stopping.functions.payoff)
    return this.#signed(t < horizon ? payoff : Math.max(payoff, paid(stopping.functions.terminal)))
  }

  #signed(value: number): number {
    return this.trained.problem.stopping.sign * value
  }

  /** Which date t is; where one may stop at any time, the last one until then; null for a time that is none. */
  #dateOf(t: number): number | null {
    const { nodes, grid, stopsAtOnce } = this.#plan
    const slack = 1e-9 * this.trained.problem.horizon
    const last = nodes.findLastIndex((node) => timeAt(grid, node) <= t + slack)
    if (stopsAtOnce) return last
    return last > 0 && t - timeAt(grid, nodes[last]) <= slack ? last : null
  }

  #nodeBefore(t: number): number {
    const { grid, steps } = this.#plan
    return Math.min(steps - 1, Math.floor(t / grid.dt + 1e-9))
  }

  /** @throws UserError for a time outside [0, horizon], or a state of another length or not finite */
  #check(t: number, x: ArrayLike<number>): void {
    const { id, dim, horizon } = this.trained.problem
    if (!(t >= 0 && t <= horizon)) {
      throw new UserError(`${id}: t must lie between 0 and ${horizon}, got ${t}.`)
    }
    if (x.length !== dim) throw new UserError(`${id}: x must have ${dim} components, got ${x.length}.`)
    const least = this.#plan.isLog ? 0 : Number.NEGATIVE_INFINITY
    for (let i = 0; i < dim; i++) {
      if (x[i] > least && x[i] < Number.POSITIVE_INFINITY) continue
      const wanted = this.#plan.isLog ? 'positive numbers' : 'finite numbers'
      throw new UserError(`${id}: x must be ${wanted}, got ${x[i]}.`)
    }
  }
}
