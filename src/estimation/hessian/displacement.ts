/** Where the paths of a unit start: either side of x₀, all components at once with signs that are balanced, or along a direction. */

import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import type { HessianPlan } from './plan.ts'

/** What is looked at by one displacement of each path: several entries, or one along a direction. */
export interface Probe {
  /** null: the diagonal. */
  direction: Float64Array | null
  firstEntry: number
}

export function probesOf({ hasDiagonal, directions, gradient }: HessianPlan): Probe[] {
  const { dim } = gradient.estimate.training
  const diagonal = hasDiagonal ? [{ direction: null, firstEntry: 0 }] : []
  const before = hasDiagonal ? dim : 0
  return [...diagonal, ...directions.map((direction, k) => ({ direction, firstEntry: before + k }))]
}

/** How far components are displaced for a reach of 1: along a direction so that their shares of the spread are together 1. */
export function sizeAlong(direction: Float64Array, spread: Float64Array): number {
  const shares = direction.map((value, i) => value / spread[i])
  return 1 / Math.hypot(...shares)
}

/**
 * δ [rows][dim] of rows `firstRow` … of a unit, for a reach of 1. For the diagonal the signs of two components agree in half of the
 * rows of a cycle (Hadamard's matrix), so that what one component does to another's difference cancels in its mean.
 */
export function displacements(
  plan: HessianPlan,
  { direction }: Probe,
  spread: Float64Array,
  unit: number,
  firstRow: number,
  rows: number,
): Float64Array {
  const dim = spread.length
  const delta = new Float64Array(rows * dim)
  if (direction !== null) {
    const size = sizeAlong(direction, spread)
    for (let r = 0; r < rows; r++)
      delta.set(
        direction.map((value) => size * value),
        r * dim,
      )
    return delta
  }
  const { seed } = plan.gradient.estimate.training
  const coins = new UniformStream(seed, STREAM.hessian, unit)
  const own = spread.map((size) => (coins.next() < 0.5 ? -size : size))
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < dim; i++) {
      const isOdd = parity((firstRow + r) & (i % plan.unitPairs))
      delta[r * dim + i] = isOdd ? -own[i] : own[i]
    }
  }
  return delta
}

function parity(bits: number): boolean {
  let odd = false
  for (let rest = bits; rest !== 0; rest &= rest - 1) odd = !odd
  return odd
}
