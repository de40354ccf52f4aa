/** What an estimate found, from the sums that its stage left. */
import { STATE } from '../training/plan.ts'
import {
  COLUMN,
  COLUMNS,
  type EstimatePlan,
  hasCoarseGrid,
  RESULT,
  RESULT_WORDS,
  ROUND_PATHS,
} from './plan.ts'

/** A correction that is noisier than the estimate is made only where it stands out by this many of its standard errors. */
const CLEAR = 2
/** An extrapolation is made where it costs less than this factor of the standard error, or stands out as well. */
const CHEAP = 1.25
/** Paths are in single precision: no error is told that is below its rounding, as a share of the value. */
const ROUNDING = 2 ** -23
/** Beyond this share of g's deviation the second order says that the networks are wrong, not by how much. */
const LARGEST = 0.5

export interface EstimateResult {
  value: number
  standardError: number
  /** Of the estimates of single paths. */
  deviation: number
  paths: number
  /** What linearising the driver had left out; see `CurvatureCorrection`. null for drivers that are affine or have kinks. */
  remainder: Remainder | null
  /** What the time grid asked for, from the same paths on every second point of it; NaN where they ran away. null without a second grid. */
  gridError: number | null
  gridErrorStandardError: number | null
  /** Whether `gridError` is part of the value. */
  isExtrapolated: boolean
}

export interface Remainder {
  value: number
  standardError: number
  /** Whether it stands out of its noise. */
  isClear: boolean
  /** Whether it is part of the value; its standard error then is part of the value's. */
  isApplied: boolean
}

export function readEstimate(doubles: Float64Array, plan: EstimatePlan): EstimateResult {
  const word = doubles.subarray(plan.result / 8, plan.result / 8 + RESULT_WORDS)
  const paths = word[RESULT.count]
  const scale = doubles[plan.training.state / 8 + STATE.yScale]
  const fine = momentsAt(word, RESULT.value, paths)
  const grid = hasCoarseGrid(plan) ? readGrid(word, plan, fine) : null
  const own = grid?.isExtrapolated ? grid.extrapolated : fine
  const remainder = plan.branches ? readRemainder(word, own.standardError, scale) : null
  const applied = remainder?.isApplied ? remainder : { value: 0, standardError: 0 }
  const value = own.mean + applied.value
  return {
    value,
    standardError: Math.hypot(own.standardError, applied.standardError, ROUNDING * value),
    deviation: fine.standardError * Math.sqrt(paths),
    paths,
    remainder,
    gridError: grid?.error ?? null,
    gridErrorStandardError: grid?.standardError ?? null,
    isExtrapolated: grid?.isExtrapolated ?? false,
  }
}

/** What the single paths of the last round estimated the value at, before the remainder. */
export function readPaths(doubles: Float64Array, plan: EstimatePlan): number[] {
  const count = doubles[plan.result / 8 + RESULT.count]
  const share = readEstimate(doubles, plan).isExtrapolated ? gridShare(plan) : 0
  return Array.from({ length: count === 0 ? 0 : ((count - 1) % ROUND_PATHS) + 1 }, (_, path) => {
    const row = plan.values / 8 + path * COLUMNS
    const value = doubles[row + COLUMN.value]
    return share === 0 ? value : value + share * (value - doubles[row + COLUMN.coarse])
  })
}

interface Moments {
  mean: number
  standardError: number
}

/** A mean and the sum of squared deviations behind it. */
function momentsAt(word: Float64Array, at: number, count: number): Moments {
  return { mean: word[at], standardError: Math.sqrt(word[at + 1] / (count - 1) / count) }
}

/** Share of the two grids' difference that the fine one still lacks. */
export function gridShare(plan: EstimatePlan): number {
  return 1 / (2 ** (plan.options.scheme === 'trapezoidal' ? 2 : 1) - 1)
}

/** The published scheme's value is that of its grid; the other is extrapolated as Richardson does. */
function readGrid(word: Float64Array, plan: EstimatePlan, fine: Moments) {
  const share = gridShare(plan)
  const gap = momentsAt(word, RESULT.gap, word[RESULT.count])
  const extrapolated = momentsAt(word, RESULT.extrapolated, word[RESULT.count])
  const isClear = Math.abs(gap.mean) > CLEAR * gap.standardError
  const isCheap = extrapolated.standardError <= CHEAP * fine.standardError
  const error = share * gap.mean
  return {
    error,
    standardError: share * gap.standardError,
    extrapolated,
    isExtrapolated:
      plan.options.scheme === 'trapezoidal' && Number.isFinite(extrapolated.mean) && (isClear || isCheap),
  }
}

function readRemainder(word: Float64Array, own: number, scale: number): Remainder {
  const { mean: value, standardError } = momentsAt(word, RESULT.remainder, word[RESULT.remainderCount])
  const isClear = Math.abs(value) > CLEAR * standardError
  const isApplied = (standardError <= own || isClear) && Math.abs(value) <= LARGEST * scale
  return { value, standardError, isClear, isApplied }
}
