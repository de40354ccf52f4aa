/** The features of a block of rows in an interval: their values, what a step's noise moves them by, and the slopes of what is fitted with them. */
import { ACTIVATION } from '../../kernels/interface.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { BLOCK_ROWS, type IntervalPlan, type RulePlan, type WorkerPlan } from './rule-plan.ts'
import type { StepNoise } from './step-noise.ts'

/** Beyond it an exponential is no feature of use. */
const MOST_GROWTH = 30

export class FeatureRows {
  readonly #context: WorkerContext
  readonly #plan: RulePlan
  readonly #hands: WorkerPlan
  readonly #grown = new Float64Array(BLOCK_ROWS)

  constructor(context: WorkerContext, plan: RulePlan, hands: WorkerPlan) {
    this.#context = context
    this.#plan = plan
    this.#hands = hands
  }

  /** At the rows' coordinates in hands.state, where the j-th step of an interval begins, into hands.features. */
  evaluate(interval: IntervalPlan, j: number): void {
    const { kernels, views } = this.#context
    const hands = this.#hands
    const { width, columns, growth } = this.#plan
    const { floats } = views
    this.#rescale(interval, j)
    kernels.gemmNN(hands.features, hands.state, interval.weights, BLOCK_ROWS, columns, width, 0)
    kernels.scaleShift(hands.features, hands.features, hands.scale, hands.shift, BLOCK_ROWS, width)
    const grown = this.#grow()
    kernels.biasActivation(hands.features, hands.zeros, BLOCK_ROWS, width, ACTIVATION.tanh)
    grown?.forEach((value, r) => {
      floats[hands.features + r * width + growth] = value
    })
  }

  /** From what the features' arguments move by, in hands.rows, to what the features do. */
  increment({ weights, spread }: IntervalPlan, curved: StepNoise['bends']): void {
    const { kernels, views } = this.#context
    const { floats } = views
    const { increments, rows, features, spreads, bends } = this.#hands
    const { width, growth } = this.#plan
    const size = BLOCK_ROWS * width
    const { scale, zeros } = this.#hands
    floats.copyWithin(increments, rows, rows + size)
    if (curved !== null) {
      kernels.gemmNN(increments, bends, weights + curved.weights, BLOCK_ROWS, curved.columns, width, 1)
    }
    for (const moved of [rows, increments]) kernels.scaleShift(moved, moved, scale, zeros, BLOCK_ROWS, width)
    kernels.tanhIncrement(increments, features, rows, spreads, BLOCK_ROWS, width)
    if (growth < 0) return
    const half = 0.5 * floats[spread + growth]
    for (let k = growth; k < size; k += width) {
      floats[increments + k] = floats[features + k] * Math.expm1(floats[rows + k] - half)
    }
  }

  /** The exponential of the feature that is one, before the others become tanh. */
  #grow(): Float64Array | null {
    const { growth, width } = this.#plan
    if (growth < 0) return null
    const { floats } = this.#context.views
    for (let r = 0; r < BLOCK_ROWS; r++) {
      this.#grown[r] = Math.exp(Math.min(MOST_GROWTH, floats[this.#hands.features + r * width + growth]))
    }
    return this.#grown
  }

  /** ∇û by the coordinates of the features, [rows × columns] into hands.slopes. After `evaluate`. */
  slopes({ coefficients, weights }: IntervalPlan): void {
    const { kernels, views } = this.#context
    const { floats, doubles } = views
    const hands = this.#hands
    const { width, columns, growth } = this.#plan
    for (let r = 0; r < BLOCK_ROWS; r++) {
      for (let k = 0; k < width; k++) {
        const phi = floats[hands.features + r * width + k]
        const steep = doubles[coefficients + k] * floats[hands.scale + k]
        floats[hands.rows + r * width + k] = steep * (k === growth ? phi : 1 - phi * phi)
      }
    }
    kernels.gemmNT(hands.slopes, hands.rows, weights, BLOCK_ROWS, columns, width, 0, hands.turned)
  }

  /** What heat spreads sharpens towards the end of an interval as 1/√(time left). */
  #rescale({ steps, bias, drift, sharpens }: IntervalPlan, j: number): void {
    const { floats } = this.#context.views
    const hands = this.#hands
    const past = j / steps
    for (let k = 0; k < this.#plan.width; k++) {
      const scale = floats[sharpens + k] === 0 ? 1 : 1 / Math.sqrt(1 - past)
      floats[hands.scale + k] = scale
      floats[hands.shift + k] = scale * floats[bias + k] + past * floats[drift + k]
    }
  }
}
