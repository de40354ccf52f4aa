/**
 * How heavy the upper tail of a sample is: the shape k of a generalised Pareto law fitted to its largest values (Zhang, Stephens
 * 2009, doi:10.1198/tech.2009.08017, shrunk towards ½ as in Vehtari et al. 2024, arXiv:1507.02646). Moments of order 1/k and
 * beyond are infinite; from k = ½ on the sample mean's standard error says nothing.
 */

/** Weight of the prior mean ½, in observations. */
const PRIOR = 10

/** @returns −∞ where the largest values are all equal, NaN where one is not finite */
export function tailIndex(sample: ArrayLike<number>): number {
  const sorted = Float64Array.from(sample).sort()
  const count = Math.ceil(Math.min(0.2 * sorted.length, 3 * Math.sqrt(sorted.length)))
  const threshold = sorted[sorted.length - count - 1]
  return fitTail(sorted.subarray(-count).map((value) => value - threshold)).shape
}

/** A generalised Pareto law, P(V > v) = (1 + kv/σ)^(−1/k). */
export interface TailLaw {
  /** k; −∞ where the excesses are all equal, NaN where one is not finite. */
  shape: number
  /** σ. */
  scale: number
}

/** The law of the excesses of the largest values over a threshold, ascending. */
export function fitTail(excesses: Float64Array): TailLaw {
  const none = { shape: Number.NEGATIVE_INFINITY, scale: 0 }
  if (!Number.isFinite(excesses[excesses.length - 1])) return { ...none, shape: Number.NaN }
  const positive = excesses.filter((value) => value > 0)
  if (positive.length < 5) return none
  const slope = posteriorSlope(positive)
  const k = meanLog(positive, slope)
  const shape = (positive.length * k + 0.5 * PRIOR) / (positive.length + PRIOR)
  // Of the law as fitted: with the shape that is drawn towards ½ a slope next to 0 would make any scale of it.
  return { shape, scale: -k / slope }
}

/** Posterior mean of θ = −k/σ over Zhang and Stephens' grid, from ascending excesses. */
function posteriorSlope(excesses: Float64Array): number {
  const count = excesses.length
  const points = 30 + Math.floor(Math.sqrt(count))
  const quartile = excesses[Math.floor(count / 4 + 0.5) - 1]
  const slopes = Array.from(
    { length: points },
    (_, j) => 1 / excesses[count - 1] + (1 - Math.sqrt(points / (j + 0.5))) / (3 * quartile),
  )
  const likelihoods = slopes.map((slope) => {
    const k = meanLog(excesses, slope)
    return count * (Math.log(-slope / k) - k - 1)
  })
  const best = Math.max(...likelihoods)
  const weights = likelihoods.map((value) => Math.exp(value - best))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return slopes.reduce((sum, slope, j) => sum + (slope * weights[j]) / total, 0)
}

function meanLog(excesses: Float64Array, slope: number): number {
  return excesses.reduce((sum, value) => sum + Math.log1p(-slope * value), 0) / excesses.length
}
