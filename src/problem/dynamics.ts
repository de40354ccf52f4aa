/** How X can be moved exactly: which of the known laws the formulas of drift and diffusion describe. */
import { add, apply, broadcast, constant, constantValues, mul, sub, variable } from '../formulas/build.ts'
import { componentDerivative } from '../formulas/component-derivative.ts'
import { evaluate } from '../formulas/evaluate.ts'
import type { Expression } from '../formulas/expression.ts'
import type { Dynamics } from './compiled.ts'
import { names, type ProblemExpressions } from './expressions.ts'
import type { Noise } from './noise.ts'

export type Scheme = 'exact' | 'euler' | 'milstein'

/** How X moves, the noise that it is moved by, and X₊ as an expression of x, w and dt where no exact law applies. */
export interface Motion {
  dynamics: Dynamics
  /** See `CompiledProblem.mixing`. */
  mixing: Float64Array | null
  step: Expression | null
}

/** Componentwise affine: value(x) = slope∘x + level, constant in time; both [dim]. */
interface Affine {
  slope: Float64Array
  level: Float64Array
}

/**
 * The exact law where the formulas show one, else Milstein's scheme where σ is diagonal and moves with its own
 * component, else Euler–Maruyama. `scheme` forces one of the discrete schemes.
 *
 * Recognised, for coefficients without t: μ and σ constant (Brownian), μ affine in each component and σ constant
 * (Ornstein–Uhlenbeck), μ and σ proportional to each component (geometric). A dense σ is recognised where it
 * is constant; noise that mixes components with different rates of return has no exact law of this form.
 */
export function recogniseMotion(expressions: ProblemExpressions, scheme: Scheme = 'exact'): Motion {
  if (scheme === 'exact') {
    const exact = exactMotion(expressions)
    if (exact !== null) return exact
  }
  return scheme === 'euler' ? eulerMotion(expressions) : milsteinMotion(expressions)
}

function exactMotion({ drift, noise, variables, dim }: ProblemExpressions): Motion | null {
  const mu = affine(drift, variables.x)
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
    if (isFree) return motion({ kind: 'brownian', drift: mu.level, diffusion }, mixing)
    return isUniform(mu.slope) ? motion(returning(mu, diffusion), mixing) : null
  }
  const sigma = affine(noise.diagonal, variables.x)
  if (sigma === null) return null
  if (sigma.slope.every((slope) => slope === 0)) {
    const diffusion = sigma.level
    if (isFree) return motion({ kind: 'brownian', drift: mu.level, diffusion }, matrixOf(noise))
    const isExact = noise.root === null || isUniform(mu.slope)
    return isExact ? motion(returning(mu, diffusion), matrixOf(noise)) : null
  }
  const isProportional = [...sigma.level, ...mu.level].every((level) => level === 0)
  if (!isProportional) return null
  return motion({ kind: 'geometric', drift: mu.slope, diffusion: sigma.slope }, matrixOf(noise))
}

function returning(mu: Affine, diffusion: Float64Array): Dynamics {
  return { kind: 'ornstein-uhlenbeck', rate: mu.slope, level: mu.level, diffusion }
}

function isUniform(values: Float64Array): boolean {
  return values.every((value) => value === values[0])
}

/** R, or null where the noise is independent. */
function matrixOf(noise: Noise): Float64Array | null {
  return noise.root === null ? null : noise.root.matrix
}

/** σR of a constant dense σ, [dim × noiseDim]. */
function constantMixing(noise: Noise): Float64Array | null {
  const values = constantValues(noise.dense!)
  if (values === null) return null
  const { noiseDim: m } = noise
  const factor = matrixOf(noise)
  if (factor === null) return values
  return values.map((_, k) => {
    const row = Math.floor(k / m) * m
    let sum = 0
    for (let j = 0; j < m; j++) sum += values[row + j] * factor[j * m + (k % m)]
    return sum
  })
}

/** Slope and level where value is componentwise affine in x and free of everything else; else null. */
function affine(value: Expression, x: Expression): Affine | null {
  if (names(value).some((name) => name !== 'x')) return null
  const derivative = componentDerivative(value, x)
  if (derivative === null || names(derivative).length > 0) return null
  const dim = x.shape[0] as number
  const slope = evaluate(broadcast(derivative, [dim]))
  const level = evaluate(value, { x: new Float64Array(dim) })
  return [...slope, ...level].every(Number.isFinite) ? { slope, level } : null
}

/** X + μΔt + σRΔW. Correlated noise comes in already correlated where σ is diagonal. */
function eulerMotion(expressions: ProblemExpressions): Motion {
  const { noise } = expressions
  if (noise.diagonal === null) {
    const w = variable('w', [noise.noiseDim])
    return { dynamics: { kind: 'euler' }, mixing: null, step: moved(expressions, noise.apply(w)) }
  }
  const w = variable('w', [expressions.dim])
  return {
    dynamics: { kind: 'euler' },
    mixing: matrixOf(noise),
    step: moved(expressions, mul(noise.diagonal, w)),
  }
}

/** Euler's step + ½σᵢ∂ᵢσᵢ(ΔWᵢ² − Δt), where σ is diagonal and each σᵢ depends on xᵢ alone; else Euler's. */
function milsteinMotion(expressions: ProblemExpressions): Motion {
  const { noise, variables, dim } = expressions
  const euler = eulerMotion(expressions)
  if (noise.diagonal === null) return euler
  const derivative = componentDerivative(noise.diagonal, variables.x)
  if (derivative === null || constantValues(derivative)?.every((slope) => slope === 0)) return euler
  const w = variable('w', [dim])
  const bend = mul(constant(0.5), mul(noise.diagonal, broadcast(derivative, [dim])))
  const correction = mul(bend, sub(apply('square', w), variable('dt')))
  return { ...euler, dynamics: { kind: 'milstein' }, step: add(euler.step!, correction) }
}

function moved({ variables, drift }: ProblemExpressions, noise: Expression): Expression {
  return add(add(variables.x, mul(variable('dt'), drift)), noise)
}
