/** The mean product of the value's slopes over paths that are fitted to: the features of the interval before are drawn by it. */
import { type BoundTo, bind } from '../../formulas/bind.ts'
import { floatsOf, rowAt } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { SLOTS, type StoppingPlan, stateOf } from './plan.ts'
import { BLOCK_ROWS } from './rule-plan.ts'
import type { Walker } from './walker.ts'

export class SlopeShape {
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: StoppingPlan
  readonly #walker: Walker
  readonly #payoff: BoundTo<Pays>
  readonly #terminal: BoundTo<Pays>
  readonly #blocks: number

  constructor(context: WorkerContext, problem: CompiledStopping, plan: StoppingPlan, walker: Walker) {
    const { functions } = problem.stopping
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#walker = walker
    this.#payoff = bind(functions.payoff, context.views)
    this.#terminal = bind(functions.terminal, context.views)
    this.#blocks = plan.fitPaths / BLOCK_ROWS
  }

  /** Of what is paid at T. All workers call it. */
  atEnd(): void {
    this.#sum((block) => this.#endSlopes(block))
  }

  /** Of the fit of interval n, where it begins. All workers call it. */
  byFit(n: number): void {
    this.#sum((block) => this.#fittedSlopes(n, block))
  }

  /** The mean of slope·slopeᵀ over blocks, whose slopes `write` leaves in hands.slopes. */
  #sum(write: (block: number) => void): void {
    const { kernels, views, team } = this.#context
    const { floats, doubles } = views
    const { columns, fit } = this.#plan
    const { slopeProducts, shape } = fit
    const { dim } = this.#problem
    const { slopes } = this.#walker.hands
    const scratch = fit.scratch[team.rank]
    team.forEach(SLOTS, (slot) => {
      const first = rowAt(slopeProducts, slot * columns, columns)
      doubles.fill(0, first, rowAt(first, columns, columns))
      if (slot >= this.#blocks) return
      write(slot)
      kernels.gemmTN(scratch, slopes, slopes, BLOCK_ROWS, columns, columns, 0)
      for (let k = 0; k < floatsOf(columns, columns); k++) doubles[first + k] += floats[scratch + k]
    })
    if (team.rank === 0) {
      for (let i = 0; i < dim; i++) {
        for (let k = 0; k < dim; k++) {
          let sum = 0
          for (let slot = 0; slot < SLOTS; slot++) {
            sum += doubles[rowAt(slopeProducts, slot * columns + i, columns) + k]
          }
          doubles[shape + i * dim + k] = sum
        }
      }
    }
    team.barrier()
  }

  /** Slopes, by the coordinates, of the greater of payoff and terminal value at T. */
  #endSlopes(block: number): void {
    const { floats, doubles } = this.#context.views
    const { nodes, intervals, fit, isLog } = this.#plan
    const { dim } = this.#problem
    const walker = this.#walker
    const { natural, slopes, values, noise } = walker.hands
    const end = intervals.length
    walker.resume(stateOf(this.#plan, this.#problem, end, block))
    const take = (r: number) => {
      const first = floatsOf(r, dim)
      for (let k = first; k < first + dim; k++) {
        floats[noise + k] = floats[slopes + k] * (isLog ? floats[natural + k] : 1)
      }
    }
    walker.pay(this.#terminal, nodes[end])
    for (let r = 0; r < BLOCK_ROWS; r++) take(r)
    walker.pay(this.#payoff, nodes[end])
    for (let r = 0; r < BLOCK_ROWS; r++) {
      // What was paid at T is the greater of both: where that is the payoff, so is the slope.
      const isPayoff = doubles[values + r] === doubles[fit.cash + block * BLOCK_ROWS + r]
      if (isPayoff) take(r)
    }
    walker.arrangeNoise()
  }

  /** ∇û at the start of interval n, in the order of its coordinates. */
  #fittedSlopes(n: number, block: number): void {
    const { doubles } = this.#context.views
    const walker = this.#walker
    const interval = this.#plan.intervals[n]
    const [unit, scale] = doubles.subarray(interval.unit, interval.unit + 2)
    walker.resume(stateOf(this.#plan, this.#problem, n, block))
    walker.look(interval, 0)
    walker.slopesOf(interval)
    walker.spreadSoft(walker.hands.slopes, scale * unit)
  }
}
