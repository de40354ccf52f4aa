/** Whether a page's formulas are finite where its own paths go: a formula outside its domain is found by name and place. */

import { pointwise } from '../formulas/bind.ts'
import type { Expression } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { gradient } from '../formulas/gradient.ts'
import type { CompiledProblem } from './compiled.ts'
import { driverPoints } from './derivatives.ts'
import type { ProblemExpressions } from './expressions.ts'
import { pointCount, type StatePoint, samplePoints, seededRandom } from './sample.ts'

/** Messages show this many components of a point. */
const SHOWN_COMPONENTS = 3

/**
 * Which formula is not finite, and where: the first one found at random points of paths from x0.
 *
 * @returns a sentence, or null where all are finite
 */
export function findNotFinite(
  expressions: ProblemExpressions,
  compiled: CompiledProblem,
  seed = 1,
): string | null {
  const { dim, horizon, noise, drift, terminal, exact, variables } = expressions
  const points = samplePoints(expressions, pointCount(dim), seededRandom(seed))
  const ends = points.map(({ x }) => ({ t: horizon, x }))
  const ofState: [what: string, formula: Expression | null, at: StatePoint[]][] = [
    ['drift', drift, points],
    ['diffusion', noise.diagonal ?? noise.dense, points],
    ['terminal', terminal, ends],
    ['the derivative of terminal', gradient(terminal, variables.x), ends],
    ['exact', exact, [...points, ...ends]],
  ]
  for (const [what, formula, at] of ofState) {
    const found = formula === null ? null : firstAt(expressions, what, formula, at)
    if (found !== null) return found
  }
  return driverNotFinite(expressions, compiled, seed)
}

function firstAt(
  { dim }: ProblemExpressions,
  what: string,
  formula: Expression,
  points: StatePoint[],
): string | null {
  const valueAt = pointwise(generated({ x: [dim] }, { formula }))
  for (const { t, x } of points) {
    const value = notFinite(valueAt(t, { x }).formula)
    if (value !== undefined) return sentence(what, value, { t, x })
  }
  return null
}

function driverNotFinite(
  expressions: ProblemExpressions,
  compiled: CompiledProblem,
  seed: number,
): string | null {
  const { dim, noiseDim, driver } = expressions
  const driverAt = pointwise(generated({ x: [dim], y: [], z: [noiseDim] }, { driver }))
  for (const { t, x, y, z } of driverPoints(expressions, compiled, seededRandom(seed))) {
    const value = notFinite(driverAt(t, { x, y, z }).driver)
    if (value !== undefined) return sentence('driver', value, { t, x, y, z })
  }
  return null
}

function notFinite(values: Float64Array): number | undefined {
  return values.find((value) => !Number.isFinite(value))
}

function sentence(what: string, value: number, point: Record<string, number | Float64Array>): string {
  const place = Object.entries(point).map(([name, at]) => `${name} = ${shown(at)}`)
  return `${what} is ${value} at ${place.join(', ')}. Look for log, sqrt, a division or a power outside its domain.`
}

function shown(value: number | Float64Array): string {
  if (typeof value === 'number') return `${Number(value.toPrecision(3))}`
  const first = Array.from(value.subarray(0, SHOWN_COMPONENTS), shown)
  const rest = value.length > SHOWN_COMPONENTS ? ', …' : ''
  return `(${first.join(', ')}${rest})`
}
