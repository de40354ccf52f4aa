/** The features of an interval that see the soft maxima alone, where components may change places. */
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import { cholesky, invert } from '../../statistics/linear-system.ts'
import type { StoppingPlan } from './plan.ts'
import type { IntervalPlan } from './rule-plan.ts'
import { SOFT_MAXIMA, softMaxima } from './soft-maxima.ts'
import { dot, dotWithOnes, rootMeanSquare, timesTransposed } from './vectors.ts'

/** Deviation of w·ŝ over the paths, from nearly linear to steep. */
const STEEPNESS = { least: 0.1, most: 2 }

/** @param share in (0, 1), of the way from the least to the most, by the logarithm */
export function steepnessOf(share: number): number {
  return STEEPNESS.least * (STEEPNESS.most / STEEPNESS.least) ** share
}

/** Features of the soft maxima alone; directions by their own deviations, or by those that are left when the others are known. */
export function drawSoft(floats: Float32Array, plan: StoppingPlan, n: number, samples: Float64Array[]): void {
  const { width, features, seed, intervals, columns, firstSoft } = plan
  const interval = intervals[n]
  const dim = columns - SOFT_MAXIMA
  const mean = samples[0].map((_, a) => samples.reduce((sum, row) => sum + row[a] / samples.length, 0))
  const whitened = whiteningOf(samples, mean)
  const alone = mean.map((_, a) => 1 / (rootMeanSquare(samples.map((row) => row[a] - mean[a])) || 1))
  for (let k = firstSoft; k < features - 1; k++) {
    const random = new UniformStream(seed, STREAM.stopping, k, 2 + n)
    const isWhite = random.next() < 0.5
    const steepness = steepnessOf(random.next())
    const knot = samples[Math.floor(random.next() * samples.length)]
    const normals = mean.map(() => random.normal())
    const direction = isWhite
      ? timesTransposed(whitened, normals)
      : normals.map((value, a) => value * alone[a])
    const deviation = rootMeanSquare(samples.map((row) => dot(row, direction) - dot(mean, direction)))
    const scale = deviation > 0 ? steepness / deviation : 0
    for (let a = 0; a < SOFT_MAXIMA; a++) {
      floats[interval.weights + (dim + a) * width + k] = scale * direction[a]
    }
    floats[interval.bias + k] = -scale * dot(knot, direction)
    floats[interval.drift + k] = 0.5 * steepness * random.normal()
  }
}

/** The soft maxima of the samples, [SOFT_MAXIMA] each; sets the unit in which they are taken. */
export function softSamples(
  doubles: Float64Array,
  { fit: { shape } }: StoppingPlan,
  { unit }: IntervalPlan,
  samples: Float64Array[],
): Float64Array[] {
  const dim = samples[0].length
  const centre = samples.reduce((sum, row) => sum + dotWithOnes(row) / dim, 0) / samples.length
  let square = 0
  for (const row of samples) for (const value of row) square += (value - centre) ** 2
  let upper = 0
  for (let i = 0; i < dim; i++) {
    upper += (2 * i < dim - 1 ? 1 : 2 * i > dim - 1 ? -1 : 0) * doubles[shape + i * dim + i]
  }
  const deviation = Math.sqrt(square / (samples.length * dim)) || 1
  const scale = (upper < 0 ? -1 : 1) / deviation
  doubles[unit + 1] = scale
  return samples.map((row) => softMaxima(row, scale))
}

/** L⁻¹ of the covariance LLᵀ, lower triangular. */
function whiteningOf(samples: Float64Array[], mean: Float64Array): Float64Array {
  const n = mean.length
  const covariance = new Float64Array(n * n)
  for (const row of samples) {
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) {
        covariance[a * n + b] += ((row[a] - mean[a]) * (row[b] - mean[b])) / samples.length
      }
    }
  }
  for (let a = 0; a < n; a++) covariance[a * n + a] = covariance[a * n + a] * (1 + 1e-6) + 1e-12
  const lower = cholesky(covariance, n)
  const inverse = lower && invert(lower, n)
  return inverse ?? Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0))
}
