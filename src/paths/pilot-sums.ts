/** What the pilot sums up over its paths for each component, and the fit that follows from it. */
import { floatsOf } from '../memory/rows.ts'

/** Sums for each state component, and for each component of Z with G = σᵀ∇g(Xₙ), H = σᵀ∇g(X_T). */
export const STATE_SUMS = 2
export const Z_SUMS = 7
export const [X, XX] = [0, 1]
export const [G, GG, GX, H, HG, HX, GGGG] = [0, 1, 2, 3, 4, 5, 6]

/** Σx and Σx² of one component over paths, into `doubles` from `to` on. One component at a time: its sums stay in registers. */
export function stateSums(
  floats: Float32Array,
  rows: number,
  x: number,
  dim: number,
  doubles: Float64Array,
  to: number,
): void {
  const apart = floatsOf(1, dim)
  let [sum, square] = [0, 0]
  for (let r = 0; r < rows; r++) {
    const value = floats[x + r * apart]
    sum += value
    square += value * value
  }
  doubles[to + X * dim] = sum
  doubles[to + XX * dim] = square
}

/** The sums of component j of G and H with the state's, which is 0 where `dim` is. */
export function zSums(
  floats: Float32Array,
  rows: number,
  places: { g: number; h: number; x: number },
  j: number,
  dim: number,
  noiseDim: number,
  doubles: Float64Array,
  to: number,
): void {
  const [apart, apartX] = [floatsOf(1, noiseDim), floatsOf(1, dim)]
  const [g, h, x] = [places.g + j, places.h + j, places.x + j]
  let [sumG, sumGG, sumGX, sumH, sumHG, sumHX, fourth] = [0, 0, 0, 0, 0, 0, 0]
  for (let r = 0; r < rows; r++) {
    const gr = floats[g + r * apart]
    const hr = floats[h + r * apart]
    const xr = apartX === 0 ? 0 : floats[x + r * apartX]
    sumG += gr
    sumGG += gr * gr
    sumGX += gr * xr
    sumH += hr
    sumHG += hr * gr
    sumHX += hr * xr
    fourth += gr * gr * (gr * gr)
  }
  doubles[to + G * noiseDim] = sumG
  doubles[to + GG * noiseDim] = sumGG
  doubles[to + GX * noiseDim] = sumGX
  doubles[to + H * noiseDim] = sumH
  doubles[to + HG * noiseDim] = sumHG
  doubles[to + HX * noiseDim] = sumHX
  doubles[to + GGGG * noiseDim] = fourth
}

/** Solves [[a, b], [b, c]] (α, β) = (p, q), with a little on the diagonal, so that columns that vanish get 0. */
export function solveRidge(a: number, b: number, c: number, p: number, q: number): [number, number] {
  const ridge = 1e-3
  const [aa, cc] = [a * (1 + ridge), c * (1 + ridge)]
  const determinant = aa * cc - b * b
  if (!(aa > 0)) return [0, cc > 0 ? q / cc : 0]
  if (!(cc > 0) || !(determinant > 0)) return [p / aa, 0]
  return [(p * cc - q * b) / determinant, (q * aa - p * b) / determinant]
}
