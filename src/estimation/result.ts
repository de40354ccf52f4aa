/** What an estimate found, from the sums that its stage left. */

import { STATE } from '../fields/state.ts'
import type { FarSide } from '../problem/forecast/far-side.ts'
import type { Remainder } from '../solution/details/remainder.ts'
import type { ErrorParts } from '../solution/error-parts.ts'
import { Extremes } from '../statistics/hidden-tail.ts'
import { FARTHEST, restsOnFew, UNMET, unmetMean } from '../statistics/unmet.ts'
import { anchoredDeviation, endpointError } from './anchor-plan.ts'
import type { BranchPlan } from './branch-plan.ts'
import { beyondNoise, type Moments, momentsAt, readGrid } from './grid-error.ts'
import { gridSizes } from './grid-sizes.ts'
import { anchorOf, COLUMN, COLUMNS, type EstimatePlan, hasGrid, RESULT, resultOf } from './plan.ts'
import { hasNoOrder } from './slope-bend.ts'

/** A correction that is noisier than the estimate is made only where it stands out by this many of its standard errors. */
const CLEAR = 2
/** Paths are in single precision: no error is told that is below its rounding, as a share of the value. */
const ROUNDING = 2 ** -23
/** Relative standard error that is aimed at where none is asked for, of a value that is not small beside g's deviation. */
const USUAL_ERROR = 1e-3
const SMALL_VALUE = 0.05
/** Standard errors that the tail's shape is taken steeper by: branching paths are few, and their corrections hang on few of them. */
const STEEPER = { paths: 0.5, corrections: 1.5 }
/** Times the paths of the value that the gradient is found from as many as, where the value has an anchor and it has none. */
const MOST_TIMES = 4
/** Beyond this share of g's deviation the second order says that the networks are wrong, not by how much. */
const LARGEST = 0.5

/**
 * At a kink in z the second order is about the share of paths that Z crosses it on times the deviation of paths. Where e is as large as its own surroundings
 * errors are seen through the same kink, and too small: for 2max(z, 0) under cos 2x a share of 0.1 was measured at a third, for two interest rates one of 0.01 rightly.
 */
const CROSSING = 10
const MOST_CROSSING = 2

export interface EstimateResult {
  value: number
  /** Of all `errors` together, and no smaller than single precision's rounding. */
  standardError: number
  errors: ErrorParts
  /** Of the estimates of single paths, before g's own noise is taken off them. */
  deviation: number
  /** What fresh paths from Y₀ estimate on its grid less Y₀, and the noise of both, Y₀ being settled by paths of its own: 0 where the equation holds. */
  residual: Moments
  paths: number
  /** Of g(X_T). */
  terminalDeviation: number
  /** Of what single paths would estimate the value at without networks: g carried back by the driver, and its sources. */
  plainDeviation: number
  /** Whether what g or the driver is, so far as it counts, lies on fewer than four paths, and nothing limits what it is beyond their reach. */
  restsOnFew: boolean
  /** Whether paths cannot differ from each other: no noise reaches what g and driver depend on. */
  isKnown: boolean
  /** What linearising the driver had left out; see `Branching`. null for drivers that are affine or have kinks in z. */
  remainder: Remainder | null
  /** What the time grid asked for, from the same paths on every second point of it; NaN where they ran away. null without a second grid. */
  gridError: number | null
  gridErrorStandardError: number | null
  /** Whether `gridError` is part of the value. */
  isExtrapolated: boolean
  /** The weak order that three grids show; null where they do not tell. */
  gridOrder: number | null
}

export function readEstimate(doubles: Float64Array, plan: EstimatePlan): EstimateResult {
  const word = resultOf(doubles, plan)
  const paths = word[RESULT.count]
  const scale = doubles[plan.training.state + STATE.yScale]
  const fine = momentsAt(word, RESULT.value, paths)
  const { grid, value: own } = hasGrid(plan, 2)
    ? readGrid(word, plan, fine, scale)
    : { grid: null, value: fine }
  const unseen = new Extremes(doubles, plan.extremes.paths).hidden(paths, STEEPER.paths)
  const anchor = anchorOf(plan)
  const endpoints = anchor && endpointError(doubles, anchor, STEEPER.paths)
  const remainder = plan.branches ? readRemainder(doubles, plan, own.standardError) : null
  const applied = remainder?.isApplied ? remainder : { value: 0, standardError: 0 }
  const value = own.mean + applied.value
  const { span, isLone } = unseenBy(word, plan, value)
  const beyond = isLone && Number.isFinite(span) ? (UNMET * span) / paths : 0
  // Where steps have no order a value next to 0 is a difference of values that are not.
  const size = hasNoOrder(word[RESULT.slopeBend]) ? Math.max(Math.abs(value), scale) : value
  const deviation = (anchor && anchoredDeviation(doubles, anchor)) || fine.standardError * Math.sqrt(paths)
  const errors = {
    statistical: Math.hypot(
      own.standardError,
      unseen,
      beyond,
      unmetOf(plan, paths),
      endpoints?.seen ?? 0,
      endpoints?.unseen ?? 0,
    ),
    grid: Math.hypot(grid?.left ?? 0, leakOf(word, plan)),
    remainder: remainder
      ? Math.hypot(
          applied.standardError,
          leftOf(remainder, scale, rateError(word)),
          movedOf(word, plan.branches!),
          blurredOf(remainder, word),
          plan.branches!.isExtrapolated ? crossedOf(remainder, deviation) : 0,
        )
      : 0,
  }
  return {
    value,
    standardError: Math.hypot(errors.statistical, errors.grid, errors.remainder, ROUNDING * size),
    errors,
    deviation,
    residual: {
      mean: fine.mean - word[RESULT.y0],
      standardError: fine.standardError * Math.hypot(1, Math.sqrt(paths / plan.settlingPaths)),
    },
    paths,
    terminalDeviation: momentsAt(word, RESULT.terminal, paths).standardError * Math.sqrt(paths),
    plainDeviation: momentsAt(word, RESULT.plain, paths).standardError * Math.sqrt(paths),
    restsOnFew: isLone && !Number.isFinite(span),
    isKnown: plan.spans.path === 0,
    remainder,
    gridError: grid?.error ?? null,
    gridErrorStandardError: grid?.standardError ?? null,
    isExtrapolated: grid?.isExtrapolated ?? false,
    gridOrder: grid?.order ?? null,
  }
}

/** What g has behind kinks that next to none of the paths came to. */
export function unmetOf(plan: EstimatePlan, paths: number): number {
  return unmetMean(farSidesOf(plan), paths)
}

/** As far as they are known: from x₀. */
export function farSidesOf({ training, elsewhere, spans }: EstimatePlan): readonly FarSide[] {
  return training.start.kind === 'point' && !elsewhere ? spans.far : []
}

/** Whether what g or the driver is lies on next to none of the paths, and what it may differ by where none of them was. */
function unseenBy(
  word: Float64Array,
  { spans }: EstimatePlan,
  value: number,
): { span: number; isLone: boolean } {
  const areAlike = (at: number) => momentsAt(word, at, word[RESULT.count]).standardError === 0
  if (areAlike(RESULT.value)) return { span: spans.path, isLone: spans.path > 0 }
  // A g that is more than the one number that all paths have seen lies on none of them.
  const farthest = word.subarray(RESULT.farthest, RESULT.farthest + FARTHEST)
  const isUnmet = areAlike(RESULT.terminal) && spans.terminal > 0
  return { span: spans.terminal, isLone: isUnmet || restsOnFew(farthest, value) }
}

/** The standard error that is asked for, or the usual one. */
export function aimOf(doubles: Float64Array, plan: EstimatePlan, value: number): number {
  const { tolerance } = plan.options
  return tolerance > 0 ? tolerance : usualAim(doubles, plan, value)
}

/** 0.1 % of the value, or of the scale on which g deviates where the value is next to nothing. */
export function usualAim(doubles: Float64Array, { training }: EstimatePlan, value: number): number {
  const scale = doubles[training.state + STATE.valueScale]
  return USUAL_ERROR * Math.max(Math.abs(value), SMALL_VALUE * scale)
}

/** Paths that the value took, or would have taken without an anchor, which is none of the gradient's; within reason. */
export function pathsFor(doubles: Float64Array, plan: EstimatePlan): number {
  const { value, deviation, paths } = readEstimate(doubles, plan)
  const anchor = anchorOf(plan)
  if (anchor === null || anchoredDeviation(doubles, anchor) === 0) return paths
  const asked = (deviation / aimOf(doubles, plan, value)) ** 2
  return Math.max(paths, Math.min(plan.options.paths, MOST_TIMES * paths, asked))
}

/**
 * What a kink's quotient moves by to ends without distance, 4/3 of what it moves by to the nearer ones. Where that is taken off, and what is recorded is
 * what it moves by from the nearer ones on, a fourth of it, half may be left.
 */
function movedOf(word: Float64Array, { isExtrapolated }: BranchPlan): number {
  return (isExtrapolated ? 2 : 4 / 3) * Math.abs(word[RESULT.remainderMove])
}

/** Where branches tell the mean of e over a share of the time to T, they may lack about as much of e². */
function blurredOf({ value }: Remainder, word: Float64Array): number {
  return word[RESULT.window] * Math.abs(value)
}

/** What steps let through of Z's errors. */
function leakOf(word: Float64Array, { hasLeak }: EstimatePlan): number {
  return hasLeak ? beyondNoise(momentsAt(word, RESULT.leak, word[RESULT.coarsestCount])) : 0
}

/** What the second order at a kink in z may lack of itself; nothing is told of one that is noise. */
function crossedOf({ value, standardError }: Remainder, deviation: number): number {
  const clear = beyondNoise({ mean: value, standardError })
  return deviation > 0 ? clear * Math.min(MOST_CROSSING, (CROSSING * clear) / deviation) : 0
}

/**
 * What is not removed of the second order; where it is, the third is about as much smaller again, or as the weights' errors say: at time t
 * they are some share of t/T of what they are at T, so that the third order has the deviation of the second over √3 times that.
 */
function leftOf({ value, standardError, isApplied }: Remainder, scale: number, ofWeights: number): number {
  if (!isApplied) return Math.hypot(value, standardError)
  const size = Math.abs(value)
  const third = (ofWeights * beyondNoise({ mean: value, standardError })) / Math.sqrt(3)
  return Math.max(third, size < scale ? (size * size) / scale : size)
}

/** Root mean square of what ln Γ is off by at T, Γ being that of f_y at ȳ; 0 where it is not measured, or noise. */
export function rateError(word: Float64Array): number {
  const square = momentsAt(word, RESULT.rateSquare, word[RESULT.remainderCount])
  return square.mean > 0 ? Math.sqrt(beyondNoise(square) / word[RESULT.weight]) : 0
}

/** What the single paths of the last round estimated the value at, before the remainder. */
export function readPaths(doubles: Float64Array, plan: EstimatePlan): number[] {
  const count = resultOf(doubles, plan)[RESULT.count]
  const share = readEstimate(doubles, plan).isExtrapolated ? gridSizes(plan).share : 0
  return Array.from({ length: count === 0 ? 0 : ((count - 1) % plan.roundPaths) + 1 }, (_, path) => {
    const row = plan.values + path * COLUMNS
    const value = doubles[row + COLUMN.value]
    return share === 0 ? value : value + share * (value - doubles[row + COLUMN.coarse])
  })
}

/** No path can be worth more than u's own size. */
function readRemainder(doubles: Float64Array, plan: EstimatePlan, own: number): Remainder {
  const word = resultOf(doubles, plan)
  const count = word[RESULT.remainderCount]
  const scale = doubles[plan.training.state + STATE.yScale]
  const { mean: value, standardError: seen } = momentsAt(word, RESULT.remainder, count)
  const size = Math.max(Math.abs(word[RESULT.y0]), scale)
  const unseen = new Extremes(doubles, plan.extremes.corrections).hidden(count, STEEPER.corrections, size)
  const standardError = Math.hypot(seen, unseen)
  const isClear = Math.abs(value) > CLEAR * standardError
  // Where all paths meet a kink together its slope has no density over them.
  const isTold = !hasNoOrder(word[RESULT.slopeBend])
  const isApplied = isTold && (standardError <= own || isClear) && Math.abs(value) <= LARGEST * scale
  return { value, standardError, isClear, isApplied }
}
