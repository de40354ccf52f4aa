/**
 * What an integrand at a path's nodes counts for in ∫Γ · dt: as in the value's own scheme, so that a rate however large costs no accuracy
 * where the integrand is smooth (`exponential-step.ts`).
 */
import type { Arena } from '../../memory/arena.ts'
import type { Views } from '../../memory/views.ts'
import { lengthAt } from '../../paths/grid.ts'
import { growth, lateGrowth } from '../../training/exponential-step.ts'
import type { PathBlock } from './path-block.ts'

/** As part of the step behind a node, of the one before it, and of both; float64 [rows]. */
export interface NodeWeightsPlan {
  after: number
  before: number
  both: number
}

export function planNodeWeights(arena: Arena, rows: number): NodeWeightsPlan {
  return { after: arena.doubles(rows), before: arena.doubles(rows), both: arena.doubles(rows) }
}

export class NodeWeights {
  readonly #plan: NodeWeightsPlan
  readonly #views: Views
  readonly #isExponential: boolean

  /** @param isExponential whether Γ goes by exponentials of mean rates over steps, which `record.growth` keeps */
  constructor(plan: NodeWeightsPlan, views: Views, isExponential: boolean) {
    this.#plan = plan
    this.#views = views
    this.#isExponential = isExponential
  }

  /** Of node n of paths that begin at the node `first`. */
  write(n: number, block: PathBlock): void {
    const { doubles } = this.#views
    const { after, before, both } = this.#plan
    for (let r = 0; r < block.rows; r++) {
      doubles[after + r] = n === block.grid.steps ? 0 : this.#atLeft(n, r, block)
      doubles[before + r] = n === block.first ? 0 : this.#atRight(n - 1, r, block)
      doubles[both + r] = doubles[after + r] + doubles[before + r]
    }
  }

  /** Of the left end of a step. */
  #atLeft(step: number, r: number, { grid, record }: PathBlock): number {
    const { doubles } = this.#views
    const weight = lengthAt(grid, step) * doubles[record.weight(step) + r]
    if (!this.#isExponential) return 0.5 * weight
    const a = doubles[record.growth(step) + r]
    return weight * (growth(a) - lateGrowth(a))
  }

  #atRight(step: number, r: number, { grid, record }: PathBlock): number {
    const { doubles } = this.#views
    const dt = lengthAt(grid, step)
    if (!this.#isExponential) return 0.5 * dt * doubles[record.weight(step + 1) + r]
    return dt * doubles[record.weight(step) + r] * lateGrowth(doubles[record.growth(step) + r])
  }
}
