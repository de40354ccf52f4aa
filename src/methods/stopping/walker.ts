/** Moves a block of paths along the grid and looks at it through the features of an interval. */

import { type BoundTo, bind } from '../../formulas/bind.ts'
import { ACTIVATION, padded } from '../../kernels/interface.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { Simulator, writeCoefficients } from '../../paths/simulator.ts'
import { placeAt } from '../../paths/start.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { STREAM } from '../../random/streams.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { Accrual } from './accrual.ts'
import { Linearised } from './linearised.ts'
import { Order } from './order.ts'
import { BLOCK_ROWS, type IntervalPlan, isOrdered, type RulePlan, type WorkerPlan } from './rule-plan.ts'
import { SOFT_MAXIMA, SOFT_PAIRS, SoftMaxima } from './soft-maxima.ts'

/** Beyond it an exponential is no feature of use. */
const MOST_GROWTH = 30

/** Where the noise of paths comes from. */
export interface NoiseSource {
  stream: number
  iteration: number
}

/** Paths that are fitted to, those that say what the fit is worth, and those that a saved rule is tried on. */
export const FITTED_TO: NoiseSource = { stream: STREAM.stopping, iteration: 0 }
export const FRESH: NoiseSource = { stream: STREAM.stopping, iteration: 1 }
export const TRIED: NoiseSource = { stream: STREAM.sample, iteration: 0 }

export class Walker {
  /** What the block's rows have been discounted by and paid since `begin`. */
  readonly accrual: Accrual
  readonly hands: WorkerPlan
  /** Whether E(w·δŝ)² of a step is a constant, so that the martingale's second order is known too. */
  readonly hasSecondOrder: boolean
  /** Where components may change places. */
  readonly softs: SoftMaxima | null
  /** Of the mixed noise of one coordinate, per time, and between two of them, where they are all alike. */
  readonly #square: number
  readonly #correlation: number
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: RulePlan
  readonly #simulator: Simulator
  readonly #order: Order
  readonly #noise: BoundTo<CompiledStopping['stopping']['functions']['noise']>
  readonly #source: NoiseSource
  readonly #driver: Linearised | null
  readonly #grown = new Float64Array(BLOCK_ROWS)
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
    this.hasSecondOrder = isMovedByConstants(plan)
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#simulator = new Simulator(motion, step, grid, context, coefficients, seed)
    this.softs = isOrdered(problem) ? new SoftMaxima(problem.dim) : null
    const { square, cross } = likeness(motion)
    this.#square = square
    this.#correlation = cross / square
    this.#order = new Order(problem.dim, isOrdered(problem))
    this.accrual = new Accrual(context.views, problem, plan.grid, this.hands.natural)
    this.#noise = bind(problem.stopping.functions.noise, context.views)
    this.#source = source
    const isDriven = problem.stopping.driver !== null
    this.#driver = isDriven ? new Linearised(context.views, problem, plan, isPushed) : null
    this.#isPushed = isDriven && isPushed
    if (context.team.rank === 0) writeCoefficients(context.views.floats, coefficients, motion, grid)
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
    const row = this.hands.x / 4 + r * padded(this.#problem.dim)
    for (let i = 0; i < x.length; i++) floats[row + i] = this.#plan.isLog ? Math.log(x[i]) : x[i]
  }

  /** Rows from coordinates that were kept. @param from byte offset */
  resume(from: number): void {
    const { floats } = this.#context.views
    const size = BLOCK_ROWS * padded(this.#problem.dim)
    floats.copyWithin(this.hands.x / 4, from / 4, from / 4 + size)
    this.#order.reset()
  }

  /** Counts discount and payments from this node on. */
  begin(node: number): void {
    if (this.accrual.isVarying) this.unfold()
    this.accrual.begin(node)
  }

  /** The features at the rows' states, into hands.features. */
  look(interval: IntervalPlan, j: number): void {
    const { kernels, views } = this.#context
    const { hands } = this
    const { width, columns, growth } = this.#plan
    const { floats } = views
    const inverse = 1 / views.doubles[interval.unit / 8]
    this.#order.arrange(floats, hands.state, hands.x, interval.centre, inverse, padded(columns))
    if (this.softs !== null) {
      const variance = this.#square * floats[this.#plan.coefficients.s / 4] ** 2 * this.#plan.grid.dt
      this.softs.prepare(views.doubles[interval.unit / 8 + 1], variance, this.#correlation)
      this.softs.arrange(floats, hands.state, hands.x)
    }
    this.#rescale(interval, j)
    kernels.gemmNN(hands.features, hands.state, interval.weights, BLOCK_ROWS, columns, width, 0)
    kernels.scaleShift(hands.features, hands.features, hands.scale, hands.shift, BLOCK_ROWS, width)
    const grown = this.#grow()
    kernels.biasActivation(hands.features, hands.zeros, BLOCK_ROWS, width, ACTIVATION.tanh)
    grown?.forEach((value, r) => {
      floats[hands.features / 4 + r * width + growth] = value
    })
  }

  /**
   * Draws the noise of the step from node `node` on, moves the rows, and leaves in hands.increments what the noise moves each feature
   * by to second order: ∇φ·δ + ½(δᵀ∇²φ δ − its mean), of mean 0 given what was looked at. After `look`.
   */
  move(interval: IntervalPlan, node: number, firstPath: number): void {
    const { kernels, views } = this.#context
    const { hands } = this
    const { width, columns } = this.#plan
    this.#linearise(interval, node)
    this.advance(node, firstPath, this.#isPushed)
    const inverse = 1 / views.doubles[interval.unit / 8]
    this.#order.follow(views.floats, hands.moved, hands.noise, inverse, padded(columns))
    this.softs?.follow(views.floats, hands.moved, hands.noise)
    kernels.gemmNN(hands.increments, hands.moved, interval.weights, BLOCK_ROWS, columns, width, 0)
    kernels.scaleShift(hands.increments, hands.increments, hands.scale, hands.zeros, BLOCK_ROWS, width)
    this.#bend(interval)
  }

  /** The exponential of the feature that is one, before the others become tanh. */
  #grow(): Float64Array | null {
    const { growth, width } = this.#plan
    if (growth < 0) return null
    const { floats } = this.#context.views
    for (let r = 0; r < BLOCK_ROWS; r++) {
      this.#grown[r] = Math.exp(Math.min(MOST_GROWTH, floats[this.hands.features / 4 + r * width + growth]))
    }
    return this.#grown
  }

  /** From w·δ to the increments of tanh. */
  #bend({ weights }: IntervalPlan): void {
    const { floats } = this.#context.views
    const { hands } = this
    const { width, firstSoft, growth } = this.#plan
    const bend = this.hasSecondOrder ? 1 : 0
    const lastOwn = Math.min(firstSoft, width)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const [phis, moves] = [hands.features / 4 + r * width, hands.increments / 4 + r * width]
      for (let k = 0; k < lastOwn; k++) {
        const phi = floats[phis + k]
        const move = floats[moves + k]
        const spread = floats[hands.spread / 4 + k]
        const second = bend * phi * (move * move - spread)
        floats[moves + k] =
          k === growth ? phi * Math.expm1(move - 0.5 * spread) : (1 - phi * phi) * (move - second)
      }
      if (this.softs !== null) this.#bendSoft(this.softs, r, weights / 4 + this.#problem.dim * width)
    }
  }

  /** Those of soft maxima, which are curved themselves. @param at index of their weights */
  #bendSoft({ products, bends }: SoftMaxima, r: number, at: number): void {
    const { floats } = this.#context.views
    const { hands } = this
    const { width, firstSoft } = this.#plan
    const [phis, moves] = [hands.features / 4 + r * width, hands.increments / 4 + r * width]
    const [p, q] = [r * SOFT_PAIRS, r * SOFT_MAXIMA]
    for (let k = firstSoft; k < width; k++) {
      const [u, v, w] = [floats[at + k], floats[at + width + k], floats[at + 2 * width + k]]
      const mean =
        u * (u * products[p] + 2 * (v * products[p + 1] + w * products[p + 2])) +
        v * (v * products[p + 3] + 2 * w * products[p + 4]) +
        w * w * products[p + 5]
      const phi = floats[phis + k]
      const move = floats[moves + k]
      const curved = u * bends[q] + v * bends[q + 1] + w * bends[q + 2]
      floats[moves + k] = (1 - phi * phi) * (move + curved - phi * (move * move - mean))
    }
  }

  /** Moves the rows without looking at them; the noise's part of the step is left in hands.noise. */
  advance(node: number, firstPath: number, isPushed = false): void {
    const { hands } = this
    const { grid } = this.#plan
    const deviation = Math.sqrt(grid.dt)
    const { stream, iteration } = this.#source
    this.#simulator.increments(hands.w, BLOCK_ROWS, node, deviation, stream, iteration, firstPath)
    this.#displace(node)
    if (isPushed) this.#push()
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
    const stride = padded(this.#plan.columns)
    this.#order.arrange(floats, state, x, centre, 1 / (doubles[unit / 8] || 1), stride)
    this.#order.follow(floats, slopes, noise, 1, stride)
  }

  /** Adds slopes by the soft maxima to those by the ordered coordinates. @param factor of units */
  spreadSoft(slopes: number, factor: number): void {
    if (this.softs === null) return
    const { floats } = this.#context.views
    const { dim } = this.#problem
    const stride = padded(this.#plan.columns)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const row = slopes / 4 + r * stride
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
    const { floats } = this.#context.views
    const { dim } = this.#problem
    const width = padded(dim)
    const rows = Array.from({ length: count }, (_, r) =>
      Float64Array.from(floats.subarray(from / 4 + r * width, from / 4 + r * width + dim)),
    )
    return isOrdered(this.#problem) ? rows.map((row) => row.sort().reverse()) : rows
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
    const [unit, scale] = doubles.subarray(interval.unit / 8, interval.unit / 8 + 2)
    this.slopesOf(interval)
    this.spreadSoft(hands.slopes, scale * unit)
    this.unfold()
    this.#order.restore(this.#context.views.floats, hands.noise, hands.slopes, 1 / unit, padded(columns))
    this.#driver.take(interval, timeAt(grid, node), hands)
  }

  /** ∇û by the coordinates of the features, [rows × columns] into hands.slopes. After `look`. */
  slopesOf({ coefficients, weights }: IntervalPlan): void {
    const { kernels, views } = this.#context
    const { floats, doubles } = views
    const { hands } = this
    const { width, columns, growth } = this.#plan
    for (let r = 0; r < BLOCK_ROWS; r++) {
      for (let k = 0; k < width; k++) {
        const phi = floats[hands.features / 4 + r * width + k]
        const steep = doubles[coefficients / 8 + k] * floats[hands.scale / 4 + k]
        floats[hands.rows / 4 + r * width + k] = steep * (k === growth ? phi : 1 - phi * phi)
      }
    }
    kernels.gemmNT(hands.slopes, hands.rows, weights, BLOCK_ROWS, columns, width, 0, hands.turned)
  }

  /** ΔW ← ΔW + b Δt: the paths move as the driver's tangent has it. */
  #push(): void {
    const { floats } = this.#context.views
    const { w, push } = this.hands
    const { dt } = this.#plan.grid
    const size = BLOCK_ROWS * padded(this.#problem.noiseDim)
    for (let k = 0; k < size; k++) floats[w / 4 + k] += dt * floats[push / 4 + k]
  }

  /** X itself, from the coordinates, into hands.natural. */
  unfold(): void {
    const { floats } = this.#context.views
    const { natural, x } = this.hands
    const size = BLOCK_ROWS * padded(this.#problem.dim)
    if (!this.#plan.isLog) {
      floats.copyWithin(natural / 4, x / 4, x / 4 + size)
      return
    }
    for (let k = 0; k < size; k++) floats[natural / 4 + k] = Math.exp(floats[x / 4 + k])
  }

  /** What heat spreads sharpens towards the end of an interval as 1/√(time left). */
  #rescale({ steps, bias, drift, spread, sharpens }: IntervalPlan, j: number): void {
    const { floats } = this.#context.views
    const { hands } = this
    const past = j / steps
    for (let k = 0; k < this.#plan.width; k++) {
      const scale = floats[sharpens / 4 + k] === 0 ? 1 : 1 / Math.sqrt(1 - past)
      floats[hands.scale / 4 + k] = scale
      floats[hands.shift / 4 + k] = scale * floats[bias / 4 + k] + past * floats[drift / 4 + k]
      floats[hands.spread / 4 + k] = scale * scale * floats[spread / 4 + k]
    }
  }

  /** What the noise alone moves the coordinates by, to first order. */
  #displace(node: number): void {
    const { kernels, views } = this.#context
    const { floats } = views
    const { hands } = this
    const { dim, noiseDim } = this.#problem
    const { motion, coefficients, grid } = this.#plan
    const width = padded(dim)
    if (!this.hasSecondOrder) {
      this.#noise(BLOCK_ROWS, timeAt(grid, node), { x: hands.x, w: hands.w, moved: hands.noise })
      return
    }
    if (motion.mixing) kernels.gemmNN(hands.mixed, hands.w, coefficients.mixing, BLOCK_ROWS, noiseDim, dim, 0)
    const from = (motion.mixing ? hands.mixed : hands.w) / 4
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const row = r * width
      for (let i = 0; i < dim; i++) {
        floats[hands.noise / 4 + row + i] = floats[from + row + i] * floats[coefficients.s / 4 + i]
      }
    }
  }
}

/** Coordinates whose noise has constant coefficients: Brownian, Ornstein–Uhlenbeck, and the logarithm of a geometric X. */
export function isMovedByConstants({ motion }: RulePlan): boolean {
  return 'diffusion' in motion.dynamics && motion.dynamics.kind !== 'geometric'
}

/** Variance of the first component of the mixed noise, and its covariance with the second. */
function likeness({ mixing, noiseDim }: CompiledProblem): { square: number; cross: number } {
  if (mixing === null) return { square: 1, cross: 0 }
  let [square, cross] = [0, 0]
  for (let j = 0; j < noiseDim; j++) {
    square += mixing[j] ** 2
    cross += mixing[j] * (mixing[noiseDim + j] ?? 0)
  }
  return { square, cross }
}
