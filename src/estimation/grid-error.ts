/**
 * The time grid's error, measured: the same paths on every point of the grid, on every second and on every fourth. With F, C and
 * C₄ their values and r = 2^order, Richardson's extrapolations from either pair are E = F + (F−C)/(r−1) and E₂ = C + (C−C₄)/(r−1).
 * Where the error is of order p, not of the one that scheme and paths have on paper, what E still lacks is (E−E₂)/(2^p−1):
 * so the third grid tells both whether the order is what it should be, and what is left.
 */
import { gridSizes } from './grid-sizes.ts'
import { type EstimatePlan, hasGrid, RESULT } from './plan.ts'
import { hasNoOrder } from './slope-bend.ts'

/** A difference is clear where it is this many of its standard errors. */
const CLEAR = 2
/** An extrapolation is made where it costs less than this factor of the standard error, or stands out as well. */
const CHEAP = 1.25
/** The grids' differences shrink by this share of what their order promises where that order is believed. */
const AS_PROMISED = 0.65
/** Differences that shrink by less from one grid to the next say nothing of the limit. */
const LEAST_RATIO = 1.25

/** Of the square of what was taken off, and of g's deviation as a size of u. */
const NEXT_SHARE = 0.3
const SCALE_SHARE = 0.25

export interface GridError {
  /** What the grid asked for: the part that `value` has taken over where it is extrapolated. */
  error: number
  standardError: number
  isExtrapolated: boolean
  /** What is left of it in the value, as a standard deviation. */
  left: number
  /** Weak order that the three grids show; null where they do not tell. */
  order: number | null
}

export interface Moments {
  mean: number
  standardError: number
}

/** A mean and the sum of squared deviations behind it. */
export function momentsAt(word: Float64Array, at: number, count: number): Moments {
  return { mean: word[at], standardError: Math.sqrt(word[at + 1] / (count - 1) / count) }
}

/**
 * What the grids say of the value `fine` of the finest; the value extrapolated where that is sound. The published scheme's value
 * is that of its grid.
 *
 * @param scale a size of u beside that of the value itself, which may be next to nothing: g's deviation
 */
export function readGrid(
  word: Float64Array,
  plan: EstimatePlan,
  fine: Moments,
  scale: number,
): { grid: GridError; value: Moments } {
  const { share, promised } = gridSizes(plan)
  const count = word[RESULT.count]
  const gap = momentsAt(word, RESULT.gap, count)
  const extrapolated = momentsAt(word, RESULT.extrapolated, count)
  const isCheap = extrapolated.standardError <= CHEAP * fine.standardError
  const isExtrapolated =
    plan.options.scheme === 'trapezoidal' && Number.isFinite(extrapolated.mean) && (isClear(gap) || isCheap)
  const grid = { error: share * gap.mean, standardError: share * gap.standardError, isExtrapolated }
  // What is not taken off may be all that was measured, and all that noise may hide: common paths of two grids may have far more of it than one value has.
  const notTaken = Math.hypot(grid.error, grid.standardError)
  if (!isExtrapolated) return { grid: { ...grid, left: notTaken, order: null }, value: fine }
  // Paths on every fourth point may run away where those on every second do not.
  const isTold = hasGrid(plan, 4) && Number.isFinite(word[RESULT.coarseGap])
  const rest = isTold ? thirdGrid(word, plan, gap) : unknownRest(gap, share)
  const value = {
    mean: extrapolated.mean + rest.correction.mean,
    standardError: Math.hypot(extrapolated.standardError, rest.correction.standardError),
  }
  const error = grid.error + rest.correction.mean
  const size = Math.max(Math.abs(value.mean), SCALE_SHARE * scale)
  const left = Math.max(rest.left, nextOrder(error, size, promised))
  return { grid: { ...grid, error, left, order: rest.order }, value }
}

/**
 * Grids far from the limit may shrink as promised by luck, as where the steps are unstable: what was taken off is squared, in units of
 * the value, by the next order; and where the coarsest grid is off by more than the value, they tell as much less.
 */
function nextOrder(error: number, size: number, promised: number): number {
  const relative = Math.abs(error) / size
  const ofCoarsest = promised ** 2 * relative
  return relative > 0 ? NEXT_SHARE * Math.abs(error) * Math.min(1, relative * Math.max(1, ofCoarsest)) : 0
}

interface Rest {
  correction: Moments
  left: number
  order: number | null
}

const NO_CORRECTION: Moments = { mean: 0, standardError: 0 }

/** Two grids alone: all that was extrapolated may be wrong. */
function unknownRest(gap: Moments, share: number): Rest {
  return { correction: NO_CORRECTION, left: share * beyondNoise(gap), order: null }
}

function thirdGrid(word: Float64Array, plan: EstimatePlan, gap: Moments): Rest {
  const count = word[RESULT.coarsestCount]
  const coarseGap = momentsAt(word, RESULT.coarseGap, count)
  const bend = momentsAt(word, RESULT.bend, count)
  const beyond = beyondNoise(bend)
  const isToldApart = isClear(gap) && isClear(coarseGap)
  const ratio = coarseGap.mean / gap.mean
  const { promised, share } = gridSizes(plan)
  const shown = isToldApart && ratio > 0 ? plan.order + Math.log2(ratio / promised) : null
  if (hasNoOrder(word[RESULT.slopeBend])) {
    const left = Math.max(Math.abs(gap.mean), Math.abs(coarseGap.mean) / promised)
    return { correction: NO_CORRECTION, left, order: shown }
  }
  if (!isClear(bend)) {
    // An order that differences show and that is below the promised one leaves more than that would.
    const believed = shown === null ? promised : Math.min(promised, Math.max(LEAST_RATIO, ratio))
    const possible = Math.max(share, 1 / (believed - 1) - share) * beyondNoise(gap)
    const left = Math.max(beyond / (believed - 1), hiddenByNoise(bend, believed, possible))
    return { correction: NO_CORRECTION, left, order: shown }
  }
  if (!isToldApart) return { correction: NO_CORRECTION, left: beyond / (promised - 1), order: null }
  if (ratio < LEAST_RATIO && ratio > -promised) {
    return {
      correction: NO_CORRECTION,
      left: Math.max(Math.abs(gap.mean), Math.abs(coarseGap.mean)),
      order: shown,
    }
  }
  if (Math.abs(ratio) >= AS_PROMISED * promised) {
    // Faster than promised is luck, as where errors of two orders have opposite signs.
    const believed = Math.min(Math.abs(ratio), promised)
    return { correction: NO_CORRECTION, left: beyond / (believed - 1), order: shown }
  }
  // Errors of order 1 and 2 together: Romberg's extrapolation is free of both.
  return { correction: bend, left: 0.5 * beyond, order: shown }
}

/**
 * What a bend that is not clear of its noise leaves of an error that is `possible`, as a standard deviation, before it is seen: all of it where the noise is the
 * larger, as where there is no third grid; what is seen where the noise is the smaller.
 */
function hiddenByNoise({ mean, standardError }: Moments, believed: number, possible: number): number {
  if (possible === 0) return 0
  const noise = standardError / (believed - 1)
  const seen = possible ** 2 / (possible ** 2 + noise ** 2)
  return Math.hypot((seen * mean) / (believed - 1), possible * Math.sqrt(1 - seen))
}

function isClear({ mean, standardError }: Moments): boolean {
  return Math.abs(mean) > CLEAR * standardError
}

/** The size of a mean whose noise is counted elsewhere. */
export function beyondNoise({ mean, standardError }: Moments): number {
  return Math.sqrt(Math.max(0, mean * mean - standardError * standardError))
}
