/** ∇u(0,x₀) from fresh paths on both grids; every worker of the team runs this, after the estimate. */
import { floatsOf } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { clearScratch } from '../../parallel/scratch.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { Extremes } from '../../statistics/hidden-tail.ts'
import { lengthOf } from '../../statistics/sizes.ts'
import { gridSizes } from '../grid-sizes.ts'
import { RESULT, resultOf } from '../plan.ts'
import { pathsFor } from '../result.ts'
import { spreadOf } from '../spread.ts'
import { addSample, sumsFor } from './controlled.ts'
import { GradientObserver, type Observed, type Side } from './observer.ts'
import { GRADIENT_ROUND, type GradientPlan, QUANTITY, SHARD_PAIRS, SHARDS, tailAt } from './plan.ts'
import { readGradient } from './result.ts'

/** Of the estimate's stream. */
const GRADIENT_ITERATION = 32
/** Paths end where the standard error is this share of the gradient, or of what single paths observe, all as lengths. */
const PRECISE = 5e-4
/** Pairs as a share of the estimate's paths. */
const SHARE = 1 / 16
/** Rounds that are run however few paths the estimate had, unless they are precise before, and those that take three grids. */
const FEWEST_ROUNDS = 2
const THIRD_GRID_ROUNDS = 2
/** Rounds that are run while the standard error is beyond this share of a gradient that is not small beside what single paths observe. */
const MODEST_ROUNDS = 5
const MODEST = 1.5e-3
const SMALL = 0.1

export function estimateGradient(context: WorkerContext, problem: CompiledProblem, plan: GradientPlan): void {
  clearScratch(context, plan.scratch)
  new GradientEstimator(context, problem, plan).run()
}

class GradientEstimator {
  readonly #context: WorkerContext
  readonly #plan: GradientPlan
  readonly #observer: GradientObserver
  readonly #sides: Side[]
  /** Each `QUANTITY` as a combination of what the grids observe. */
  readonly #quantities: number[][]
  /** Of each shard's components. */
  readonly #tails: Extremes[][]

  constructor(context: WorkerContext, problem: CompiledProblem, plan: GradientPlan) {
    const { views, team } = context
    const { estimate } = plan
    this.#context = context
    this.#plan = plan
    const observer = new GradientObserver(context, problem, plan)
    this.#observer = observer
    const { share, coarseShare } = gridSizes(estimate)
    this.#quantities = [[1], [1, -1], [0, 1, -1], [1 + share, -1 - share - coarseShare, coarseShare]]
    this.#sides = observer.sides()
    this.#tails = Array.from({ length: SHARDS }, (_, shard) =>
      Array.from({ length: plan.tails }, (__, i) => new Extremes(views.doubles, tailAt(plan, shard, i))),
    )
    if (team.rank === 0) {
      for (const tail of this.#tails.flat()) tail.forget()
      if (estimate.branches) {
        views.doubles.set(spreadOf(views, problem, estimate, this.#sides[0].simulator), plan.spread)
      }
      views.doubles[plan.count] = 0
      views.doubles.fill(0, plan.sums, plan.sums + SHARDS * plan.shardSums * estimate.training.dim)
      views.doubles.fill(0, plan.sizes, plan.sizes + SHARDS * estimate.training.dim)
    }
    team.barrier()
  }

  run(): void {
    const { team, views } = this.#context
    const plan = this.#plan
    const isEstimated = resultOf(views.doubles, plan.estimate)[RESULT.count] > 0
    const estimated = isEstimated ? pathsFor(views.doubles, plan.estimate) : 0
    const most = Math.min(plan.pairs, Math.max(FEWEST_ROUNDS * GRADIENT_ROUND, SHARE * estimated))
    if (team.shouldStop(estimated === 0)) return
    let done = 0
    let isDone = false
    do {
      const sides = done < THIRD_GRID_ROUNDS * GRADIENT_ROUND ? this.#sides : this.#sides.slice(0, 2)
      team.forEach(SHARDS, (shard) => this.#shard(shard, done + shard * SHARD_PAIRS, sides))
      done += GRADIENT_ROUND
      if (team.rank === 0) {
        views.doubles[plan.count] = done
        if (sides.length === 3) views.doubles[plan.count + 1] = done
        isDone = this.#isEnough(done, most)
      }
    } while (!team.shouldStop(isDone))
  }

  /** Paths of a shard in a round, block by block. */
  #shard(shard: number, firstPath: number, sides: Side[]): void {
    const { rows: most } = this.#plan
    for (let row = 0; row < SHARD_PAIRS; row += most) {
      const rows = Math.min(most, SHARD_PAIRS - row)
      const observed = sides.map((side) => this.#observe(side, firstPath + row, rows, shard))
      for (const [quantity, shares] of this.#quantities.entries()) {
        if (shares.length <= observed.length) this.#add(shard, quantity, shares, observed, rows)
      }
    }
  }

  /** The means of what the two paths of each pair observe; adds what one of them does to the shard's sizes. */
  #observe(side: Side, firstPath: number, rows: number, shard: number): Observed {
    const [one, other] = ([1, -1] as const).map((sign) => {
      side.simulator.sign = sign
      return this.#observer.follow(side, GRADIENT_ITERATION, firstPath, rows)
    })
    if (side.stride === 1) this.#addSizes(shard, one.p, rows)
    const parts = ({ p, q }: Observed) => [p, ...q]
    for (const [k, part] of parts(one).entries()) {
      const second = parts(other)[k]
      for (let j = 0; j < part.length; j++) part[j] = 0.5 * (part[j] + second[j])
    }
    return one
  }

  #addSizes(shard: number, p: Float32Array, rows: number): void {
    const { doubles } = this.#context.views
    const { dim } = this.#plan.estimate.training
    const first = this.#plan.sizes + shard * dim
    for (let r = 0; r < rows; r++) {
      const row = floatsOf(r, dim)
      for (let i = 0; i < dim; i++) doubles[first + i] += p[row + i] ** 2
    }
  }

  /** Adds to the shard's sums of a quantity that is this combination of the grids' observations, in path order. */
  #add(shard: number, quantity: number, shares: readonly number[], observed: Observed[], rows: number): void {
    const { doubles } = this.#context.views
    const { dim } = this.#plan.estimate.training
    const [a, b, c] = [0, 1, 2].map((grid) => shares[grid] ?? 0)
    const [fine, coarse = fine, coarsest = coarse] = observed
    const { controls, shardSums } = this.#plan
    const first = this.#plan.sums + (shard * shardSums + quantity * sumsFor(controls)) * dim
    const sample = new Float64Array(controls + 1)
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < dim; i++) {
        const k = floatsOf(r, dim) + i
        sample[0] = a * fine.p[k] + b * coarse.p[k] + c * coarsest.p[k]
        for (let j = 0; j < controls; j++)
          sample[j + 1] = a * fine.q[j][k] + b * coarse.q[j][k] + c * coarsest.q[j][k]
        addSample(doubles, first + i, dim, sample)
        // Ẑ's control with its natural share: the fitted one is known at the end alone.
        if (quantity === QUANTITY.fine) this.#tails[shard][i]?.add(sample[0] + sample[1])
      }
    }
  }

  /** Whether `done` pairs are as precise as is asked for, or all that may be run. */
  #isEnough(done: number, most: number): boolean {
    const { gradient, standardError, size } = readGradient(this.#context.views.doubles, this.#plan, false)!
    const [length, error] = [lengthOf(gradient), lengthOf(standardError)]
    if (error <= PRECISE * Math.max(size, length)) return true
    const next = done + GRADIENT_ROUND
    if (next <= most) return false
    const isModest = length < SMALL * size || error <= MODEST * length
    return isModest || next > Math.min(this.#plan.pairs, MODEST_ROUNDS * GRADIENT_ROUND)
  }
}
