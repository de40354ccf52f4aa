/** A page's word on its driver's curvature, tried at random chords: they can refute it, they cannot prove it. */
import { UserError } from '../errors/errors.ts'
import { evaluateScalar } from '../formulas/evaluate.ts'
import type { ProblemExpressions } from './expressions.ts'
import { normalVector, pointCount, type Random, samplePoints, seededRandom } from './sample.ts'

const POINTS = 32
/** Chords over which (t, x) stays. */
const CHORDS_PER_POINT = 16
/** Of the values at the ends: what rounding may do. */
const ROUNDING = 1e-9

/** @throws UserError with the chord that refutes it */
export function checkDeclared(
  id: string,
  expressions: ProblemExpressions,
  declared: 'convex' | 'concave',
  range: [number, number] | null,
): void {
  const random = seededRandom(1)
  const sign = declared === 'convex' ? 1 : -1
  const { dim } = expressions
  for (const { t, x } of samplePoints(expressions, pointCount(dim, POINTS), random)) {
    const f = (y: number, z: Float64Array) => evaluateScalar(expressions.driver, { t, x, y, z })
    for (let k = 0; k < pointCount(dim, CHORDS_PER_POINT); k++) {
      const [a, b] = [0, 1].map(() => drawPoint(expressions, x, range, random))
      const middle = { y: 0.5 * (a.y + b.y), z: a.z.map((value, j) => 0.5 * (value + b.z[j])) }
      const ends = [f(a.y, a.z), f(b.y, b.z)]
      const above = sign * (f(middle.y, middle.z) - 0.5 * (ends[0] + ends[1]))
      if (above > ROUNDING * (1 + Math.abs(ends[0]) + Math.abs(ends[1]))) {
        const [low, high] = [a.y, b.y].map((y) => y.toPrecision(4))
        throw new UserError(
          `${id}: curvature says ${declared}, but on a chord from y = ${low} to y = ${high} at t = ${t.toPrecision(3)} the driver lies ${above.toPrecision(3)} ${sign > 0 ? 'above' : 'below'} it. Correct curvature, or leave it out.`,
        )
      }
    }
  }
}

/** y from the range, or around g(x); z of any length from a tenth to ten. */
function drawPoint(
  { terminal, noiseDim }: ProblemExpressions,
  x: Float64Array,
  range: [number, number] | null,
  random: Random,
): { y: number; z: Float64Array } {
  const scale = () => 10 ** (2 * random() - 1)
  const length = scale()
  const z = normalVector(random, noiseDim).map((value) => length * value)
  if (range !== null) return { y: range[0] + (range[1] - range[0]) * random(), z }
  const centre = evaluateScalar(terminal, { x })
  return { y: centre + scale() * (1 + Math.abs(centre)) * normalVector(random, 1)[0], z }
}
