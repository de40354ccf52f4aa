/** The noise of a step where that of the coordinates has constant coefficients, soft maxima of them among the features' own. */
import { rowAt } from '../../memory/rows.ts'
import { floatsAt, type Views } from '../../memory/views.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { BLOCK_ROWS, type IntervalPlan, type RulePlan, type WorkerPlan } from './rule-plan.ts'
import { SOFT_MAXIMA, SOFT_PAIRS, type SoftMaxima } from './soft-maxima.ts'
import type { StepNoise } from './step-noise.ts'

export class ConstantNoise implements StepNoise {
  readonly bends: StepNoise['bends']
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: RulePlan
  readonly #hands: WorkerPlan
  readonly #softs: SoftMaxima | null

  constructor(
    context: WorkerContext,
    problem: CompiledStopping,
    plan: RulePlan,
    hands: WorkerPlan,
    softs: SoftMaxima | null,
  ) {
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#hands = hands
    this.#softs = softs
    this.bends = softs && { columns: SOFT_MAXIMA, weights: problem.dim * plan.width }
  }

  displace(): void {
    const { kernels, views } = this.#context
    const { floats } = views
    const { w, mixed, noise } = this.#hands
    const { dim, noiseDim } = this.#problem
    const { motion, coefficients } = this.#plan
    if (motion.mixing) kernels.gemmNN(mixed, w, coefficients.mixing, BLOCK_ROWS, noiseDim, dim, 0)
    const from = motion.mixing ? mixed : w
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const [to, row] = [rowAt(noise, r, dim), rowAt(from, r, dim)]
      for (let i = 0; i < dim; i++) floats[to + i] = floats[row + i] * floats[coefficients.s + i]
    }
  }

  /** One product for all: that of a feature's own coordinates is a constant, those of soft maxima are quadratic in its weights. */
  spread(interval: IntervalPlan): void {
    const { kernels, views } = this.#context
    const { variances, forms, spreads, scale, bends } = this.#hands
    const { width, firstSoft } = this.#plan
    const softs = this.#softs
    const [form, factor, own] = [forms, scale, interval.spread].map((at) => floatsAt(views, at, width))
    for (let k = 0; k < width; k++) form[k] = factor[k] ** 2 * own[k]
    const columns = softs === null ? 1 : 1 + SOFT_PAIRS
    for (let r = 0; r < BLOCK_ROWS; r++) views.floats[rowAt(variances, r, columns)] = 1
    if (softs !== null) {
      setRows(views, variances + 1, columns, softs.products, SOFT_PAIRS)
      setRows(views, bends, SOFT_MAXIMA, softs.bends, SOFT_MAXIMA)
      this.#writePairs(interval.weights + this.#problem.dim * width, firstSoft)
    }
    kernels.gemmNN(spreads, variances, forms, BLOCK_ROWS, columns, width, 0)
  }

  /** uₐu_b of the features of soft maxima, twice where a < b. @param at of their weights, an index */
  #writePairs(at: number, first: number): void {
    const { views } = this.#context
    const { width } = this.#plan
    const weights = floatsAt(views, at, SOFT_MAXIMA * width)
    const pairs = floatsAt(views, this.#hands.forms, (1 + SOFT_PAIRS) * width)
    let row = 0
    for (let a = 0; a < SOFT_MAXIMA; a++) {
      for (let b = a; b < SOFT_MAXIMA; b++) {
        row += width
        for (let k = first; k < width; k++) {
          pairs[row + k] = (a === b ? 1 : 2) * weights[a * width + k] * weights[b * width + k]
        }
      }
    }
  }
}

/** Rows of `count` numbers into those of a matrix of `columns`. */
function setRows(
  { floats }: Pick<Views, 'floats'>,
  to: number,
  columns: number,
  values: Float64Array,
  count: number,
): void {
  for (let r = 0; r < BLOCK_ROWS; r++) {
    floats.set(values.subarray(r * count, (r + 1) * count), rowAt(to, r, columns))
  }
}

/** Variance of one coordinate's noise of a step, and the correlation of two of them, where they are all alike. */
export function commonNoise({ motion, coefficients, grid }: RulePlan, floats: Float32Array) {
  const { mixing, noiseDim } = motion
  const deviation = floats[coefficients.s]
  if (mixing === null) return { variance: deviation ** 2 * grid.dt, correlation: 0 }
  let [square, cross] = [0, 0]
  for (let j = 0; j < noiseDim; j++) {
    square += mixing[j] ** 2
    cross += mixing[j] * (mixing[noiseDim + j] ?? 0)
  }
  return { variance: square * deviation ** 2 * grid.dt, correlation: cross / square }
}
