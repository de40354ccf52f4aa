/**
 * One step of dX = σ(X)dW (Itô) of weak order 2 for any number of noises that do not commute, at the cost of a few evaluations of
 * σ: Itô and Taylor's expansion in which sums over pairs of noises are products along random directions of ±1,
 *
 *     X₊ = X + ¼(σ(X + √Δt σξ) + σ(X − √Δt σξ) + 2σ)ΔW + ½∂σ[σΔW]ΔW − ½Δt Σ∂σⱼσⱼ + Δt/√8 (∂σ[σξ]η − ∂σ[ση]ξ),
 *
 * since such a product has the mean, and the last term the covariance, that the sum has (Talay's and Platen's conditions, Kloeden
 * and Platen, Numerical Solution of SDE, section 14.2).
 */
import { add, apply, constant, fill, mul, select, sub, variable } from '../../formulas/build.ts'
import { jacobianDiagonal } from '../../formulas/component-derivative.ts'
import type { Expression } from '../../formulas/expression.ts'
import { tangent } from '../../formulas/tangent.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { coins } from './digits.ts'
import type { NoiseFlow } from './flow.ts'
import { guarded } from './guard.ts'
import { matrixOf } from './mixing.ts'
import { dt, inMiddle } from './quadrature.ts'

/** Null where Σ∂σⱼσⱼ is not to be had at less than a sum over all noises. */
export function taylorFlow(expressions: ProblemExpressions): NoiseFlow | null {
  const bend = bendOf(expressions)
  if (bend === null) return null
  const { along, xi, bent, area } = partsOf(expressions)
  const rest = add(mul(constant(0.5), sub(bent, mul(dt, bend))), area)
  const { x } = expressions.variables
  const root = apply('sqrt', dt)
  const move = (y: Expression): Expression => {
    const there = (value: Expression, place: Expression) => inMiddle(value, x, place)
    const reach = mul(root, there(xi, y))
    const sides = add(there(along, add(y, reach)), there(along, sub(y, reach)))
    const first = mul(constant(0.25), add(sides, mul(constant(2), there(along, y))))
    return add(y, add(first, there(rest, y)))
  }
  return { mixing: null, correction: null, move, bounds: null }
}

/** ½∂σ[σΔW]ΔW and the areas' term. */
export function taylorSecondOrder(expressions: ProblemExpressions): Expression {
  const { bent, area } = partsOf(expressions)
  return add(mul(constant(0.5), bent), area)
}

/** σΔW and σξ, ∂σ[σΔW]ΔW, and the areas' term. */
function partsOf({ noise, noiseDim, variables }: ProblemExpressions) {
  const { x } = variables
  const w = variable('w', [noiseDim])
  const sign = (digit: number) =>
    select(coins(w, digit), fill(constant(1), [noiseDim]), fill(constant(-1), [noiseDim]))
  const field = (v: Expression) => guarded(noise.apply(v))
  const [along, xi, eta] = [field(w), field(sign(0)), field(sign(1))]
  const area = sub(tangent(eta, x, xi), tangent(xi, x, eta))
  return { along, xi, bent: tangent(along, x, along), area: mul(mul(constant(Math.SQRT1_2 / 2), dt), area) }
}

/** Σ∂σⱼσⱼ of a diagonal σ: with ρ the noises' correlation, Σₖ ρᵢₖ σₖ ∂ₖσᵢ. */
export function bendOf({ noise, variables, noiseDim }: ProblemExpressions): Expression | null {
  const { x } = variables
  if (noise.diagonal === null) return null
  const sigma = guarded(noise.diagonal)
  const own = jacobianDiagonal(sigma, x)
  const rho = sharedCorrelation(matrixOf(noise), noiseDim)
  if (own === null || rho === null) return null
  const bend = mul(constant(1 - rho), mul(sigma, own))
  return rho === 0 ? bend : add(bend, mul(constant(rho), tangent(sigma, x, sigma)))
}

/** ρ where it is the same for all pairs of noises, else null. */
export function sharedCorrelation(root: Float64Array | null, n: number): number | null {
  if (root === null) return 0
  const entry = (i: number, j: number) => {
    let sum = 0
    for (let k = 0; k < n; k++) sum += root[i * n + k] * root[j * n + k]
    return sum
  }
  const rho = entry(0, 1)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) if (Math.abs(entry(i, j) - rho) > 1e-12) return null
  }
  return rho
}
