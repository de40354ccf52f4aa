/** Generated functions for gradients in the state's own coordinates: the tangent of a step, and slopes and curvature of g and f. */
import { add, dot, mul, variable } from '../formulas/build.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import type { CompiledProblem } from './compiled.ts'
import type { ProblemExpressions } from './expressions.ts'
import type { Motion } from './motions/motion.ts'
import { sharePowers } from './motions/shared-powers.ts'
import { trialUnscaled } from './trial-inverse.ts'

export type TangentFunctions = Pick<
  CompiledProblem['functions'],
  'stepTransport' | 'terminalGradU' | 'terminalCurvature' | 'driverDx' | 'driverCurvature' | 'unscaleGradient'
>

/** @param terminal g, smoothed where it jumps */
export function tangentFunctions(
  expressions: ProblemExpressions,
  motion: Motion,
  terminal: Expression,
): TangentFunctions {
  const { dim, noiseDim, noise, variables } = expressions
  const x = [dim]
  const q = variable('q', [noiseDim])
  const gradU = gradient(terminal, variables.x)
  const unscaled = trialUnscaled(expressions)
  return {
    stepTransport: stepTransport(expressions, motion),
    terminalGradU: generated({ x }, { gradU }),
    terminalCurvature: generated(
      { x, q: q.shape },
      { dx: gradient(dot(noise.scale(gradU), q), variables.x) },
    ),
    ...driverTangents(expressions),
    unscaleGradient: unscaled && generated({ x, z: [noiseDim] }, { v: unscaled }),
  }
}

/** vᵀ∂X₊/∂x with the noise held. */
function stepTransport({ dim, noiseDim, variables }: ProblemExpressions, { step, mixing }: Motion) {
  if (step === null) return null
  const inputs = { x: [dim], w: [mixing === null ? noiseDim : dim], v: [dim] }
  const transported = gradient(dot(step, variable('v', [dim])), variables.x)
  return generated(inputs, { transported: sharePowers([transported])[0] }, ['dt'])
}

function driverTangents({ dim, noiseDim, driver, variables }: ProblemExpressions) {
  const inputs = { x: [dim], y: [], z: [noiseDim] }
  const { x, y, z } = variables
  const [fy, fz] = gradients(driver, [y, z])
  const along = add(mul(variable('p'), fy), dot(variable('q', [noiseDim]), fz))
  const isCurved = names(along).some((name) => ['x', 'y', 'z'].includes(name))
  const [dx, dy, dz] = isCurved ? gradients(along, [x, y, z]) : []
  return {
    driverDx: names(driver).includes('x') ? generated(inputs, { dx: gradient(driver, x) }) : null,
    driverCurvature: isCurved ? generated({ ...inputs, p: [], q: [noiseDim] }, { dx, dy, dz }) : null,
  }
}
