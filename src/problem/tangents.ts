/** Generated functions for gradients in the state's own coordinates: the tangent of a step, and slopes and curvature of g and f. */
import { add, dot, mul, variable } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import type { CompiledProblem } from './compiled.ts'
import { names, type ProblemExpressions } from './expressions.ts'
import { generated, type Inputs } from './generated.ts'
import type { Motion } from './motions/motion.ts'
import { sharePowers } from './motions/shared-powers.ts'

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
  const x: Inputs[number] = { name: 'x', shape: [dim] }
  const v: Inputs[number] = { name: 'v', shape: [noiseDim] }
  const gradG = gradient(terminal, variables.x)
  const alongZ = dot(noise.scale(gradG), variable('v', [noiseDim]))
  return {
    stepTransport: stepTransport(expressions, motion),
    terminalGradU: generated([x], [gradG]),
    terminalCurvature: generated([x, v], [gradient(alongZ, variables.x)]),
    ...driverTangents(expressions),
    unscaleGradient: noise.hasInverse ? generated([x, v], [noise.unscale(variable('v', [noiseDim]))]) : null,
  }
}

/** vᵀ∂X₊/∂x with the noise held. */
function stepTransport({ dim, noiseDim, variables }: ProblemExpressions, { step, mixing }: Motion) {
  if (step === null) return null
  const inputs: Inputs = [
    { name: 'x', shape: [dim] },
    { name: 'w', shape: [mixing === null ? noiseDim : dim] },
    { name: 'v', shape: [dim] },
  ]
  const transported = gradient(dot(step, variable('v', [dim])), variables.x)
  return generated(inputs, sharePowers([transported]), ['dt'])
}

function driverTangents({ dim, noiseDim, driver, variables }: ProblemExpressions) {
  const inputs: Inputs = [
    { name: 'x', shape: [dim] },
    { name: 'y', shape: [] },
    { name: 'z', shape: [noiseDim] },
  ]
  const { x, y, z } = variables
  const [fy, fz] = gradients(driver, [y, z])
  const along = add(mul(variable('p'), fy), dot(variable('q', [noiseDim]), fz))
  const isCurved = names(along).some((name) => ['x', 'y', 'z'].includes(name))
  const directions: Inputs = [
    { name: 'p', shape: [] },
    { name: 'q', shape: [noiseDim] },
  ]
  return {
    driverDx: names(driver).includes('x') ? generated(inputs, [gradient(driver, x)]) : null,
    driverCurvature: isCurved ? generated([...inputs, ...directions], gradients(along, [x, y, z])) : null,
  }
}
