/** Whether a terminal condition jumps: the gradient along a path is that between the jumps, and knows nothing of them. */

import { pointwise } from '../formulas/bind.ts'
import { generated } from '../formulas/generated.ts'
import { mayJump } from '../formulas/steps.ts'
import type { ProblemExpressions } from './expressions.ts'
import { pointCount, samplePoints, seededRandom } from './sample.ts'

/** Lines that a jump is looked for on, and how often each is halved. */
const LINES = 64
const PARTS = 16
const HALVINGS = 44
/** Share of g's change over the line that is left at a jump. */
const LEFT = 1e-6

/**
 * Lines between points of simulated paths, and through the starting point, are halved where g changes most: what is
 * left of the change at the end is a jump. g without conditions, signs and floors has none.
 */
export function terminalJumps(expressions: ProblemExpressions): boolean {
  const { terminal, dim, horizon } = expressions
  if (!mayJump(terminal)) return false
  const g = pointwise(generated({ x: [dim] }, { g: terminal }))
  const at = (x: Float64Array) => g(horizon, { x }).g[0]
  const random = seededRandom(1)
  const points = samplePoints(expressions, pointCount(dim, 2 * LINES), random).map(({ x }) => x)
  return points.some(
    (from, k) => k % 2 === 0 && k + 1 < points.length && jumpsBetween(at, from, points[k + 1]),
  )
}

/** Far beyond both points, since paths of the whole horizon reach farther than those of a part of it. */
function jumpsBetween(g: (x: Float64Array) => number, from: Float64Array, to: Float64Array): boolean {
  const x = new Float64Array(from.length)
  const along = (s: number) => {
    for (let i = 0; i < x.length; i++) x[i] = from[i] + s * (to[i] - from[i])
    return g(x)
  }
  const parts = pointCount(x.length, PARTS)
  return Array.from({ length: parts }, (_, k) => -1.5 + (4 * k) / parts).some((start) => {
    let [low, high] = [start, start + 4 / parts]
    let [below, above] = [along(low), along(high)]
    const change = Math.abs(above - below)
    if (!(change > 0)) return false
    for (let k = 0; k < HALVINGS; k++) {
      const middle = 0.5 * (low + high)
      const value = along(middle)
      if (Math.abs(value - below) > Math.abs(above - value)) [high, above] = [middle, value]
      else [low, below] = [middle, value]
    }
    return Math.abs(above - below) > LEFT * change
  })
}
