/**
 * The features of an interval: tanh(w·ŝ + aθ + b) of the coordinates ŝ and the share θ of the interval that is over. Directions w
 * are drawn along which the value changes (by the mean product of its slopes in the next interval, Radhakrishnan, Beaglehole,
 * Pandit, Belkin 2024), knots lie where paths are.
 */
import type { Views } from '../../memory/views.ts'
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import { cholesky } from '../../statistics/linear-system.ts'
import type { StoppingPlan } from './plan.ts'
import type { IntervalPlan } from './rule-plan.ts'
import { drawSoft, softSamples, steepnessOf } from './soft-features.ts'
import { dot, dotWithOnes, rootMeanSquare, times } from './vectors.ts'

/** Share of features that sharpen towards the interval's end, as heat spreads a kink there; w·δŝ of the interval has this deviation. */
const SHARP_SHARE = 0.3
const SHARPEST = { least: 0.4, most: 1.2 }
const SHARP_DRIFT = 0.2
/** Share of the slopes' products that every direction has whatever they say. */
const EVERYWHERE = 0.03
/** Of a coordinate that hardly moves, in units of the mean one. */
const LEAST_VARIANCE = 1e-12
/** A feature with this bias is the constant 1. */
const SATURATED = 20
const MOST_SAMPLES = 512
/** Steps to the slopes' main direction, and the least share of its components that may be left when they are added. */
const TURNS = 30
const LEAST_SUM = 0.2

/** States at an interval's end, each in order; and what the noise of a step moves such states by, where that is not the same for all. */
export interface Samples {
  states: Float64Array[]
  moves: Float64Array[] | null
}

/** Draws the features of interval `n`. @param samples overwritten */
export function drawFeatures(
  { floats, doubles }: Views,
  plan: StoppingPlan,
  n: number,
  { states: samples, moves }: Samples,
): void {
  const { width, features, seed, intervals, firstSoft } = plan
  const interval = intervals[n]
  const dim = samples[0].length
  // The slopes by components above the middle against those below say which end matters.
  const soft = softSamples(doubles, plan, interval, samples)
  standardise(floats, doubles, interval, samples)
  const root = rootOf(doubles, plan, samples)
  const sum = new Float64Array(dim).fill(1)
  const at = (k: number, i: number) => interval.weights + i * width + k
  for (let k = 0; k < Math.min(firstSoft, features - 1); k++) {
    const random = new UniformStream(seed, STREAM.stopping, k, 2 + n)
    const sharpens = random.next() < SHARP_SHARE
    const size = random.next()
    const knotRow = Math.floor(random.next() * samples.length)
    // The value is a function of the sum where all that it is made of is.
    const direction = plan.isOfSum
      ? sum
      : times(
          root,
          sum.map(() => random.normal()),
        )
    const along = samples.map((row) => dot(row, direction))
    const step = spreadOf(floats, plan, doubles[interval.unit], direction, moves)
    const isSharp = sharpens && step > 0
    const width = isSharp ? Math.sqrt(step * interval.steps) : rootMeanSquare(along)
    const steepness = isSharp ? SHARPEST.least + (SHARPEST.most - SHARPEST.least) * size : steepnessOf(size)
    const scale = width > 0 ? steepness / width : 0
    for (let i = 0; i < dim; i++) {
      floats[at(k, i)] = scale * direction[i]
    }
    floats[interval.bias + k] = -scale * along[knotRow]
    floats[interval.drift + k] = (isSharp ? SHARP_DRIFT : 0.5 * steepness) * random.normal()
    floats[interval.spread + k] = scale * scale * step
    floats[interval.sharpens + k] = isSharp ? 1 : 0
  }
  if (plan.growth >= 0) writeGrowth(floats, doubles, plan, n, dim)
  if (firstSoft < features) drawSoft(floats, plan, n, soft)
  floats[interval.bias + features - 1] = SATURATED
}

/**
 * exp(v·s) with v along the slopes, of sum 1: a sum or a mean of assets, the greatest of them or their geometric mean grow like that,
 * where tanh has long ended to grow.
 */
function writeGrowth(
  floats: Float32Array,
  doubles: Float64Array,
  plan: StoppingPlan,
  n: number,
  dim: number,
): void {
  const { intervals, growth, width, fit } = plan
  const interval = intervals[n]
  const unit = doubles[interval.unit]
  const shape = doubles.subarray(fit.shape, fit.shape + dim * dim)
  let v = Float64Array.from({ length: dim }, (_, i) => Math.sqrt(shape[i * dim + i]))
  for (let turn = 0; turn < TURNS; turn++) {
    const next = v.map((_, i) => dot(v, shape.subarray(i * dim, (i + 1) * dim)))
    const length = Math.sqrt(dot(next, next))
    v = next.map((value) => value / (length || 1))
  }
  const sum = dotWithOnes(v)
  const isAlike = Math.abs(sum) > LEAST_SUM * v.reduce((total, value) => total + Math.abs(value), 0)
  const direction = v.map((value) => (isAlike ? (unit * value) / sum : unit / dim))
  const at = (array: number) => array + growth
  for (let i = 0; i < dim; i++) floats[interval.weights + i * width + growth] = direction[i]
  for (const array of [interval.bias, interval.drift, interval.sharpens]) floats[at(array)] = 0
  floats[at(interval.spread)] = spreadOf(floats, plan, unit, direction, null)
}

/** Centre and unit of the coordinates; the samples become ŝ. */
function standardise(
  floats: Float32Array,
  doubles: Float64Array,
  { centre, unit }: IntervalPlan,
  samples: Float64Array[],
): void {
  const count = samples.length
  const mean = samples[0].map((_, i) => samples.reduce((sum, row) => sum + row[i], 0) / count)
  let square = 0
  for (const row of samples) for (let i = 0; i < row.length; i++) square += (row[i] - mean[i]) ** 2
  const deviation = Math.sqrt(square / (count * mean.length)) || 1
  floats.set(mean, centre)
  doubles[unit] = deviation
  for (const row of samples)
    for (let i = 0; i < row.length; i++) row[i] = (row[i] - Math.fround(mean[i])) / deviation
}

/** A root of the slopes' products, with a little of every direction: of each coordinate in its own deviations, which may be of any size. */
function rootOf(
  doubles: Float64Array,
  { fit: { shape } }: StoppingPlan,
  samples: Float64Array[],
): Float64Array {
  const dim = samples[0].length
  const matrix = doubles.slice(shape, shape + dim * dim)
  const variances = samples[0].map((_, i) => {
    const square = samples.reduce((sum, row) => sum + row[i] ** 2 / samples.length, 0)
    return Math.max(square, LEAST_VARIANCE)
  })
  let trace = 0
  for (let i = 0; i < dim; i++) trace += (matrix[i * dim + i] * variances[i]) / dim
  const isKnown = trace > 0 && Number.isFinite(trace)
  if (!isKnown) matrix.fill(0)
  for (let i = 0; i < dim; i++) matrix[i * dim + i] += (isKnown ? EVERYWHERE * trace : 1) / variances[i]
  // Of paths that ran away there is none: what is fitted to them is told as no number.
  return cholesky(matrix, dim) ?? matrix.fill(0)
}

/** E(w·δŝ)² of one step, over the samples where it is no constant. */
function spreadOf(
  floats: Float32Array,
  { motion, coefficients, grid }: StoppingPlan,
  unit: number,
  direction: Float64Array,
  moves: Float64Array[] | null,
): number {
  if (moves !== null) return (rootMeanSquare(moves.map((move) => dot(move, direction))) / unit) ** 2
  const { mixing, noiseDim } = motion
  const scaled = direction.map((value, i) => (value * floats[coefficients.s + i]) / unit)
  if (mixing === null) return grid.dt * dot(scaled, scaled)
  let sum = 0
  for (let j = 0; j < noiseDim; j++) {
    let entry = 0
    for (let i = 0; i < scaled.length; i++) entry += mixing[i * noiseDim + j] * scaled[i]
    sum += entry * entry
  }
  return grid.dt * sum
}

/** How many paths the features are drawn by. */
export function sampleCount({ fitPaths }: StoppingPlan): number {
  return Math.min(MOST_SAMPLES, fitPaths)
}
