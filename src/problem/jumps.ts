/** Whether formulas jump in x: the gradient along a path is that between the jumps, and knows nothing of them. */

import { pointwise } from '../formulas/bind.ts'
import { add, array, dot } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { mayJump } from '../formulas/steps.ts'
import type { ProblemExpressions } from './expressions.ts'
import { normalVector, pointCount, samplePoints, seededRandom } from './sample.ts'

/** Lines that a jump is looked for on, and how often each is halved. */
const LINES = 64
const PARTS = 16
const HALVINGS = 44
/** Share of g's change over the line that is left at a jump. */
const LEFT = 1e-6
/** A change of a smaller share of g itself may be rounding. */
const ROUNDING = 1e-9

/** Of x [dim], at a time. */
type Scalar = (t: number, x: Float64Array) => number

/** Whether g jumps. */
export function terminalJumps(expressions: ProblemExpressions): boolean {
  const { terminal, dim, horizon } = expressions
  if (!mayJump(terminal)) return false
  const g = pointwise(generated({ x: [dim] }, { g: terminal }))
  return jumps(expressions, (_, x) => g(horizon, { x }).g[0])
}

/** Whether a formula of t and x jumps in x. */
export function formulaJumps(expressions: ProblemExpressions, value: Expression): boolean {
  if (!mayJump(value, expressions.variables.x)) return false
  const at = pointwise(generated({ x: [expressions.dim] }, { value }))
  return jumps(expressions, (t, x) => at(t, { x }).value[0])
}

/** Whether drift, σ or the driver, this one at some (y, z), jump in x. */
export function coefficientsJump(expressions: ProblemExpressions): boolean {
  const { dim, noiseDim, drift, driver, terminal, variables } = expressions
  const { motion, w } = diffusionAlong(expressions)
  if (vectorJumps(expressions, add(drift, motion))) return true
  if (!mayJump(driver, variables.x)) return false
  const g = pointwise(generated({ x: [dim] }, { g: terminal }))
  const y = Float64Array.of(g(expressions.horizon, { x: expressions.x0 }).g[0] || 1)
  const f = pointwise(generated({ x: [dim], y: [], z: [noiseDim] }, { f: driver }))
  return jumps(expressions, (t, x) => f(t, { x, y, z: w }).f[0])
}

/** Whether σ jumps in x. */
export function diffusionJumps(expressions: ProblemExpressions): boolean {
  return vectorJumps(expressions, diffusionAlong(expressions).motion)
}

/** σ along a random ΔW: all of its columns at once. */
function diffusionAlong({ noise, noiseDim }: ProblemExpressions) {
  const w = normalVector(seededRandom(2), noiseDim)
  return { motion: noise.apply(array(w, [noiseDim])), w }
}

/** Whether a vector [dim] jumps in x, seen by random shares of its components. */
function vectorJumps(expressions: ProblemExpressions, vector: Expression): boolean {
  const { dim, variables } = expressions
  if (!mayJump(vector, variables.x)) return false
  const along = dot(vector, array(normalVector(seededRandom(3), dim), [dim]))
  const at = pointwise(generated({ x: [dim] }, { along }))
  return jumps(expressions, (t, x) => at(t, { x }).along[0])
}

/**
 * Lines between points of simulated paths, and through the starting point, are halved where the function changes most: what is
 * left of the change at the end is a jump. Formulas without conditions, signs and floors have none.
 */
function jumps(expressions: ProblemExpressions, at: Scalar): boolean {
  const random = seededRandom(1)
  const points = samplePoints(expressions, pointCount(expressions.dim, 2 * LINES), random)
  return points.some(
    ({ t, x }, k) =>
      k % 2 === 0 && k + 1 < points.length && jumpsBetween((place) => at(t, place), x, points[k + 1].x),
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
    if (!(change > ROUNDING * Math.max(Math.abs(above), Math.abs(below)))) return false
    for (let k = 0; k < HALVINGS; k++) {
      const middle = 0.5 * (low + high)
      const value = along(middle)
      if (Math.abs(value - below) > Math.abs(above - value)) [high, above] = [middle, value]
      else [low, below] = [middle, value]
    }
    return Math.abs(above - below) > LEFT * change
  })
}
