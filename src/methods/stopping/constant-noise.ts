/** The noise of a step where that of the coordinates has constant coefficients, soft maxima of them among the features' own. */
import { padded } from '../../kernels/interface.ts'
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
    this.bends = softs && { columns: SOFT_MAXIMA, weights: 4 * problem.dim * plan.width }
  }

  displace(): void {
    const { kernels, views } = this.#context
    const { floats } = views
    const { w, mixed, noise } = this.#hands
    const { dim, noiseDim } = this.#problem
    const { motion, coefficients } = this.#plan
    const width = padded(dim)
    if (motion.mixing) kernels.gemmNN(mixed, w, coefficients.mixing, BLOCK_ROWS, noiseDim, dim, 0)
    const from = (motion.mixing ? mixed : w) / 4
    for (let r = 0; r < BLOCK_ROWS; r++) {
      for (let i = r * width; i < r * width + dim; i++) {
        floats[noise / 4 + i] = floats[from + i] * floats[coefficients.s / 4 + i - r * width]
      }
    }
  }

  /** One product for all: that of a feature's own coordinates is a constant, those of soft maxima are quadratic in its weights. */
  spread(interval: IntervalPlan): void {
    const { kernels, views } = this.#context
    const { floats } = views
    const { variances, forms, spreads, scale, bends } = this.#hands
    const { width, firstSoft } = this.#plan
    const softs = this.#softs
    for (let k = 0; k < width; k++) {
      floats[forms / 4 + k] = floats[scale / 4 + k] ** 2 * floats[interval.spread / 4 + k]
    }
    const columns = softs === null ? 1 : 1 + SOFT_PAIRS
    const stride = padded(columns)
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const row = variances / 4 + r * stride
      floats[row] = 1
      if (softs === null) continue
      for (let p = 0; p < SOFT_PAIRS; p++) floats[row + 1 + p] = softs.products[r * SOFT_PAIRS + p]
      for (let a = 0; a < SOFT_MAXIMA; a++) {
        floats[bends / 4 + r * padded(SOFT_MAXIMA) + a] = softs.bends[r * SOFT_MAXIMA + a]
      }
    }
    if (softs !== null) this.#writePairs(interval.weights / 4 + this.#problem.dim * width, firstSoft)
    kernels.gemmNN(spreads, variances, forms, BLOCK_ROWS, columns, width, 0)
  }

  /** uₐu_b of the features of soft maxima, twice where a < b. @param at index of their weights */
  #writePairs(at: number, first: number): void {
    const { floats } = this.#context.views
    const { width } = this.#plan
    let row = this.#hands.forms / 4
    for (let a = 0; a < SOFT_MAXIMA; a++) {
      for (let b = a; b < SOFT_MAXIMA; b++) {
        row += width
        for (let k = first; k < width; k++) {
          floats[row + k] = (a === b ? 1 : 2) * floats[at + a * width + k] * floats[at + b * width + k]
        }
      }
    }
  }
}

/** Variance of one coordinate's noise of a step, and the correlation of two of them, where they are all alike. */
export function commonNoise({ motion, coefficients, grid }: RulePlan, floats: Float32Array) {
  const { mixing, noiseDim } = motion
  const deviation = floats[coefficients.s / 4]
  if (mixing === null) return { variance: deviation ** 2 * grid.dt, correlation: 0 }
  let [square, cross] = [0, 0]
  for (let j = 0; j < noiseDim; j++) {
    square += mixing[j] ** 2
    cross += mixing[j] * (mixing[noiseDim + j] ?? 0)
  }
  return { variance: square * deviation ** 2 * grid.dt, correlation: cross / square }
}
