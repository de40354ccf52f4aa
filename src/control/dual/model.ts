/**
 * A linear–quadratic model of the problem along the paths of the trained policy: transitions as they are, costs with
 * their mean slope and mean Hessian there. Its value function V̂ makes the penalty. Solved backward, with the noise not yet
 * seen by a and seen by s: on a step
 *
 *     W(x, a, w) = min over s of cost + V̂ₙ₊₁(x₊),   V̂ₙ(x) = min over a of W(x, a, 0) up to a constant,
 *     W(x, a, w) − E[W(x, a, w)] = w·(G(x, a) + g) + ½(wᵀSw − E[wᵀSw]).
 *
 * The right-hand side has mean zero for every adapted control, whatever G, g and S are, and is linear in (x, a).
 */
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import type { CompiledControl } from '../compiled.ts'
import { dualOf } from './compiled.ts'
import type { DualFunctions } from './functions.ts'
import { DualArrays, type DualPlan, SAMPLES } from './plan.ts'
import { addMatvec, addProduct, addTransposed, minimiseOver } from './quadratic.ts'

/** Writes transitions, mean slopes and Hessians, on the whole team, from the plan's samples. */
export function averageCosts(
  { team, views }: WorkerContext,
  problem: CompiledControl,
  plan: DualPlan,
  functions: DualFunctions,
): void {
  const arrays = new DualArrays(views.doubles, plan)
  const average = new Average(views.doubles, problem, plan, functions, arrays)
  team.forEach(plan.steps + 1, (n) => (n < plan.steps ? average.step(n) : average.terminal()))
}

class Average {
  readonly #doubles: Float64Array
  readonly #problem: CompiledControl
  readonly #plan: DualPlan
  readonly #functions: DualFunctions
  readonly #arrays: DualArrays

  constructor(
    doubles: Float64Array,
    problem: CompiledControl,
    plan: DualPlan,
    functions: DualFunctions,
    arrays: DualArrays,
  ) {
    this.#doubles = doubles
    this.#problem = problem
    this.#plan = plan
    this.#functions = functions
    this.#arrays = arrays
  }

  step(n: number): void {
    const { estimate, sizes } = this.#plan
    const { dim, all } = sizes
    const t = timeAt(estimate.policy.grid, n)
    const { options } = estimate.policy
    const dual = dualOf(this.#problem, 'quadratic')!
    const stage = options.scheme === 'heun' ? dual.heun! : dual.euler
    this.#functions.jacobian(t, this.#arrays.of('transition')[n])
    const next = new Float64Array(dim)
    this.#functions.step(t, new Float64Array(all), 0, next, 0, new Float64Array(all), 0)
    this.#arrays.of('shift')[n].set(next)
    this.#mean(n, all, stage.isHessianConstant, (at, slope, hessian) => {
      this.#functions.step(t, this.#doubles, at, next, 0, slope, 0)
      if (hessian !== null) this.#functions.bend('hessian', t, this.#doubles, at, hessian)
    })
    if (stage.isCurvatureConstant) {
      this.#functions.bend('curvature', t, new Float64Array(all), 0, this.#arrays.of('curvature')[n])
    }
  }

  terminal(): void {
    const { steps, sizes } = this.#plan
    const dual = dualOf(this.#problem, 'quadratic')!
    this.#mean(steps, sizes.dim, dual.isTerminalHessianConstant, (at, slope, hessian) => {
      this.#functions.terminal(this.#doubles, at, slope, 0)
      if (hessian !== null) this.#functions.terminalBend('hessian', this.#doubles, at, hessian)
    })
    const curvature = this.#arrays.of('curvature')[steps]
    if (dual.isTerminalCurvatureConstant) {
      this.#functions.terminalBend('curvature', new Float64Array(sizes.dim), 0, curvature)
    }
  }

  /** Mean Hessian H̄ and the slope of the model at 0: mean slope − H̄·mean z. `length` of z that count. */
  #mean(
    n: number,
    length: number,
    isConstant: boolean,
    see: (at: number, slope: Float64Array, hessian: Float64Array | null) => void,
  ): void {
    const { all } = this.#plan.sizes
    const total = this.#arrays
      .of('hessian')
      [n].subarray(0, length * length)
      .fill(0)
    const level = this.#arrays.of('slope')[n].subarray(0, length).fill(0)
    const middle = new Float64Array(length)
    const slope = new Float64Array(length)
    const hessian = new Float64Array(length * length)
    for (let k = 0; k < SAMPLES; k++) {
      const at = this.#plan.samples / 8 + (n * SAMPLES + k) * all
      const isSeen = !isConstant || k === 0
      see(at, slope, isSeen ? hessian : null)
      for (let j = 0; j < length; j++) {
        level[j] += slope[j] / SAMPLES
        middle[j] += this.#doubles[at + j] / SAMPLES
      }
      if (isConstant && k > 0) continue
      const share = isConstant ? 1 : 1 / SAMPLES
      for (let j = 0; j < total.length; j++) total[j] += share * hessian[j]
    }
    for (let j = 0; j < length; j++) middle[j] = -middle[j]
    addMatvec(level, total, length, middle)
  }
}

/** Solves the model backward and writes the penalty; false where the model has no minimum. */
export function solveModel(doubles: Float64Array, plan: DualPlan): boolean {
  const { dim, control, controls, noise, all } = plan.sizes
  const arrays = new DualArrays(doubles, plan)
  const [hessian, slope] = [arrays.of('hessian'), arrays.of('slope')]
  const [transition, shift] = [arrays.of('transition'), arrays.of('shift')]
  const [gain, level, square] = [arrays.of('gain'), arrays.of('level'), arrays.of('square')]
  let value: Float64Array = hessian[plan.steps].slice(0, dim * dim)
  let linear: Float64Array = slope[plan.steps].slice(0, dim)
  for (let n = plan.steps - 1; n >= 0; n--) {
    const total = addValue(hessian[n], transition[n], value, dim, all)
    addMatvec(linear, value, dim, shift[n])
    const line = slope[n].slice()
    addTransposed(line, transition[n], all, linear)
    const late = minimiseOver(total, all, dim + control, controls - control)
    if (late === null) return false
    const early = dim + control
    const left = early + noise
    const rest = without(line, early, controls - control)
    addTransposed(rest, late.gain, left, line.subarray(early, dim + controls))
    for (let i = 0; i < noise; i++) {
      const row = (early + i) * left
      gain[n].set(late.rest.subarray(row, row + early), i * early)
      square[n].set(late.rest.subarray(row + early, row + left), i * noise)
    }
    level[n].set(rest.subarray(early))
    const early2 = minimiseOver(leading(late.rest, left, early), early, dim, control)
    if (early2 === null) return false
    value = early2.rest
    linear = rest.slice(0, dim)
    addTransposed(linear, early2.gain, dim, rest.subarray(dim, early))
  }
  return true
}

/** Solves the inner problem's quadratic part backward: feedback and inverses; false where it has no minimum. */
export function solveInner(
  curvature: readonly Float64Array[],
  transition: readonly Float64Array[],
  feedback: readonly Float64Array[],
  inverse: readonly Float64Array[],
  { sizes, steps }: DualPlan,
): boolean {
  const { dim, controls, all } = sizes
  const own = dim + controls
  let value: Float64Array = curvature[steps].slice(0, dim * dim)
  for (let n = steps - 1; n >= 0; n--) {
    const total = leading(curvature[n], all, own)
    const map = new Float64Array(dim * own)
    for (let i = 0; i < dim; i++) map.set(transition[n].subarray(i * all, i * all + own), i * own)
    const found = minimiseOver(addValue(total, map, value, dim, own), own, dim, controls)
    if (found === null) return false
    feedback[n].set(found.gain)
    inverse[n].set(found.inverse)
    value = found.rest
  }
  return true
}

/** H + FᵀPF. */
function addValue(
  hessian: Float64Array,
  transition: Float64Array,
  value: Float64Array,
  dim: number,
  all: number,
): Float64Array {
  const product = new Float64Array(dim * all)
  addProduct(product, value, transition, dim, dim, all)
  const total = hessian.slice()
  addProduct(total, transition, product, dim, all, all)
  return total
}

function leading(matrix: Float64Array, size: number, own: number): Float64Array {
  const block = new Float64Array(own * own)
  for (let i = 0; i < own; i++) block.set(matrix.subarray(i * size, i * size + own), i * own)
  return block
}

function without(v: Float64Array, from: number, count: number): Float64Array {
  const left = new Float64Array(v.length - count)
  left.set(v.subarray(0, from))
  left.set(v.subarray(from + count), from)
  return left
}
