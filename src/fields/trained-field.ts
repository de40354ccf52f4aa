/** Ẑ at the nodes of the training's grid, by the parameters as they are: the one place where it is evaluated. */

import type { Bound } from '../formulas/bind.ts'
import type { Kernels } from '../kernels/interface.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { type GradientBuffers, type GradientLayout, GradientNetwork } from '../networks/gradient-network.ts'
import { timeAt } from '../paths/grid.ts'
import { type FieldPlan, gradientStep } from './plan.ts'
import { STATE } from './state.ts'

/** Rows of a batch in training: what they leave is for a backward pass, and lies in the buffers' rows from `first` on. */
export interface BatchRows {
  first: number
  /** Whether σᵀ∇g of the rows is in the buffers already. */
  hasTerminalZ: boolean
}

export class TrainedField {
  readonly network: GradientNetwork
  readonly #plan: FieldPlan
  readonly #views: Views

  /** @param layout for as many rows as are evaluated at once; its parameters lie as in the plan */
  constructor(
    plan: FieldPlan,
    layout: GradientLayout,
    terminalGradient: Bound<'x' | 'g' | 'z'>,
    kernels: Kernels,
    views: Views,
  ) {
    this.#plan = plan
    this.#views = views
    this.network = new GradientNetwork(layout, terminalGradient, kernels, views)
  }

  /** The unit that the networks write Z in. */
  get unit(): number {
    return this.#state(STATE.zScale)
  }

  /** The step whose network knows Z at step `n` for any x: the vector Z₀ belongs to x₀ alone. */
  networkOf(n: number): number {
    return Math.max(n, this.#plan.firstNetwork)
  }

  /** z[rows×noiseDim] = Ẑₙ(x), x [rows×dim]; indices. */
  evaluate(
    n: number,
    x: number,
    rows: number,
    pass: GradientBuffers,
    z: number,
    t = timeAt(this.#plan.grid, n),
    batch: BatchRows | null = null,
  ): void {
    if (n < this.#plan.firstNetwork) {
      this.vector(z, rows)
      return
    }
    const step = gradientStep(this.#plan, n)
    const [isTraining, first] = [batch !== null, batch?.first ?? 0]
    this.network.forward(step, t, x, rows, this.unit, pass, z, isTraining, batch?.hasTerminalZ, first)
  }

  /** z[rows×noiseDim] = Z₀, one vector where all paths start at one point. */
  vector(z: number, rows: number): void {
    const { floats } = this.#views
    const { blocks, noiseDim } = this.#plan
    fillRows(floats, z, rows, blocks[0].theta, noiseDim, this.#state(STATE.z0Scale))
  }

  #state(word: number): number {
    return this.#views.doubles[this.#plan.state + word]
  }
}

/** `scale` times one row into each of `rows` rows; all in floats. */
export function fillRows(
  floats: Float32Array,
  into: number,
  rows: number,
  row: number,
  columns: number,
  scale: number,
): void {
  for (let r = 0; r < rows; r++) {
    const to = rowAt(into, r, columns)
    for (let j = 0; j < columns; j++) floats[to + j] = scale * floats[row + j]
  }
}
