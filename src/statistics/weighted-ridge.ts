/**
 * Linear regression of observations of several kinds, such as values and slopes of one function, from sums over them alone. Each kind is
 * weighted by its own noise, which is found from what the fit leaves; a ridge keeps features out that explain no more than noise,
 * and is chosen by what it does for observations that the fit has not seen.
 */
import { cholesky, solveCholesky } from './linear-system.ts'

/** Σ vvᵀ over observations, v = (features, target): symmetric, float64 [size][size]. */
export type Products = Float64Array

/** Shares of the normal matrix's diagonal that are added to it. */
const RIDGES = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 1000]
/** For features that the ridge spares. */
const LEAST_RIDGE = 1e-9
/** Each takes the noise that the fit before it left. */
const FITS = 3
/** A kind that is met exactly gets the weight of this share of its mean square. */
const LEAST_NOISE = 1e-10

export interface RidgeFit {
  /** [size − 1] */
  coefficients: Float64Array
  /** Of each kind: mean square of the fit, and of its statistical error by the jackknife over the folds. */
  fitted: number[]
  errors: number[]
  /** Mean square of what is left of each kind's observations by fits that have not seen them. */
  left: number[]
}

/**
 * The fit, or null where no ridge makes the normal matrix definite.
 *
 * @param folds products of each kind in each fold, [folds][kinds]; in turn one fold is kept from the fit
 * @param counts observations of each kind in all folds
 * @param spared from this feature on there is no ridge
 */
export function fitByRidge(
  folds: readonly Products[][],
  counts: readonly number[],
  spared: number,
): RidgeFit | null {
  const whole = counts.map((_, kind) => sumOf(folds.map((fold) => fold[kind])))
  const others = folds.map((fold) => withoutFold(whole, fold))
  const features = Math.sqrt(whole[0].length) - 1
  let coefficients: Float64Array | null = new Float64Array(features)
  let [weights, ridge] = [counts.map(() => 0), RIDGES[0]]
  for (let fit = 0; fit < FITS && coefficients !== null; fit++) {
    weights = weightsOf(whole, coefficients, counts)
    const errors = RIDGES.map((candidate) =>
      heldOut(folds, others, weights, candidate, spared).reduce((sum, e, kind) => sum + weights[kind] * e, 0),
    )
    ridge = RIDGES[errors.indexOf(Math.min(...errors))]
    coefficients = solve(whole, weights, ridge, spared)
  }
  if (coefficients === null) return null
  const errors = jackknife(others, whole, weights, ridge, spared, coefficients)
  const fitted = whole.map((products, kind) => meanSquare(products, coefficients, counts[kind]))
  return {
    coefficients,
    fitted,
    errors: errors.map((error, kind) => (counts[kind] === 0 ? 0 : error / counts[kind])),
    left: heldOut(folds, others, weights, ridge, spared).map((sum, kind) =>
      counts[kind] === 0 ? 0 : sum / counts[kind],
    ),
  }
}

/** (F−1)/F · Σ over the F folds of the squares of what the fit moves by without the fold, to the `others` alone, for each kind. */
function jackknife(
  others: readonly Products[][],
  whole: readonly Products[],
  weights: readonly number[],
  ridge: number,
  spared: number,
  coefficients: Float64Array,
): number[] {
  const errors = whole.map(() => 0)
  for (const other of others) {
    const without = solve(other, weights, ridge, spared)
    const move = coefficients.map((value, k) => value - (without?.[k] ?? Number.POSITIVE_INFINITY))
    whole.forEach((products, kind) => {
      errors[kind] += ((others.length - 1) / others.length) * meanSquare(products, move, 1)
    })
  }
  return errors
}

/** Σ (coefficients·features)² / count. */
function meanSquare(products: Products, coefficients: Float64Array, count: number): number {
  const n = coefficients.length
  let total = 0
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) total += coefficients[i] * coefficients[j] * products[i * (n + 1) + j]
  }
  return count === 0 ? 0 : total / count
}

/** What the other folds have. */
function withoutFold(whole: readonly Products[], fold: readonly Products[]): Products[] {
  return whole.map((products, kind) => products.map((sum, k) => sum - fold[kind][k]))
}

/** 1 / (mean square of what the coefficients leave), for each kind; 0 for a kind without observations. */
function weightsOf(
  whole: readonly Products[],
  coefficients: Float64Array,
  counts: readonly number[],
): number[] {
  return whole.map((products, kind) => {
    const least = LEAST_NOISE * products[products.length - 1]
    const noise = Math.max(squaredError(products, coefficients), least)
    return noise > 0 ? counts[kind] / noise : 0
  })
}

/** Σ (target − fit)² of each kind over the folds, by the fits to the `others`. */
function heldOut(
  folds: readonly Products[][],
  others: readonly Products[][],
  weights: readonly number[],
  ridge: number,
  spared: number,
): number[] {
  const errors = weights.map(() => 0)
  for (const [k, fold] of folds.entries()) {
    const solution = solve(others[k], weights, ridge, spared)
    fold.forEach((products, kind) => {
      errors[kind] += solution ? squaredError(products, solution) : Number.POSITIVE_INFINITY
    })
  }
  return errors
}

/** Σ (target − coefficients·features)². */
function squaredError(products: Products, coefficients: Float64Array): number {
  const size = coefficients.length + 1
  const v = [...coefficients, -1]
  let total = 0
  for (let i = 0; i < size; i++) {
    let row = 0
    for (let j = 0; j < size; j++) row += products[i * size + j] * v[j]
    total += v[i] * row
  }
  return Math.max(0, total)
}

function solve(
  kinds: readonly Products[],
  weights: readonly number[],
  ridge: number,
  spared: number,
): Float64Array | null {
  const n = Math.sqrt(kinds[0].length) - 1
  const matrix = new Float64Array(n * n)
  const right = new Float64Array(n)
  kinds.forEach((products, kind) => {
    for (let i = 0; i < n; i++) {
      const row = i * (n + 1)
      for (let j = 0; j < n; j++) matrix[i * n + j] += weights[kind] * products[row + j]
      right[i] += weights[kind] * products[row + n]
    }
  })
  for (let i = 0; i < n; i++) {
    const diagonal = matrix[i * n + i]
    // A feature that vanishes gets the coefficient 0.
    matrix[i * n + i] = diagonal > 0 ? diagonal * (1 + (i < spared ? ridge : LEAST_RIDGE)) : 1
  }
  const lower = cholesky(matrix, n)
  const solution = lower && solveCholesky(lower, right)
  return solution?.every(Number.isFinite) ? solution : null
}

function sumOf(products: readonly Products[]): Products {
  return products[0].map((_, k) => products.reduce((sum, part) => sum + part[k], 0))
}
