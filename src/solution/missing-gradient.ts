/** Why a gradient has components that are unknown. */
import type { CompiledProblem } from '../problem/compiled.ts'

/** What keeps ∇u from following from Z = σᵀ∇u in some component; null where nothing does. */
export function missingGradient(
  { dim, noiseDim, hasDiagonalNoise }: CompiledProblem,
  gradient: readonly (number | null)[],
): string | null {
  if (!gradient.includes(null)) return null
  if (noiseDim < dim) {
    return `only σᵀ∇u is known, with ${noiseDim} ${noiseDim === 1 ? 'noise' : 'noises'} for ${dim} components`
  }
  return hasDiagonalNoise ? 'σ is 0 there' : 'σ has no inverse there'
}
