/**
 * The problem with hindsight along one path of the noise, bounded from below:
 *
 *     min over (a, s) of Σ cost − penalty + g,   x₊ = Fz + c with w known.
 *
 * Around any controls ū the costs lie above their tangents plus κ (see `curvature.ts`): what is then left is
 * linear–quadratic, and its minimum J(ū) − ½ Σ rₙᵀTₙ⁻¹rₙ, from one backward sweep, lies below that of the problem. Where the
 * costs are quadratic it is that minimum; else ū is moved towards the minimiser until the two sides meet. Any ū gives a
 * bound, so that a search which ends early makes it lower, not wrong.
 */
import { timeAt } from '../../paths/grid.ts'
import type { CompiledControl } from '../compiled.ts'
import { dualOf } from './compiled.ts'
import type { DualFunctions } from './functions.ts'
import { HeldControls } from './held.ts'
import { LinearMap } from './linear-map.ts'
import { solveInner } from './model.ts'
import { DualArrays, type DualPlan } from './plan.ts'

/** Most moves of ū, and the reduction, as a share of the cost, at which the search ends. */
const MOST_MOVES = 20
const CLOSE = 1e-7
const LONGEST_STEP = 4

export class InnerProblem {
  readonly #plan: DualPlan
  readonly #problem: CompiledControl
  readonly #functions: DualFunctions
  readonly #times: number[]
  readonly #variance: number
  readonly #isShared: boolean
  readonly #isQuadratic: boolean
  /** Where the control is held to a set; null where it is free. */
  readonly #held: HeldControls | null
  readonly #arrays: DualArrays
  readonly #curvature: Float64Array[]
  readonly #feedback: Float64Array[]
  readonly #inverse: Float64Array[]
  #maps: Maps | null = null
  /** z [steps+1][all], the slope of what is minimised there [steps+1][all], a move [steps+1][dim+controls]. */
  readonly #z: Float64Array
  readonly #slope: Float64Array
  readonly #move: Float64Array
  /** −T⁻¹r [steps][controls]. */
  readonly #forward: Float64Array
  readonly #adjoint: Float64Array
  readonly #scratch: Float64Array
  /** The penalty of the path: its slope in (x, a), [steps][dim+control], and what the control does not move. */
  readonly #price: Float64Array
  #priceLevel = 0

  constructor(doubles: Float64Array, problem: CompiledControl, plan: DualPlan, functions: DualFunctions) {
    const { sizes, steps, estimate } = plan
    const { dim, control, controls, all, noise } = sizes
    const { grid, options } = estimate.policy
    const dual = dualOf(problem, 'quadratic')!
    const step = options.scheme === 'heun' ? dual.heun! : dual.euler
    const arrays = new DualArrays(doubles, plan)
    const own = (count: number, length: number) =>
      Array.from({ length: count }, () => new Float64Array(length))
    this.#plan = plan
    this.#problem = problem
    this.#functions = functions
    this.#times = Array.from({ length: steps }, (_, n) => timeAt(grid, n))
    this.#variance = problem.isDiscrete ? 1 : grid.dt
    this.#isShared = step.isCurvatureConstant && dual.isTerminalCurvatureConstant
    this.#isQuadratic = dual.isQuadratic
    this.#held = dual.set.kind === 'free' ? null : new HeldControls(dual.set, steps * controls, control)
    this.#arrays = arrays
    this.#curvature = this.#isShared ? arrays.of('curvature') : own(steps + 1, all * all)
    this.#feedback = this.#isShared ? arrays.of('feedback') : own(steps, controls * dim)
    this.#inverse = this.#isShared ? arrays.of('inverse') : own(steps, controls * controls)
    this.#z = new Float64Array((steps + 1) * all)
    this.#slope = new Float64Array((steps + 1) * all)
    this.#move = new Float64Array((steps + 1) * (dim + controls))
    this.#forward = new Float64Array(steps * controls)
    this.#adjoint = new Float64Array(dim)
    this.#scratch = new Float64Array(Math.max(all, noise))
    this.#price = new Float64Array(steps * (dim + control))
  }

  /** The quadratic part for all paths, where it is one; by one worker. False where it has no minimum. */
  prepare(): boolean {
    return !this.#isShared || this.#solve()
  }

  /** To be called when the penalty has changed. */
  renew(): void {
    this.#maps = null
  }

  /** Where the noise of step n goes. */
  noise(n: number): { array: Float64Array; at: number } {
    const { all, noise } = this.#plan.sizes
    return { array: this.#z, at: (n + 1) * all - noise }
  }

  /**
   * The penalty of the path that `lowerBound` saw last at other (x, a): z of step n lies at z[at + n·stride], and is
   * adapted, so that its mean is zero.
   */
  penaltyAt(z: Float64Array, at: number, stride: number): number {
    const { dim, control } = this.#plan.sizes
    const early = dim + control
    let penalty = this.#priceLevel
    for (let n = 0; n < this.#plan.steps; n++) {
      for (let j = 0; j < early; j++) penalty += this.#price[n * early + j] * z[at + n * stride + j]
    }
    return penalty
  }

  /** A lower bound of the minimum with `weight` times the penalty; −∞ where none was found. */
  lowerBound(weight: number): number {
    const { dim, controls, all } = this.#plan.sizes
    const { steps } = this.#plan
    this.#maps ??= new Maps(this.#arrays, this.#plan, this.#feedback, this.#inverse, this.#isShared)
    this.#price.fill(0)
    this.#priceLevel = 0
    if (weight !== 0) this.#setPrice(weight)
    this.#z.set(this.#problem.x0)
    for (let n = 0; n < steps; n++) this.#z.fill(0, n * all + dim, n * all + dim + controls)
    let best = Number.NEGATIVE_INFINITY
    if (this.#held !== null) {
      this.#evaluate()
      const isConvex = this.#isShared || this.#bendAndSolve()
      return isConvex ? this.#held.lowerBound((given, slope) => this.#costAt(given, slope)) : best
    }
    for (let move = 0; move < MOST_MOVES; move++) {
      const cost = this.#evaluate()
      if (move === 0 && !this.#isShared && !this.#bendAndSolve()) return best
      const reduction = this.#sweep()
      best = Math.max(best, cost - reduction)
      if (this.#isQuadratic || reduction === Number.POSITIVE_INFINITY) break
      if (reduction <= CLOSE * Math.abs(cost)) break
      this.#findMove()
      this.#shift(1)
      const moved = this.#evaluate()
      const after = this.#slopeAlong()
      best = Math.max(best, moved - this.#sweep())
      this.#shift(secantStep(-2 * reduction, after) - 1)
    }
    return best
  }

  /** Runs the path under the controls in z; slopes are left in `slope`. Returns the cost less the penalty. */
  #evaluate(): number {
    const { dim, control, all } = this.#plan.sizes
    const { steps } = this.#plan
    const early = dim + control
    let cost = -this.#priceLevel
    for (let n = 0; n < steps; n++) {
      const at = n * all
      cost += this.#functions.step(this.#times[n], this.#z, at, this.#z, at + all, this.#slope, at)
      for (let j = 0; j < early; j++) {
        const price = this.#price[n * early + j]
        cost -= price * this.#z[at + j]
        this.#slope[at + j] -= price
      }
    }
    return cost + this.#functions.terminal(this.#z, steps * all, this.#slope, steps * all)
  }

  /** `weight` times w·(G(x, a) + g) + ½(wᵀSw − E[wᵀSw]) of every step: linear in (x, a), since w is known. */
  #setPrice(weight: number): void {
    const { dim, control, noise, all } = this.#plan.sizes
    const { gain, level, square } = this.#maps!
    const w = this.#scratch
    const squared = new Float64Array(noise)
    for (let n = 0; n < this.#plan.steps; n++) {
      for (let j = 0; j < noise; j++) w[j] = weight * this.#z[(n + 1) * all - noise + j]
      gain[n].addTransposed(this.#price, n * (dim + control), w, 0)
      squared.fill(0)
      square[n].map.add(squared, 0, this.#z, (n + 1) * all - noise)
      for (let j = 0; j < noise; j++) this.#priceLevel += w[j] * (level[n][j] + 0.5 * squared[j])
      this.#priceLevel -= 0.5 * weight * this.#variance * square[n].trace
    }
  }

  /** J and its slope at the controls of all steps, [steps][controls]. */
  #costAt(given: Float64Array, slope: Float64Array): number {
    const { dim, controls, all } = this.#plan.sizes
    const { steps } = this.#plan
    const { transition } = this.#maps!
    for (let n = 0; n < steps; n++) {
      for (let j = 0; j < controls; j++) this.#z[n * all + dim + j] = given[n * controls + j]
    }
    const cost = this.#evaluate()
    const adjoint = this.#adjoint
    adjoint.set(this.#slope.subarray(steps * all, steps * all + dim))
    for (let n = steps - 1; n >= 0; n--) {
      const r = this.#slope.subarray(n * all, n * all + dim + controls)
      transition[n].addTransposed(r, 0, adjoint, 0)
      slope.set(r.subarray(dim), n * controls)
      adjoint.set(r.subarray(0, dim))
    }
    return cost
  }

  #bendAndSolve(): boolean {
    const { all } = this.#plan.sizes
    const { steps } = this.#plan
    for (let n = 0; n < steps; n++) {
      this.#functions.bend('curvature', this.#times[n], this.#z, n * all, this.#curvature[n])
    }
    this.#functions.terminalBend('curvature', this.#z, steps * all, this.#curvature[steps])
    return this.#solve()
  }

  #solve(): boolean {
    return solveInner(
      this.#curvature,
      this.#arrays.of('transition'),
      this.#feedback,
      this.#inverse,
      this.#plan,
    )
  }

  /** Backward: how far the minimum of the linear–quadratic problem lies below the cost; leaves −T⁻¹r of every step. */
  #sweep(): number {
    const { dim, controls, all } = this.#plan.sizes
    const { steps } = this.#plan
    const { transition, feedback, inverse } = this.#maps!
    const adjoint = this.#adjoint
    adjoint.set(this.#slope.subarray(steps * all, steps * all + dim))
    let reduction = 0
    for (let n = steps - 1; n >= 0; n--) {
      const r = this.#scratch
      for (let j = 0; j < dim + controls; j++) r[j] = this.#slope[n * all + j]
      transition[n].addTransposed(r, 0, adjoint, 0)
      const at = n * controls
      this.#forward.fill(0, at, at + controls)
      inverse[n].add(this.#forward, at, r, dim)
      for (let j = 0; j < controls; j++) {
        // A control without curvature must have no effect at all: its slope is then exactly 0.
        if (this.#inverse[n][j * (controls + 1)] === 0 && r[dim + j] !== 0) return Number.POSITIVE_INFINITY
        reduction += 0.5 * r[dim + j] * this.#forward[at + j]
        this.#forward[at + j] = -this.#forward[at + j]
      }
      adjoint.set(r.subarray(0, dim))
      feedback[n].addTransposed(adjoint, 0, r, dim)
    }
    return reduction
  }

  /** Forward: the move to the minimiser of the linear–quadratic problem. */
  #findMove(): void {
    const { dim, controls } = this.#plan.sizes
    const { transition, feedback } = this.#maps!
    const own = dim + controls
    const move = this.#move.fill(0)
    for (let n = 0; n < this.#plan.steps; n++) {
      const at = n * own
      for (let j = 0; j < controls; j++) move[at + dim + j] = this.#forward[n * controls + j]
      feedback[n].add(move, at + dim, move, at)
      transition[n].add(move, at + own, move, at)
    }
  }

  #shift(share: number): void {
    const { dim, controls, all } = this.#plan.sizes
    for (let n = 0; n < this.#plan.steps; n++) {
      for (let j = 0; j < controls; j++) {
        this.#z[n * all + dim + j] += share * this.#move[n * (dim + controls) + dim + j]
      }
    }
  }

  #slopeAlong(): number {
    const { dim, controls, all } = this.#plan.sizes
    const { steps } = this.#plan
    let sum = 0
    for (let n = 0; n <= steps; n++) {
      const length = n < steps ? dim + controls : dim
      for (let j = 0; j < length; j++) sum += this.#slope[n * all + j] * this.#move[n * (dim + controls) + j]
    }
    return sum
  }
}

/** Where the slope along a move vanishes, in units of the move, from its slopes at 0 (negative) and at 1. */
function secantStep(before: number, after: number): number {
  return after > before ? Math.min(LONGEST_STEP, before / (before - after)) : 1
}

/** The matrices of every step as maps, made once they are known; those of a path change under them. */
class Maps {
  /** (δx, δu) → δx₊ */
  readonly transition: LinearMap[]
  readonly gain: LinearMap[]
  readonly level: Float64Array[]
  readonly square: { map: LinearMap; trace: number }[]
  readonly feedback: LinearMap[]
  readonly inverse: LinearMap[]

  constructor(
    arrays: DualArrays,
    { sizes }: DualPlan,
    feedback: Float64Array[],
    inverse: Float64Array[],
    isShared: boolean,
  ) {
    const { dim, control, controls, noise, all } = sizes
    this.transition = arrays.of('transition').map((matrix) => new LinearMap(matrix, dim, dim + controls, all))
    this.gain = arrays.of('gain').map((matrix) => new LinearMap(matrix, noise, dim + control))
    this.level = arrays.of('level')
    this.square = arrays.of('square').map((matrix) => ({
      map: new LinearMap(matrix, noise, noise),
      trace: matrix.reduce((sum, value, k) => (k % (noise + 1) === 0 ? sum + value : sum), 0),
    }))
    this.feedback = feedback.map((matrix) => new LinearMap(matrix, controls, dim, dim, isShared))
    this.inverse = inverse.map((matrix) => new LinearMap(matrix, controls, controls, controls, isShared))
  }
}
