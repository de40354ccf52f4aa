/**
 * A control from ∇²u being symmetric. With Pᵢₖ what a path observes of ∂ᵢ∂ₖu by ∂ᵢ's own observation and the likelihood of a displacement of
 * component k, Pᵢₖ and Pₖᵢ have one mean, so that
 *
 *     Σₖ vₖ (Pᵢₖ − Pₖᵢ),    v = C∇u,  C the covariance of X_T,
 *
 * has mean 0. Where u is a function of one direction the noise across it is all that Pᵢᵢ and this share: what stays is the noise along it.
 */

import { multiply } from '../../formulas/linear.ts'

/** v [dim]. @param mixing what correlates the noise, [dim × dim]; null where nothing does */
export function noiseAlong(
  mixing: Float64Array | null,
  spread: Float64Array,
  slope: Float64Array,
): Float64Array {
  const dim = spread.length
  const scaled = slope.map((value, i) => spread[i] * value)
  if (mixing === null) return scaled.map((value, i) => spread[i] * value)
  const lengths = spread.map((_, i) => Math.hypot(...mixing.subarray(i * dim, (i + 1) * dim)))
  const unit = mixing.map((value, k) => value / lengths[Math.floor(k / dim)])
  const transposed = unit.map((_, k) => unit[(k % dim) * dim + Math.floor(k / dim)])
  const correlated = multiply(unit, multiply(transposed, scaled, dim, dim, 1), dim, dim, 1)
  return correlated.map((value, i) => spread[i] * value)
}

/**
 * δᵢ times the control of a row, for every component i, into `skew` [dim].
 *
 * @param seen what the path observes of ∇u, [dim]
 * @param weights the likelihoods' factors, [dim]; of displacements `delta`
 */
export function writeSkew(
  skew: Float64Array,
  seen: Float64Array,
  weights: Float64Array,
  delta: Float64Array,
  along: Float64Array,
): void {
  let [weighed, observed] = [0, 0]
  for (let k = 0; k < along.length; k++) {
    weighed += (along[k] * weights[k]) / delta[k]
    observed += along[k] * seen[k]
  }
  for (let i = 0; i < along.length; i++) skew[i] = seen[i] * weighed * delta[i] - observed * weights[i]
}
