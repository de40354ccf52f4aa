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
import { solveInner } from './model.ts'
import { DualArrays, type DualPlan } from './plan.ts'
import { addMatvec, addTransposed, solveFactorised } from './quadratic.ts'

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
  readonly #transition: Float64Array[]
  readonly #gain: Float64Array[]
  readonly #level: Float64Array[]
  readonly #square: Float64Array[]
  readonly #curvature: Float64Array[]
  readonly #feedback: Float64Array[]
  readonly #factor: Float64Array[]
  /** z [steps+1][all], ∂/∂z of what is minimised [steps+1][all], the move [steps+1][dim+controls]. */
  readonly #z: Float64Array
  readonly #slope: Float64Array
  readonly #move: Float64Array
  readonly #forward: Float64Array
  readonly #adjoint: Float64Array
  readonly #scratch: Float64Array

  constructor(doubles: Float64Array, problem: CompiledControl, plan: DualPlan, functions: DualFunctions) {
    const { sizes, steps, estimate } = plan
    const { dim, controls, all, noise } = sizes
    const { grid, options } = estimate.policy
    const dual = dualOf(problem)!
    const stage = options.scheme === 'heun' ? dual.heun! : dual.euler
    const arrays = new DualArrays(doubles, plan)
    const own = (count: number, length: number) =>
      Array.from({ length: count }, () => new Float64Array(length))
    this.#plan = plan
    this.#problem = problem
    this.#functions = functions
    this.#times = Array.from({ length: steps }, (_, n) => timeAt(grid, n))
    this.#variance = problem.isDiscrete ? 1 : grid.dt
    this.#isShared = stage.isCurvatureConstant && dual.isTerminalCurvatureConstant
    this.#isQuadratic = dual.isQuadratic
    this.#transition = arrays.of('transition')
    this.#gain = arrays.of('gain')
    this.#level = arrays.of('level')
    this.#square = arrays.of('square')
    this.#curvature = this.#isShared ? arrays.of('curvature') : own(steps + 1, all * all)
    this.#feedback = this.#isShared ? arrays.of('feedback') : own(steps, controls * dim)
    this.#factor = this.#isShared ? arrays.of('factor') : own(steps, controls * controls)
    this.#z = new Float64Array((steps + 1) * all)
    this.#slope = new Float64Array((steps + 1) * all)
    this.#move = new Float64Array((steps + 1) * (dim + controls))
    this.#forward = new Float64Array(steps * controls)
    this.#adjoint = new Float64Array(dim)
    this.#scratch = new Float64Array(Math.max(all, noise))
  }

  /** The quadratic part for all paths, where it is one; by one worker. False where it has no minimum. */
  prepare(): boolean {
    return !this.#isShared || this.#solve()
  }

  /** Where the noise of step n goes. */
  noise(n: number): { array: Float64Array; at: number } {
    const { all, noise } = this.#plan.sizes
    return { array: this.#z, at: (n + 1) * all - noise }
  }

  /** A lower bound of the minimum with `weight` times the penalty; −∞ where none was found. */
  lowerBound(weight: number): number {
    const { dim, controls, all } = this.#plan.sizes
    const { steps } = this.#plan
    this.#z.set(this.#problem.x0)
    for (let n = 0; n < steps; n++) this.#z.fill(0, n * all + dim, n * all + dim + controls)
    let best = Number.NEGATIVE_INFINITY
    for (let move = 0; move < MOST_MOVES; move++) {
      const cost = this.#evaluate(weight)
      if (move === 0 && !this.#isShared && !this.#bendAndSolve()) return best
      const reduction = this.#sweep()
      best = Math.max(best, cost - reduction)
      if (this.#isQuadratic || !(reduction > CLOSE * Math.abs(cost))) break
      this.#findMove()
      this.#shift(1)
      const moved = this.#evaluate(weight)
      const after = this.#slopeAlong()
      best = Math.max(best, moved - this.#sweep())
      this.#shift(secantStep(-2 * reduction, after) - 1)
    }
    return best
  }

  /** Runs the path under the controls in z; slopes are left in `slope`. Returns the cost less the penalty. */
  #evaluate(weight: number): number {
    const { all } = this.#plan.sizes
    const { steps } = this.#plan
    let cost = 0
    for (let n = 0; n < steps; n++) {
      const at = n * all
      cost += this.#functions.step(this.#times[n], this.#z, at, this.#z, at + all, this.#slope, at)
      if (weight !== 0) cost -= weight * this.#penalty(n, weight)
    }
    return cost + this.#functions.terminal(this.#z, steps * all, this.#slope, steps * all)
  }

  /** w·(G(x, a) + g) + ½(wᵀSw − E wᵀSw); takes its slope off that of the cost. */
  #penalty(n: number, weight: number): number {
    const { dim, control, noise, all } = this.#plan.sizes
    const early = dim + control
    const at = n * all
    const w = at + all - noise
    const scratch = this.#scratch.fill(0)
    const square = this.#square[n]
    let value = 0
    addMatvec(scratch, 0, square, noise, noise, this.#z, w)
    for (let j = 0; j < noise; j++) {
      value += 0.5 * (scratch[j] * this.#z[w + j] - square[j * (noise + 1)] * this.#variance)
      scratch[j] = this.#level[n][j]
    }
    addMatvec(scratch, 0, this.#gain[n], noise, early, this.#z, at)
    for (let j = 0; j < noise; j++) {
      value += scratch[j] * this.#z[w + j]
      scratch[j] = -weight * this.#z[w + j]
    }
    addTransposed(this.#slope, at, this.#gain[n], noise, early, scratch, 0)
    return value
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
    return solveInner(this.#curvature, this.#transition, this.#feedback, this.#factor, this.#plan)
  }

  /** Backward: how far the minimum of the linear–quadratic problem lies below the cost; leaves −T⁻¹r of every step. */
  #sweep(): number {
    const { dim, controls, all } = this.#plan.sizes
    const { steps } = this.#plan
    const adjoint = this.#adjoint
    adjoint.set(this.#slope.subarray(steps * all, steps * all + dim))
    let reduction = 0
    for (let n = steps - 1; n >= 0; n--) {
      const r = this.#scratch
      for (let j = 0; j < dim + controls; j++) r[j] = this.#slope[n * all + j]
      addTransposed(r, 0, this.#transition[n], dim, dim + controls, adjoint, 0, all)
      const at = n * controls
      for (let j = 0; j < controls; j++) this.#forward[at + j] = r[dim + j]
      solveFactorised(this.#factor[n], controls, this.#forward, at)
      for (let j = 0; j < controls; j++) {
        reduction += 0.5 * r[dim + j] * this.#forward[at + j]
        this.#forward[at + j] = -this.#forward[at + j]
      }
      adjoint.set(r.subarray(0, dim))
      addTransposed(adjoint, 0, this.#feedback[n], controls, dim, r, dim)
    }
    return reduction
  }

  /** Forward: the move to the minimiser of the linear–quadratic problem. */
  #findMove(): void {
    const { dim, controls, all } = this.#plan.sizes
    const own = dim + controls
    const move = this.#move.fill(0)
    for (let n = 0; n < this.#plan.steps; n++) {
      const at = n * own
      for (let j = 0; j < controls; j++) move[at + dim + j] = this.#forward[n * controls + j]
      addMatvec(move, at + dim, this.#feedback[n], controls, dim, move, at)
      addMatvec(move, at + own, this.#transition[n], dim, own, move, at, all)
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
