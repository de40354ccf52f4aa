/** The laws that kernels move X by, exact for any step: which of them the formulas of drift and diffusion describe. */
import type { ProblemExpressions } from '../expressions.ts'
import { EXACT } from '../laws/law.ts'
import type { Dynamics } from '../laws/laws.ts'
import { affine, type ConstantAffine, constantAffine } from './affine.ts'
import { constantMixing, matrixOf } from './mixing.ts'
import type { Motion } from './motion.ts'

/**
 * Recognised, for coefficients without t: μ and σ constant (Brownian), μ affine in each component and σ constant
 * (Ornstein–Uhlenbeck), μ and σ proportional to each component (geometric). A dense σ is recognised where it
 * is constant; noise that mixes components with different rates of return has no exact law of this form.
 */
export function exactMotion({ drift, noise, variables, dim }: ProblemExpressions): Motion | null {
  const constants = (value: typeof drift): ConstantAffine | null => {
    const found = affine(value, variables.x)
    return found && constantAffine(found)
  }
  const mu = constants(drift)
  if (mu === null) return null
  const motion = (dynamics: Dynamics, mixing: Float64Array | null): Motion => ({
    dynamics,
    mixing,
    step: null,
  })
  const isFree = mu.slope.every((slope) => slope === 0)
  if (noise.diagonal === null) {
    const mixing = constantMixing(noise)
    if (mixing === null) return null
    const diffusion = new Float64Array(dim).fill(1)
    if (isFree) return motion({ kind: 'brownian', order: EXACT, drift: mu.level, diffusion }, mixing)
    return isUniform(mu.slope) ? motion(returning(mu, diffusion), mixing) : null
  }
  const sigma = constants(noise.diagonal)
  if (sigma === null) return null
  if (sigma.slope.every((slope) => slope === 0)) {
    const diffusion = sigma.level
    const mixing = matrixOf(noise)
    if (isFree) return motion({ kind: 'brownian', order: EXACT, drift: mu.level, diffusion }, mixing)
    const isExact = noise.root === null || isUniform(mu.slope)
    return isExact ? motion(returning(mu, diffusion), mixing) : null
  }
  const isProportional = [sigma, mu].every(({ level }) => level.every((part) => part === 0))
  if (!isProportional) return null
  return motion({ kind: 'geometric', order: EXACT, drift: mu.slope, diffusion: sigma.slope }, matrixOf(noise))
}

function returning(mu: ConstantAffine, diffusion: Float64Array): Dynamics {
  return { kind: 'ornstein-uhlenbeck', order: EXACT, rate: mu.slope, level: mu.level, diffusion }
}

function isUniform(values: Float64Array): boolean {
  return values.every((value) => value === values[0])
}
