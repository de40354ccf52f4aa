/** Linear laws whose components mix: dX = (KX + k)dt + S dW with constant K and S. */

import { constantValues, fill, variable, zero } from '../../formulas/build.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { names } from '../../formulas/expression.ts'
import { mayJump } from '../../formulas/steps.ts'
import { substitute } from '../../formulas/substitute.ts'
import { tangent } from '../../formulas/tangent.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { EXACT } from '../laws/law.ts'
import { linearStep } from './linear-law.ts'
import { constantMixing, matrixOf } from './mixing.ts'
import type { Motion } from './motion.ts'
import { splittingMotion } from './splitting.ts'

/** Larger matrices would cost more to raise than the paths themselves. */
const MOST_DIMENSIONS = 256

/** Null where the drift is not linear or σ not constant. */
export function linearMotion(expressions: ProblemExpressions): Motion | null {
  const { drift, variables, dim, horizon } = expressions
  const { x } = variables
  // Between jumps the slope is that of a linear drift.
  if (dim > MOST_DIMENSIONS || mayJump(drift, x)) return null
  const spread = constantNoise(expressions)
  if (spread === null) return null
  const derivative = tangent(drift, x, variable('v', [dim]))
  if (names(derivative).some((name) => name !== 'v')) return null
  const [level] = substitute([drift], new Map([[x, fill(zero, [dim])]]))
  const constants = constantValues(level)
  if (constants === null) return null
  const matrix = new Float64Array(dim * dim)
  for (let j = 0; j < dim; j++) {
    const unit = new Float64Array(dim)
    unit[j] = 1
    const column = evaluate(derivative, { v: unit })
    for (let i = 0; i < dim; i++) matrix[i * dim + j] = column[i]
  }
  const { isExact } = linearStep(matrix, constants, spread, horizon / 64)
  // For those who move single states over any time.
  const single = splittingMotion(expressions)
  return {
    dynamics: { kind: 'linear', order: isExact ? EXACT : 2, matrix, level: constants, spread },
    mixing: single?.mixing ?? null,
    step: single?.step ?? null,
  }
}

/** σR [dim × noiseDim], or null. */
function constantNoise({ noise, dim }: ProblemExpressions): Float64Array | null {
  if (noise.diagonal === null) return constantMixing(noise)
  const sigma = constantValues(noise.diagonal)
  if (sigma === null) return null
  const root = matrixOf(noise)
  return Float64Array.from({ length: dim * dim }, (_, k) => {
    const [i, j] = [Math.floor(k / dim), k % dim]
    return sigma[i] * (root === null ? (i === j ? 1 : 0) : root[k])
  })
}
