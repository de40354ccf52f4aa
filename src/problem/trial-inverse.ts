/** ∇u from z where formulas show σ's inverse, and paths keep away from where there is none. */
import { constantValues, variable } from '../formulas/build.ts'
import { evaluate } from '../formulas/evaluate.ts'
import type { Expression } from '../formulas/expression.ts'
import { invert } from '../statistics/linear-system.ts'
import type { ProblemExpressions } from './expressions.ts'
import { pointCount, samplePoints, seededRandom } from './sample.ts'

/** Points of trial paths. */
const SAMPLES = 128
/** What an inverse may make of the rows' directions, and the share of its own mean square that a row may come down to. */
const STEEPEST = 100
const LEAST = 1e-3

/** v with z = σᵀv for z [noiseDim]; null where σ has no inverse that formulas show, or trial paths come near a σ without one. */
export function trialUnscaled(expressions: ProblemExpressions): Expression | null {
  const { noise, noiseDim } = expressions
  const found = noise.findUnscaled(variable('z', [noiseDim]))
  if (found === null || noise.reachesAll) return found
  return noise.diagonal === null && staysInvertible(noise.dense!, expressions) ? found : null
}

function staysInvertible(sigma: Expression, expressions: ProblemExpressions): boolean {
  if (constantValues(sigma) !== null) return true
  const [rows, columns] = sigma.shape as readonly [number, number]
  const points = samplePoints(expressions, pointCount(rows * columns, SAMPLES), seededRandom(1))
  const values = points.map(({ t, x }) => evaluate(sigma, { t, x }))
  const lengths = values.map((own) =>
    Float64Array.from({ length: rows }, (_, i) =>
      Math.hypot(...own.subarray(i * columns, (i + 1) * columns)),
    ),
  )
  const sizes = Array.from({ length: rows }, (_, i) =>
    Math.sqrt(lengths.reduce((sum, own) => sum + own[i] ** 2, 0) / points.length),
  )
  return values.every((own, k) => {
    if (!lengths[k].every((length, i) => length > LEAST * sizes[i])) return false
    const directions = own.map((value, at) => value / lengths[k][Math.floor(at / columns)])
    const gram = new Float64Array(rows * rows)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < rows; j++)
        for (let c = 0; c < columns; c++)
          gram[i * rows + j] += directions[i * columns + c] * directions[j * columns + c]
    const inverse = invert(gram, rows)
    return inverse?.every((value) => Math.abs(value) < STEEPEST ** 2) ?? false
  })
}
