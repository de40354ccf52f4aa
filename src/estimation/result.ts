/** What an estimate found, from the sums that its stage left. */
import { STATE } from '../training/plan.ts'
import { type EstimatePlan, RESULT, RESULT_WORDS } from './plan.ts'

/** A correction that is noisier than the estimate is made only where it stands out by this many of its standard errors. */
const CLEAR = 2
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
  /** Estimated error of the time grid: value + gridError is nearer to the truth. null without a second grid. */
  gridError: number | null
  gridErrorStandardError: number | null
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
  const deviation = Math.sqrt(word[RESULT.variance] / (paths - 1))
  const errorOf = (squares: number, count: number) => Math.sqrt(squares / (count - 1) / count)
  const own = errorOf(word[RESULT.variance], paths)
  const scale = doubles[plan.training.state / 8 + STATE.yScale]
  const remainder = plan.branches ? readRemainder(word, own, scale) : null
  const hasCoarseGrid = plan.training.grid.steps % 2 === 0
  const share = 1 / (2 ** (plan.options.scheme === 'trapezoidal' ? 2 : 1) - 1)
  return {
    value: word[RESULT.value] + (remainder?.isApplied ? remainder.value : 0),
    standardError: remainder?.isApplied ? Math.hypot(own, remainder.standardError) : own,
    deviation,
    paths,
    remainder,
    gridError: hasCoarseGrid ? share * word[RESULT.gap] : null,
    gridErrorStandardError: hasCoarseGrid ? share * errorOf(word[RESULT.gapVariance], paths) : null,
  }
}

function readRemainder(word: Float64Array, own: number, scale: number): Remainder {
  const value = word[RESULT.remainder]
  const count = word[RESULT.remainderCount]
  const standardError = Math.sqrt(word[RESULT.remainderVariance] / (count - 1) / count)
  const isClear = Math.abs(value) > CLEAR * standardError
  const isApplied = (standardError <= own || isClear) && Math.abs(value) <= LARGEST * scale
  return { value, standardError, isClear, isApplied }
}
