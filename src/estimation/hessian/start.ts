/** Paths that start beside x₀, with Ŷ on the tangent plane there. */
import { rowAt } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import { placeAt } from '../../paths/start.ts'
import type { PathStart } from '../path-pass.ts'
import { type EstimatePlan, RESULT } from '../plan.ts'

/**
 * @param slope ∇u(0,x₀), [dim]
 * @param displaced how far a row's component is from x₀'s
 */
export function startsBeside(
  { floats, doubles }: Views,
  { x0, result }: EstimatePlan,
  slope: Float64Array,
  rows: number,
  displaced: (r: number, i: number) => number,
): PathStart {
  const dim = x0.length
  return (x, y) => {
    placeAt(floats, x, rows, x0)
    for (let r = 0; r < rows; r++) {
      let value = doubles[result + RESULT.y0]
      for (let i = 0; i < dim; i++) {
        floats[rowAt(x, r, dim) + i] = x0[i] + displaced(r, i)
        value += slope[i] * displaced(r, i)
      }
      doubles[y + r] = value
    }
  }
}
