/**
 * What the steps in time add to a bound. With L, L₂, L₄ its values in N, 2N and 4N steps with the same noise, both 2(L − L₂) and
 * (L − L₂) + 2(L₂ − L₄) extrapolate, by order 1, what L is off the limit of steps of length 0, which is a bound of the page's own equation.
 * The second is taken off; how far they are apart is no less than what it leaves wherever L − L₂ is at least twice L₂ − L₄.
 */
import type { Side } from './side.ts'

/** Weights of L, L₂, L₄. */
const ERROR = [1, 1, -2]
const APART = [1, -3, 2]

/**
 * @param samples of each grid, those of one path at the same place
 * @param logarithm where the side is ln(mean of the samples)/factor: that factor; null where it is the mean
 */
export function withoutSteps(side: Side, samples: Float64Array[], logarithm: number | null): Side {
  const means = samples.map((own) => own.reduce((sum, sample) => sum + sample / own.length, 0))
  const values = logarithm === null ? means : means.map((mean) => Math.log(mean) / logarithm)
  const slopes = means.map((mean) => (logarithm === null ? 1 : 1 / (mean * logarithm)))
  const combined = (weights: number[]) => {
    const paths = samples[0].length
    const total = (of: (k: number) => number) => weights.reduce((sum, weight, k) => sum + weight * of(k), 0)
    let squares = 0
    for (let p = 0; p < paths; p++) squares += total((k) => slopes[k] * (samples[k][p] - means[k])) ** 2
    return { value: total((k) => values[k]), standardError: Math.sqrt(squares / (paths - 1) / paths) }
  }
  const error = combined(ERROR)
  const apart = combined(APART)
  const left = Math.sqrt(Math.max(0, apart.value ** 2 - apart.standardError ** 2))
  return {
    ...side,
    value: side.value - error.value,
    standardError: Math.hypot(side.standardError, error.standardError),
    bias: side.bias + left,
  }
}
