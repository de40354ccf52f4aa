import type { Reference } from '../definition.ts'
import { coleHopfValue } from './hjb-lq.ts'

/** Where less than e to minus this is left, nothing is. */
const NOTHING = 800
/** The logarithm of a determinant by its first two traces is exact to rounding up to this trace. */
const SMALL_TRACE = 1e-6
/** Factors are multiplied up to this size before a logarithm is taken. */
const LARGE = 1e200

/** Σ aᵢ(xᵢ − xᵢ₊₁)² + bᵢxᵢ₊₁² over i < d, as the tridiagonal matrix of xᵀMx. */
export interface Chain {
  /** [d] and [d−1]. */
  diagonal: Float64Array
  beside: Float64Array
}

/** @param links aᵢ, [d−1] @param weights bᵢ, [d−1] */
export function chainOf(links: readonly number[], weights: readonly number[]): Chain {
  const diagonal = new Float64Array(links.length + 1)
  links.forEach((link, i) => {
    diagonal[i] += link
    diagonal[i + 1] += link + weights[i]
  })
  return { diagonal, beside: Float64Array.from(links, (link) => -link) }
}

/**
 * u(0,x) for ∂u/∂t + Δu − λ‖∇u‖² = 0, u(T,x) = ln((1 + xᵀMx)/2), M of a chain, T = `horizon`, λ ≥ 0.
 *
 * As for `logarithmicHjbValue`, with the Gaussian moment E e^{−s XᵀMX} = det(I + cM)^{−1/2} exp(−s xᵀM(I + cM)⁻¹x), c = 4sT, by one
 * elimination of a tridiagonal matrix for each s. Relative accuracy about 1e-12·√d.
 *
 * @returns null for λ < 0, where the formula does not apply.
 */
export function chainHjbValue(
  lambda: number,
  horizon: number,
  x: readonly number[],
  chain: Chain,
): Reference | null {
  if (!(lambda >= 0)) return null
  const { diagonal, beside } = chain
  const trace = diagonal.reduce((sum, value) => sum + value, 0)
  const square =
    diagonal.reduce((sum, value) => sum + value * value, 0) +
    2 * beside.reduce((sum, value) => sum + value * value, 0)
  const moved = times(chain, x)
  const size = x.reduce((sum, value, i) => sum + value * moved[i], 0)
  const logMoment = (s: number) => {
    const c = 4 * s * horizon
    const small = c * trace < SMALL_TRACE && size === 0
    if (small) return -0.5 * (c * trace - 0.5 * c * c * square)
    return eliminate(chain, c, s, x, moved)
  }
  return coleHopfValue(lambda, logMoment, 1 + 2 * horizon * trace + size)
}

/** −½ ln det(I + cM) − s (Mx)ᵀ(I + cM)⁻¹x, no further than to nothing. */
function eliminate(
  { diagonal, beside }: Chain,
  c: number,
  s: number,
  x: readonly number[],
  moved: Float64Array,
): number {
  let [logarithm, product, quadratic] = [0, 1, 0]
  // (I + cM)⁻¹ = L⁻ᵀD⁻¹L⁻¹: both sides are brought through L⁻¹.
  let [pivot, left, right] = [1, 0, 0]
  for (let i = 0; i < diagonal.length; i++) {
    const factor = i === 0 ? 0 : (c * beside[i - 1]) / pivot
    pivot = 1 + c * diagonal[i] - (i === 0 ? 0 : factor * c * beside[i - 1])
    left = moved[i] - factor * left
    right = x[i] - factor * right
    quadratic += (left * right) / pivot
    product *= pivot
    if (product < LARGE) continue
    logarithm += Math.log(product)
    product = 1
    if (logarithm > 2 * NOTHING) return Number.NEGATIVE_INFINITY
  }
  return -0.5 * (logarithm + Math.log(product)) - s * quadratic
}

function times({ diagonal, beside }: Chain, x: readonly number[]): Float64Array {
  return Float64Array.from(diagonal, (value, i) => {
    const before = i > 0 ? beside[i - 1] * x[i - 1] : 0
    const behind = i + 1 < x.length ? beside[i] * x[i + 1] : 0
    return value * x[i] + before + behind
  })
}
