/** Moves a block of paths along the grid and looks at it through the features of an interval. */

import { type BoundTo, bind } from '../../formulas/bind.ts'
import { copyRows, floatsOf, rowAt, rowsAt } from '../../memory/rows.ts'
import { floatsAt } from '../../memory/views.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { Simulator } from '../../paths/simulator.ts'
import { placeAt } from '../../paths/start.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { Accrual } from './accrual.ts'
import { ConstantNoise, commonNoise } from './constant-noise.ts'
import { FeatureRows } from './feature-rows.ts'
import { Linearised } from './linearised.ts'
import { MovingNoise } from './moving-noise.ts'
import type { NoiseSource } from './noise-source.ts'
import { Order } from './order.ts'
import {
  BLOCK_ROWS,
  type IntervalPlan,
  isMovedByConstants,
  isOrdered,
  type RulePlan,
  type WorkerPlan,
} from './rule-plan.ts'
import { SoftMaxima } from './soft-maxima.ts'
import type { StepNoise } from './step-noise.ts'

export class Walker {
  /** What the block's rows have been discounted by and paid since `begin`. */
  readonly accrual: Accrual
  readonly hands: WorkerPlan
  /** Where components may change places. */
  readonly softs: SoftMaxima | null
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: RulePlan
  readonly #simulator: Simulator
  readonly #order: Order
  readonly #noise: StepNoise
  readonly #features: FeatureRows
  readonly #source: NoiseSource
  readonly #driver: Linearised | null
  readonly #isPushed: boolean

  /** @param isPushed whether a driver that is not linear moves the paths by its slope in z */
  constructor(
    context: WorkerContext,
    problem: CompiledStopping,
    plan: RulePlan,
    source: NoiseSource,
    isPushed = false,
  ) {
    const { motion, coefficients, grid, seed } = plan
    const step = bind(motion.functions.step, context.views)
    this.hands = { ...plan.workers[context.team.rank] }
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#simulator = new Simulator(motion, { step, stepTransport: null }, grid, context, coefficients, seed)
    this.softs = isOrdered(problem) ? new SoftMaxima(problem.dim) : null
    this.#order = new Order(problem.dim, isOrdered(problem))
    this.accrual = new Accrual(context.views, problem, plan.grid, this.hands.natural)
    this.#noise = isMovedByConstants(plan.motion)
      ? new ConstantNoise(context, problem, plan, this.hands, this.softs)
      : new MovingNoise(context, problem, plan, this.hands, source.iteration)
    this.#features = new FeatureRows(context, plan, this.hands)
    this.#source = source
    const isDriven = problem.stopping.driver !== null
    this.#driver = isDriven ? new Linearised(context.views, problem, plan, isPushed) : null
    this.#isPushed = isDriven && isPushed
    const { doubles } = context.views
    doubles.fill(1, this.hands.ones, this.hands.ones + BLOCK_ROWS)
  }

  /** All rows at x0, nothing paid yet. */
  start(): void {
    placeAt(this.#context.views.floats, this.hands.x, BLOCK_ROWS, this.#plan.motion.x0)
    this.#order.reset()
    this.begin(0)
  }

  /** Row r at x instead, after `start` and before `begin`. */
  place(r: number, x: ArrayLike<number>): void {
    const { floats } = this.#context.views
    const row = rowAt(this.hands.x, r, this.#problem.dim)
    for (let i = 0; i < x.length; i++) floats[row + i] = this.#plan.isLog ? Math.log(x[i]) : x[i]
  }

  /** Rows from coordinates that were kept. @param from index */
  resume(from: number): void {
    copyRows(this.#context.views, this.hands.x, from, BLOCK_ROWS, this.#problem.dim)
    this.#order.reset()
  }

  /** Counts discount and payments from this node on. */
  begin(node: number): void {
    if (this.accrual.isVarying) this.unfold()
    this.accrual.begin(node)
  }

  /** The features at the rows' states, into hands.features. */
  look(interval: IntervalPlan, j: number): void {
    const { views } = this.#context
    const { hands } = this
    const { columns } = this.#plan
    const { floats } = views
    const inverse = 1 / views.doubles[interval.unit]
    this.#order.arrange(floats, hands.state, hands.x, interval.centre, inverse, columns)
    if (this.softs !== null) {
      this.softs.prepare(views.doubles[interval.unit + 1], commonNoise(this.#plan, floats))
      this.softs.arrange(floats, hands.state, hands.x)
    }
    this.#features.evaluate(interval, j)
    if (j === 0) this.#driver?.begin(interval, hands)
  }

  /**
   * Draws the noise of the step from node `node` on, moves the rows, and leaves in hands.increments what the noise moves each feature
   * by to third order: ∇φ·δ + ½(δᵀ∇²φ δ − its mean) + …, of mean 0 given what was looked at. After `look`.
   */
  move(interval: IntervalPlan, node: number, firstPath: number): void {
    const { kernels, views } = this.#context
    const { hands } = this
    const { width, columns } = this.#plan
    this.#linearise(interval, node)
    this.#draw(node, firstPath)
    this.#noise.displace(node)
    const inverse = 1 / views.doubles[interval.unit]
    this.#order.follow(views.floats, hands.moved, hands.noise, inverse, columns)
    this.softs?.follow(views.floats, hands.moved, hands.noise)
    this.#noise.spread(interval, node, firstPath)
    kernels.gemmNN(hands.rows, hands.moved, interval.weights, BLOCK_ROWS, columns, width, 0)
    this.#features.increment(interval, this.#noise.bends)
    this.#driver?.follow(interval, hands)
    if (this.#isPushed) this.#push()
    this.#step(node)
  }

  /** Moves the rows without looking at them. */
  advance(node: number, firstPath: number): void {
    this.#draw(node, firstPath)
    this.#step(node)
  }

  /** ΔW of the step from `node` on. */
  #draw(node: number, firstPath: number): void {
    const { stream, iteration } = this.#source
    const deviation = Math.sqrt(this.#plan.grid.dt)
    this.#simulator.increments(this.hands.w, BLOCK_ROWS, node, deviation, stream, iteration, firstPath)
  }

  #step(node: number): void {
    const { hands } = this
    this.#simulator.advance(hands.next, hands.x, hands.w, BLOCK_ROWS, node)
    const { x } = hands
    hands.x = hands.next
    hands.next = x
  }

  /** Leaves hands.noise [rows × dim] in hands.slopes, in the order of the rows' own components. */
  arrangeNoise(): void {
    const { floats, doubles } = this.#context.views
    const { state, x, slopes, noise } = this.hands
    const [{ centre, unit }] = this.#plan.intervals
    const { columns } = this.#plan
    this.#order.arrange(floats, state, x, centre, 1 / (doubles[unit] || 1), columns)
    this.#order.follow(floats, slopes, noise, 1, columns)
  }

  /** Adds slopes by the soft maxima to those by the ordered coordinates. @param factor of units */
  spreadSoft(slopes: number, factor: number): void {
    if (this.softs === null) return
    const { floats } = this.#context.views
    const { dim } = this.#problem
    const { columns } = this.#plan
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const row = rowAt(slopes, r, columns)
      for (let i = 0; i < dim; i++) {
        const place = r * dim + this.#order.placeOf(r, i)
        let sum = 0
        this.softs.slopes.forEach((pi, a) => {
          sum += floats[row + dim + a] * pi[place]
        })
        floats[row + i] += factor * sum
      }
    }
  }

  /** The first `count` rows of states that were kept at `from`, each in order. */
  samples(from: number, count: number): Float64Array[] {
    const rows = this.#rows(from, count)
    return isOrdered(this.#problem) ? rows.map((row) => row.sort().reverse()) : rows
  }

  #rows(from: number, count: number): Float64Array[] {
    const { dim } = this.#problem
    const places = Array.from({ length: count }, (_, r) => rowAt(from, r, dim))
    return places.map((at) => Float64Array.from(floatsAt(this.#context.views, at, dim)))
  }

  /** What the noise of the step from `node` on moves the first `count` states that were kept at `from` by; null where it is a constant. */
  moves(from: number, count: number, node: number): Float64Array[] | null {
    if (!(this.#noise instanceof MovingNoise)) return null
    const { dim } = this.#problem
    const rows: Float64Array[] = []
    while (rows.length < count) {
      this.resume(rowAt(from, rows.length, dim))
      this.#noise.sample(node, rows.length)
      rows.push(...this.#rows(this.hands.noise, BLOCK_ROWS))
    }
    return rows
  }

  /** Discount and payments of the step that ends at `node`. */
  accrue(node: number): void {
    if (this.#driver !== null) {
      this.accrual.followTangent(this.#driver)
      return
    }
    if (this.accrual.isVarying) this.unfold()
    this.accrual.follow(node)
  }

  /** What `pays` pays each row at a node, into hands.values, and its slopes by X, [rows × dim] into hands.slopes. */
  pay(pays: BoundTo<Pays>, node: number): void {
    const { natural, slopes, values } = this.hands
    const t = timeAt(this.#plan.grid, node)
    this.unfold()
    pays(BLOCK_ROWS, t, { x: natural, g: values, gradU: slopes })
  }

  /** The driver's tangent at the rows, where it is not linear. After `look`. */
  #linearise(interval: IntervalPlan, node: number): void {
    if (this.#driver === null) return
    const { hands } = this
    const { doubles } = this.#context.views
    const { grid, columns } = this.#plan
    const [unit, scale] = doubles.subarray(interval.unit, interval.unit + 2)
    this.#features.slopes(interval)
    this.spreadSoft(hands.slopes, scale * unit)
    this.unfold()
    this.#order.restore(this.#context.views.floats, hands.noise, hands.slopes, 1 / unit, columns)
    this.#driver.take(timeAt(grid, node), hands)
  }

  /** ∇û by the coordinates of the features, [rows × columns] into hands.slopes. After `look`. */
  slopesOf(interval: IntervalPlan): void {
    this.#features.slopes(interval)
  }

  /** ΔW ← ΔW + b Δt: the paths move as the driver's tangent has it. */
  #push(): void {
    const { floats } = this.#context.views
    const { w, push } = this.hands
    const { dt } = this.#plan.grid
    const size = floatsOf(BLOCK_ROWS, this.#problem.noiseDim)
    for (let k = 0; k < size; k++) floats[w + k] += dt * floats[push + k]
  }

  /** X itself, from the coordinates, into hands.natural. */
  unfold(): void {
    const { views } = this.#context
    const { natural, x } = this.hands
    copyRows(views, natural, x, BLOCK_ROWS, this.#problem.dim)
    if (!this.#plan.isLog) return
    const all = rowsAt(views, natural, BLOCK_ROWS, this.#problem.dim)
    for (let k = 0; k < all.length; k++) all[k] = Math.exp(all[k])
  }
}
