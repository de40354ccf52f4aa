/**
 * The exact laws whose coefficients depend on time: their integrals over a step by Gauss's rule, to rounding where the
 * coefficients are smooth within the step.
 */
import { add, apply, constant, constantValues, mul, sub, variable } from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { EXACT } from '../laws/law.ts'
import type { Noise } from '../noise.ts'
import { type Affine, affine } from './affine.ts'
import { matrixOf } from './mixing.ts'
import type { Motion } from './motion.ts'
import { at, dt, effective, integralToEnd, meanOver, placeOf, timeMean } from './quadrature.ts'

/** Linear and geometric laws with diagonal noise; null where drift or diffusion are of another kind. */
export function integratedMotion({ drift, noise, variables, dim }: ProblemExpressions): Motion | null {
  if (noise.diagonal === null) return null
  const mu = affine(drift, variables.x)
  const sigma = affine(noise.diagonal, variables.x)
  if (mu === null || sigma === null) return null
  const w = variable('w', [dim])
  if (isZero(sigma.slope)) {
    const isExact = noise.root === null || (isShared(mu.slope) && isShared(sigma.level))
    return motionOf(noise, isExact, linearStep(mu, sigma.level, variables.x, w))
  }
  if (!isZero(sigma.level) || !isZero(mu.level)) return null
  const isExact = noise.root === null || isShared(sigma.slope) || isConstant(sigma.slope)
  return motionOf(noise, isExact, geometricStep(mu.slope, sigma.slope, variables.x, w))
}

/**
 * Where ΔW's correlation is that of the step's integrals only in the limit, the law of several components together is of
 * order 2.
 */
function motionOf(noise: Noise, isExact: boolean, step: Expression): Motion {
  return { dynamics: { kind: 'integrated', order: isExact ? EXACT : 2 }, mixing: matrixOf(noise), step }
}

/** e^A x + ∫e^(A₊−A)level + (∫e^(2A₊−2A)σ²)^½ ΔW/√Δt, A the integral of the rate. */
function linearStep(mu: Affine, sigma: Expression, x: Expression, w: Expression): Expression {
  if (isZero(mu.slope)) return add(add(x, mul(dt, timeMean(mu.level))), mul(effective(sigma, null), w))
  const growth = (place: number) => apply('exp', integralToEnd(mu.slope, place))
  const level = mul(
    dt,
    meanOver((place) => mul(growth(place), at(mu.level, placeOf(place)))),
  )
  return add(add(mul(growth(0), x), level), mul(effective(sigma, growth), w))
}

/** x exp(∫(rate − ½σ²) + (∫σ²)^½ ΔW/√Δt) */
function geometricStep(rate: Expression, sigma: Expression, x: Expression, w: Expression): Expression {
  const slope = timeMean(sub(rate, mul(constant(0.5), apply('square', sigma))))
  return mul(x, apply('exp', add(mul(dt, slope), mul(effective(sigma, null), w))))
}

function isZero(value: Expression): boolean {
  return constantValues(value)?.every((number) => number === 0) === true
}

/** The same in all components. */
function isShared(value: Expression): boolean {
  return (
    value.kind === 'fill' || (constantValues(value)?.every((number, _, all) => number === all[0]) ?? false)
  )
}

function isConstant(value: Expression): boolean {
  return names(value).length === 0
}
