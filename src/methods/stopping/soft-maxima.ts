/**
 * Further coordinates of a state whose components may change places: p = (1/β) log Σ exp(β tᵢ), t the components in units of their
 * deviation, for a few β from the mean to the maximum (or the minimum, where the value changes with the least components). A payoff
 * that is a function of them all is smoothed by the time that is left much as these smooth the maximum.
 *
 * Their slopes π (which add to 1) and curvatures β(diag π − ππᵀ) are at hand, so that the martingale's second order is too.
 */
import { rowAt } from '../../memory/rows.ts'
import { MOST_ROWS as BLOCK_ROWS } from '../../paths/simulator.ts'

/** Each the cube of the one before in exp, so that one exponential makes all. */
const BETAS = [1, 3, 9]
export const SOFT_MAXIMA = BETAS.length
/** Entries of a symmetric matrix of them. */
export const SOFT_PAIRS = (SOFT_MAXIMA * (SOFT_MAXIMA + 1)) / 2

export class SoftMaxima {
  readonly #dim: number
  /** π of each β: [SOFT_MAXIMA][rows × dim] */
  readonly slopes: Float64Array[]
  /** Of each row: E δpₐδp_b of a step, a ≤ b. */
  readonly products = new Float64Array(BLOCK_ROWS * SOFT_PAIRS)
  /** Of each row: ½(δᵀ∇²pₐδ − its mean). */
  readonly bends = new Float64Array(BLOCK_ROWS * SOFT_MAXIMA)
  #scale = 1
  #variance = 0
  #correlation = 0

  constructor(dim: number) {
    this.#dim = dim
    this.slopes = BETAS.map(() => new Float64Array(BLOCK_ROWS * dim))
  }

  /** @param scale from coordinates to t. @param noise of one coordinate's step, and the correlation of two */
  prepare(scale: number, noise: { variance: number; correlation: number }): void {
    this.#scale = scale
    this.#variance = noise.variance * scale * scale
    this.#correlation = noise.correlation
  }

  /** Writes p into the columns behind the first `dim` of `out`. Indices. */
  arrange(floats: Float32Array, out: number, x: number): void {
    const columns = this.#dim + SOFT_MAXIMA
    for (let r = 0; r < BLOCK_ROWS; r++) {
      this.#row(floats, rowAt(x, r, this.#dim), r, rowAt(out, r, columns) + this.#dim)
      this.#pairs(r)
    }
  }

  #row(floats: Float32Array, from: number, r: number, to: number): void {
    const dim = this.#dim
    const [first, second, third] = this.slopes
    let most = Number.NEGATIVE_INFINITY
    for (let i = 0; i < dim; i++) most = Math.max(most, this.#scale * floats[from + i])
    const sums = [0, 0, 0]
    for (let i = 0; i < dim; i++) {
      const e = Math.exp(this.#scale * floats[from + i] - most)
      const cube = e * e * e
      const ninth = cube * cube * cube
      first[r * dim + i] = e
      second[r * dim + i] = cube
      third[r * dim + i] = ninth
      sums[0] += e
      sums[1] += cube
      sums[2] += ninth
    }
    for (let a = 0; a < SOFT_MAXIMA; a++) {
      for (let i = 0; i < dim; i++) this.slopes[a][r * dim + i] /= sums[a]
      floats[to + a] = most + Math.log(sums[a]) / BETAS[a]
    }
  }

  #pairs(r: number): void {
    const [first, second, third] = this.slopes
    const sums = [0, 0, 0, 0, 0, 0]
    for (let i = r * this.#dim; i < (r + 1) * this.#dim; i++) {
      const [a, b, c] = [first[i], second[i], third[i]]
      sums[0] += a * a
      sums[1] += a * b
      sums[2] += a * c
      sums[3] += b * b
      sums[4] += b * c
      sums[5] += c * c
    }
    for (let k = 0; k < SOFT_PAIRS; k++) {
      this.products[r * SOFT_PAIRS + k] =
        this.#variance * ((1 - this.#correlation) * sums[k] + this.#correlation)
    }
  }

  /** Writes δp into the columns behind the first `dim` of `out`, from the noise of the coordinates, and the bends. */
  follow(floats: Float32Array, out: number, noise: number): void {
    const dim = this.#dim
    const columns = dim + SOFT_MAXIMA
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const from = rowAt(noise, r, dim)
      let diagonal = r * SOFT_PAIRS
      for (let a = 0; a < SOFT_MAXIMA; a++) {
        const pi = this.slopes[a]
        let [move, square] = [0, 0]
        for (let i = 0; i < dim; i++) {
          const step = this.#scale * floats[from + i]
          move += pi[r * dim + i] * step
          square += pi[r * dim + i] * step * step
        }
        floats[rowAt(out, r, columns) + dim + a] = move
        const mean = this.#variance - this.products[diagonal]
        this.bends[r * SOFT_MAXIMA + a] = 0.5 * BETAS[a] * (square - move * move - mean)
        diagonal += SOFT_MAXIMA - a
      }
    }
  }
}

/** Of one state. */
export function softMaxima(x: Float64Array, scale: number): Float64Array {
  const most = x.reduce((best, value) => Math.max(best, scale * value), Number.NEGATIVE_INFINITY)
  return Float64Array.from(BETAS, (beta) => {
    const sum = x.reduce((total, value) => total + Math.exp(beta * (scale * value - most)), 0)
    return most + Math.log(sum) / beta
  })
}
