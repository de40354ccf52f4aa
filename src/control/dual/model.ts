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
import { type AffineFit, fitAffine } from './policy-fit.ts'
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
    const step = options.scheme === 'heun' ? dual.heun! : dual.euler
    this.#functions.jacobian(t, this.#arrays.of('transition')[n])
    const next = new Float64Array(dim)
    this.#functions.step(t, new Float64Array(all), 0, next, 0, new Float64Array(all), 0)
    this.#arrays.of('shift')[n].set(next)
    this.#mean(n, all, step.isHessianConstant, (at, slope, hessian) => {
      this.#functions.step(t, this.#doubles, at, next, 0, slope, 0)
      if (hessian !== null) this.#functions.bend('hessian', t, this.#doubles, at, hessian)
    })
    if (step.isCurvatureConstant) {
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
      const at = this.#plan.samples + (n * SAMPLES + k) * all
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

/** Whose V̂ it is: that of the model's best feedback, or of the policy's own, fitted by an affine one. */
export type Rule = 'best' | 'policy'

/** Solves the model backward and writes the penalty; false where the model has no minimum, or the policy no fit. */
export function solveModel(doubles: Float64Array, plan: DualPlan, rule: Rule): boolean {
  const { dim, control, controls, noise, all } = plan.sizes
  const arrays = new DualArrays(doubles, plan)
  const [hessian, slope] = [arrays.of('hessian'), arrays.of('slope')]
  const [transition, shift] = [arrays.of('transition'), arrays.of('shift')]
  const [gain, level, square] = [arrays.of('gain'), arrays.of('level'), arrays.of('square')]
  const early = dim + control
  const left = early + noise
  let value: Form | null = {
    matrix: hessian[plan.steps].slice(0, dim * dim),
    line: slope[plan.steps].slice(0, dim),
  }
  for (let n = plan.steps - 1; n >= 0; n--) {
    const line = slope[n].slice()
    addMatvec(value.line, value.matrix, dim, shift[n])
    addTransposed(line, transition[n], all, value.line)
    const whole = { matrix: addValue(hessian[n], transition[n], value.matrix, dim, all), line }
    const late = fold(whole, early, controls - control, () => fitLate(doubles, plan, n), rule)
    if (late === null) return false
    for (let i = 0; i < noise; i++) {
      const row = (early + i) * left
      gain[n].set(late.matrix.subarray(row, row + early), i * early)
      square[n].set(late.matrix.subarray(row + early, row + left), i * noise)
    }
    level[n].set(late.line.subarray(early))
    const still = { matrix: leading(late.matrix, left, early), line: late.line.slice(0, early) }
    value = fold(still, dim, control, () => fitAffine(doubles, plan, n, dim, control, range(0, dim)), rule)
    if (value === null) return false
  }
  return true
}

/** ½zᵀTz + t·z. */
interface Form {
  matrix: Float64Array
  line: Float64Array
}

/** The form in the other variables, with those from … from+count−1 at their best or where the fit puts them. */
function fold(
  { matrix, line }: Form,
  from: number,
  count: number,
  ownRule: () => AffineFit | null,
  rule: Rule,
): Form | null {
  const size = line.length
  const rest = without(line, from, count)
  if (rule === 'best' || count === 0) {
    const found = minimiseOver(matrix, size, from, count)
    if (found === null) return null
    addTransposed(rest, found.gain, size - count, line.subarray(from, from + count))
    return { matrix: found.rest, line: rest }
  }
  const fitted = ownRule()
  return fitted && follow(matrix, line, from, count, fitted)
}

/** z = M·rest + m, M and m from the fit: MᵀTM and Mᵀ(t + Tm). */
function follow(matrix: Float64Array, line: Float64Array, from: number, count: number, fit: AffineFit): Form {
  const size = line.length
  const left = size - count
  const map = new Float64Array(size * left)
  for (let k = 0; k < left; k++) map[(k < from ? k : k + count) * left + k] = 1
  map.set(fit.gain, from * left)
  const still = new Float64Array(size)
  still.set(fit.offset, from)
  const product = new Float64Array(size * left)
  addProduct(product, matrix, map, size, size, left)
  const folded = { matrix: new Float64Array(left * left), line: new Float64Array(left) }
  addProduct(folded.matrix, map, product, size, left, left)
  const total = line.slice()
  addMatvec(total, matrix, size, still)
  addTransposed(folded.line, map, left, total)
  return folded
}

/** s by x and w, as a function of (x, a, w). */
function fitLate(doubles: Float64Array, plan: DualPlan, n: number): AffineFit | null {
  const { dim, control, controls, noise, all } = plan.sizes
  const early = dim + control
  const inputs = [...range(0, dim), ...range(all - noise, noise)]
  const fit = fitAffine(doubles, plan, n, early, controls - control, inputs)
  if (fit === null) return null
  const gain = new Float64Array((controls - control) * (early + noise))
  for (let j = 0; j < controls - control; j++) {
    const row = fit.gain.subarray(j * (dim + noise), (j + 1) * (dim + noise))
    gain.set(row.subarray(0, dim), j * (early + noise))
    gain.set(row.subarray(dim), j * (early + noise) + early)
  }
  return { gain, offset: fit.offset }
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => from + k)
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
