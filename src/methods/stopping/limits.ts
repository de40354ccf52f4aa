/**
 * Lower and upper limit from paths that the fit never saw. With M = Σ D(Ẑ·ΔW + second order), whose integrands are known when a
 * step begins, E M = 0 whatever was fitted, so that
 *
 *     E[D_τ payoff_τ − M_τ] ≤ u ≤ E[max over dates of (D payoff − M)]
 *
 * for any rule τ and any coefficients (Rogers 2002, Haugh and Kogan 2004).
 */

import { type BoundTo, bind } from '../../formulas/bind.ts'
import { floatsOf } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { lawOf } from '../../problem/laws/laws.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { Bend } from './bend.ts'
import { FRESH } from './noise-source.ts'
import { PROGRESS, type StoppingPlan } from './plan.ts'
import { Retrace } from './retrace.ts'
import { BLOCK_ROWS, type IntervalPlan } from './rule-plan.ts'
import { MET } from './unmet.ts'
import { Walker } from './walker.ts'

/** Blocks between two moments at which the run may stop, or its state be kept. */
const ROUND_BLOCKS = 16

export function findLimits(context: WorkerContext, problem: CompiledStopping, plan: StoppingPlan): void {
  const { team, snapshots, views } = context
  const limits = new Limits(context, problem, plan)
  const blocks = plan.paths / BLOCK_ROWS
  const progress = plan.progress + PROGRESS.blocks
  let done = views.doubles[progress]
  team.barrier()
  do {
    const first = done
    done = Math.min(blocks, done + ROUND_BLOCKS)
    team.forEach(done - first, (piece) => limits.run(first + piece))
    if (team.rank === 0) {
      views.doubles[progress] = done
      team.report(done * BLOCK_ROWS)
      snapshots.serve()
    }
  } while (!team.shouldStop(done === blocks))
}

class Limits {
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: StoppingPlan
  readonly #walker: Walker
  readonly #payoff: BoundTo<Pays>
  readonly #terminal: BoundTo<Pays>
  readonly #martingale = new Float64Array(BLOCK_ROWS)
  readonly #moved = new Float64Array(BLOCK_ROWS)
  readonly #goingOn = new Float64Array(BLOCK_ROWS)
  readonly #lower = new Float64Array(BLOCK_ROWS)
  readonly #upper = new Float64Array(BLOCK_ROWS)
  readonly #stopped = new Int32Array(BLOCK_ROWS)
  /** Over the dates. */
  readonly #least = new Float64Array(BLOCK_ROWS)
  readonly #most = new Float64Array(BLOCK_ROWS)
  readonly #taken: Float64Array
  /** Where the driver is not linear. */
  readonly #retrace: Retrace | null
  /** For any time. */
  readonly #bend: Bend | null
  /** By date: ∂(coordinates then)/∂(those at 0), [dim]. */
  readonly #flows: Float64Array[]

  constructor(context: WorkerContext, problem: CompiledStopping, plan: StoppingPlan) {
    const { functions } = problem.stopping
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#walker = new Walker(context, problem, plan, FRESH, true)
    this.#payoff = bind(functions.payoff, context.views)
    this.#terminal = bind(functions.terminal, context.views)
    const trail = plan.trails?.[context.team.rank]
    this.#retrace = trail ? new Retrace(context.views, problem, plan, trail) : null
    this.#bend = plan.stopsAtOnce ? new Bend(context.views, problem, plan) : null
    this.#taken = new Float64Array(BLOCK_ROWS * problem.dim)
    this.#flows = plan.nodes.map((node) => flowOver(problem, plan, node))
  }

  run(block: number): void {
    const { intervals, stopsAtOnce, nodes } = this.#plan
    const walker = this.#walker
    walker.start()
    this.#martingale.fill(0)
    this.#upper.fill(Number.NEGATIVE_INFINITY)
    this.#stopped.fill(-1)
    this.#least.fill(Number.POSITIVE_INFINITY)
    this.#most.fill(Number.NEGATIVE_INFINITY)
    this.#retrace?.begin()
    this.#bend?.begin()
    intervals.forEach((interval, n) => {
      walker.look(interval, 0)
      this.#guess(interval)
      if (n > 0 || stopsAtOnce) this.#offer(n)
      this.#bend?.leave(walker, this.#payoff, nodes[n + 1])
      for (let j = 0; j < interval.steps; j++) {
        if (j > 0) walker.look(interval, j)
        walker.move(interval, interval.firstNode + j, block * BLOCK_ROWS)
        this.#addMartingale(interval)
        this.#retrace?.keep(interval.firstNode + j, walker.hands, this.#moved)
        walker.accrue(interval.firstNode + j + 1)
      }
    })
    // At T one takes the greater of payoff and terminal value; what has stopped stays stopped.
    this.#goingOn.fill(Number.NEGATIVE_INFINITY)
    this.#offer(intervals.length)
    this.#decide(intervals.length, this.#terminal, nodes[intervals.length])
    this.#keep(block)
    this.#keepMet(block)
    this.#bend?.keep(block)
  }

  /** What going on is worth by the fit. */
  #guess({ coefficients }: IntervalPlan): void {
    const { floats, doubles } = this.#context.views
    const { width, floor } = this.#plan
    const { features } = this.#walker.hands
    for (let r = 0; r < BLOCK_ROWS; r++) {
      let sum = 0
      for (let k = 0; k < width - 1; k++) {
        sum += doubles[coefficients + k] * floats[features + r * width + k]
      }
      this.#goingOn[r] = Math.max(sum, doubles[floor])
    }
  }

  /** What stopping pays at date n. */
  #offer(n: number): void {
    this.#decide(n, this.#payoff, this.#plan.nodes[n])
    const { doubles } = this.#context.views
    const { values } = this.#walker.hands
    for (let r = 0; r < BLOCK_ROWS; r++) {
      this.#least[r] = Math.min(this.#least[r], doubles[values + r])
      this.#most[r] = Math.max(this.#most[r], doubles[values + r])
    }
  }

  /** Payoffs of date n: each may be the greatest for the dual, and the rule takes those that are worth more than going on. */
  #decide(n: number, pays: BoundTo<Pays>, node: number): void {
    const { doubles } = this.#context.views
    const walker = this.#walker
    const { values } = walker.hands
    walker.pay(pays, node)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const payoff = doubles[values + r]
      const paid = walker.accrual.weight[r] * payoff + walker.accrual.earned[r] - this.#martingale[r]
      if (paid > this.#upper[r]) this.#upper[r] = paid
      this.#retrace?.pay(n, r, payoff)
      const hasStopped = this.#stopped[r] >= 0
      const stops = hasStopped ? this.#stopped[r] === n && paid > this.#lower[r] : payoff > this.#goingOn[r]
      if (!stops) continue
      if (!hasStopped && n > 0 && n < this.#plan.intervals.length)
        this.#bend?.stop(r, timeAt(this.#plan.grid, node), payoff, walker.hands)
      this.#stopped[r] = n
      this.#lower[r] = paid
      this.#takeSlope(r)
    }
  }

  /** Discounted ∇ of what the row is paid, by the coordinates where it stops. */
  #takeSlope(r: number): void {
    const { floats } = this.#context.views
    const { natural, slopes } = this.#walker.hands
    const { dim } = this.#problem
    const from = floatsOf(r, dim)
    for (let i = 0; i < dim; i++) {
      const unit = this.#plan.isLog ? floats[natural + from + i] : 1
      this.#taken[r * dim + i] = this.#walker.accrual.weight[r] * unit * floats[slopes + from + i]
    }
  }

  #addMartingale({ coefficients }: IntervalPlan): void {
    const { floats, doubles } = this.#context.views
    const { width } = this.#plan
    const {
      hands,
      accrual: { weight },
    } = this.#walker
    for (let r = 0; r < BLOCK_ROWS; r++) {
      let sum = 0
      for (let k = 0; k < width - 1; k++) {
        sum += doubles[coefficients + k] * floats[hands.increments + r * width + k]
      }
      this.#moved[r] = sum
      this.#martingale[r] += weight[r] * sum
    }
  }

  /** After the terminal value. */
  #keepMet(block: number): void {
    const { doubles } = this.#context.views
    const { met, paths } = this.#plan
    const { accrual, hands } = this.#walker
    const keep = (word: number, of: Float64Array) => doubles.set(of, met + word * paths + block * BLOCK_ROWS)
    keep(MET.least, this.#least)
    keep(MET.most, this.#most)
    keep(MET.terminal, doubles.slice(hands.values, hands.values + BLOCK_ROWS))
    keep(MET.weight, accrual.weight)
    keep(MET.earned, accrual.earned)
  }

  #keep(block: number): void {
    const { doubles, integers } = this.#context.views
    const { lower, upper, stopped, sums, retraced } = this.#plan
    const { dim } = this.#problem
    const first = block * BLOCK_ROWS
    const at = sums + block * (dim + 2)
    doubles.fill(0, at, at + dim + 2)
    this.#retrace?.goBack(this.#stopped, this.#walker.hands)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      // Who is paid no number never stops.
      if (this.#stopped[r] < 0) {
        this.#lower[r] = Number.NaN
        this.#stopped[r] = this.#plan.intervals.length
      }
      doubles[lower + first + r] = this.#lower[r]
      doubles[upper + first + r] = this.#upper[r]
      if (retraced !== null) {
        doubles[retraced.lower + first + r] = this.#stopped[r] < 0 ? Number.NaN : this.#retrace!.rule[r]
        doubles[retraced.upper + first + r] = this.#retrace!.best[r]
      }
      integers[stopped + first + r] = this.#stopped[r]
      const flow = this.#flows[this.#stopped[r]]
      for (let i = 0; i < dim; i++) doubles[at + i] += flow[i] * this.#taken[r * dim + i]
      doubles[at + dim] += this.#martingale[r]
      doubles[at + dim + 1] += this.#martingale[r] ** 2
    }
  }
}

/** ∂(coordinates at the end)/∂(those `steps` before it), [dim]: exact laws only. */
function flowOver({ dim }: CompiledStopping, { motion, grid }: StoppingPlan, steps: number): Float64Array {
  const law = lawOf(motion.dynamics).components
  return Float64Array.from({ length: dim }, (_, i) => Math.exp((law?.rate(i) ?? 0) * steps * grid.dt))
}
