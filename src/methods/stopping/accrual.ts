/** What discounts the rows of a block on their way, and what is paid to them: e^{−∫r}, and ∫ e^{−∫r} ℓ dt. */
import { type BoundTo, bind, ownRows } from '../../formulas/bind.ts'
import type { Views } from '../../memory/views.ts'
import { timeAt, type UniformGrid } from '../../paths/grid.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import type { Linearised } from './linearised.ts'
import { BLOCK_ROWS } from './rule-plan.ts'

/** How far from a node rate and source are taken where they may jump at it, as a share of the horizon. */
const ASIDE = 1e-10

export class Accrual {
  /** Of each row since `begin`: e^{−∫r}, and what was paid on the way, discounted. */
  readonly weight = new Float64Array(BLOCK_ROWS)
  readonly earned = new Float64Array(BLOCK_ROWS)
  /** Whether it depends on where the rows are: then X itself is to be at hand before each call. */
  readonly isVarying: boolean
  readonly #problem: CompiledStopping
  readonly #grid: UniformGrid
  readonly #natural: number
  readonly #accrual: BoundTo<CompiledStopping['stopping']['functions']['accrual']>
  readonly #rates = new Float64Array(2 * BLOCK_ROWS)
  readonly #sources = new Float64Array(2 * BLOCK_ROWS)

  /** @param natural index of X, [rows][padded dim] */
  constructor(views: Views, problem: CompiledStopping, grid: UniformGrid, natural: number) {
    const { rate, hasSource, driver, functions } = problem.stopping
    this.isVarying = driver === null && (rate === null || hasSource)
    this.#problem = problem
    this.#grid = grid
    this.#natural = natural
    this.#accrual = bind(functions.accrual, views)
  }

  /** Counts from this node on. */
  begin(node: number): void {
    this.weight.fill(1)
    this.earned.fill(0)
    if (this.isVarying) this.#observe(node, 0, 1)
  }

  /** The step that ends at `node`. */
  follow(node: number): void {
    const { weight, earned } = this
    const { dt } = this.#grid
    if (!this.isVarying) {
      const factor = Math.exp(-(this.#problem.stopping.rate ?? 0) * dt)
      for (let r = 0; r < BLOCK_ROWS; r++) weight[r] *= factor
      return
    }
    this.#observe(node, BLOCK_ROWS, -1)
    const [rates, sources] = [this.#rates, this.#sources]
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const next = weight[r] * Math.exp(-0.5 * dt * (rates[r] + rates[BLOCK_ROWS + r]))
      earned[r] += 0.5 * dt * (weight[r] * sources[r] + next * sources[BLOCK_ROWS + r])
      weight[r] = next
    }
    if (this.#problem.specialTimes.length > 0) {
      this.#observe(node, 0, 1)
      return
    }
    rates.copyWithin(0, BLOCK_ROWS)
    sources.copyWithin(0, BLOCK_ROWS)
  }

  /** A step by the tangent of a driver that is not linear, taken when it began. */
  followTangent({ rates, sources }: Linearised): void {
    const { dt } = this.#grid
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const next = this.weight[r] * Math.exp(rates[r] * dt)
      this.earned[r] += 0.5 * dt * sources[r] * (this.weight[r] + next)
      this.weight[r] = next
    }
  }

  /** Rate and source at a node; where they jump there, before it (−1) or after it (1). */
  #observe(node: number, at: number, side: 1 | -1): void {
    const { horizon, specialTimes } = this.#problem
    const aside = specialTimes.length === 0 ? 0 : side * ASIDE * horizon
    const t = timeAt(this.#grid, node) + aside
    const [rate, source] = [this.#rates, this.#sources].map((array) => ownRows(array, 1, at))
    this.#accrual(BLOCK_ROWS, t, { x: this.#natural, rate, source })
  }
}
