/**
 * Whether a result may be relied on. The estimate corrects the networks to first order, so it is right long before they are, and
 * training may be short; what it cannot stand is networks that are worse than none, or so wrong that even the second order of
 * their errors is no small one, or a time grid whose own error is not small. All show in numbers that the estimate has at hand.
 */
import { DivergenceError } from '../../errors/errors.ts'
import type { EstimateResult } from '../../estimation/result.ts'
import type { History } from '../../solution/solution.ts'
import { STATE, type TrainingPlan } from '../../training/plan.ts'

/** A deviation over paths is itself an estimate, with heavy tails. */
const CLEARLY_WORSE = 1.25
/** What the networks' errors leave in second order is small up to this share of g's deviation. */
const SMALL_REMAINDER = 0.25
/** What two grids say of the time grid's error is near the truth up to this share of g's deviation, or of a twentieth of the value. */
const SMALL_GRID_ERROR = 0.1
const SMALL_DEVIATION = 0.05
/** Standard errors that a measured remainder may be off by. */
const REMAINDER_ERRORS = 2
/** A trained Y₀ has met the estimate up to this share of g's deviation. */
const SMALL_DISTANCE = 0.1
/** Networks that leave more than this of g's deviation have learned little. */
const LITTLE_LEARNED = 0.5
/** A loss that falls below this share of itself from one tenth of the iterations to the next still falls steeply. */
const STEEP = 0.6

/** What the verdict is made from. */
export interface Evidence {
  value: number
  /** What linearising the driver left out, as measured, and how large it may be; see `CurvatureCorrection`. */
  remainder: number
  remainderLimit: number
  /** Of the time grid, where the value is extrapolated by it, NaN where paths on the half grid ran away; else 0. */
  gridError: number
  /** Of the estimates of single paths. */
  deviation: number
  /** Of g(X_T). */
  terminalDeviation: number
  /** Y₀ where it was trained. */
  trainedValue: number | null
  /** Of the driver in z; see `curvatureInZ`. */
  curvature: number
  loss: number[]
}

/** @throws DivergenceError where the estimate is not a finite number */
export function evidenceOf(
  doubles: Float64Array,
  plan: TrainingPlan,
  { loss }: History,
  estimate: EstimateResult,
  curvature: number,
): Evidence {
  const state = (index: number) => doubles[plan.state / 8 + index]
  const evidence = {
    ...evidenceOfEstimate(estimate),
    terminalDeviation: state(STATE.yScale),
    trainedValue: plan.options.initialValue === 'parameter' ? state(STATE.y0) : null,
    curvature,
    loss,
  }
  if (Number.isFinite(evidence.value) && Number.isFinite(evidence.deviation)) return evidence
  throw new DivergenceError('the estimate from fresh paths is not finite', loss.length, null, null)
}

/** What an estimate itself tells. */
export function evidenceOfEstimate({
  value,
  deviation,
  remainder,
  gridError,
  isExtrapolated,
}: EstimateResult): Pick<Evidence, 'value' | 'deviation' | 'remainder' | 'remainderLimit' | 'gridError'> {
  return {
    value,
    deviation,
    remainder: remainder?.isClear ? remainder.value : 0,
    remainderLimit: remainder
      ? Math.abs(remainder.value) + REMAINDER_ERRORS * remainder.standardError
      : Number.POSITIVE_INFINITY,
    gridError: isExtrapolated || Number.isNaN(gridError) ? (gridError ?? 0) : 0,
  }
}

/** @returns why the result is not to be relied on; null where nothing says so */
export function judge(evidence: Evidence): string | null {
  const {
    value,
    remainder,
    remainderLimit,
    gridError,
    deviation,
    terminalDeviation,
    trainedValue,
    curvature,
    loss,
  } = evidence
  const first = loss.length === 0 ? 0 : Math.sqrt(loss[0])
  if (deviation > CLEARLY_WORSE * Math.max(terminalDeviation, first)) {
    return `the networks made the estimate worse: its deviation over paths is ${short(deviation)}, that of g alone ${short(terminalDeviation)}`
  }
  if (Math.abs(remainder) > SMALL_REMAINDER * terminalDeviation) {
    return `the networks are far from the solution: the second order of their errors is ${short(remainder)}, where g itself deviates by ${short(terminalDeviation)}`
  }
  const size = Math.max(terminalDeviation, SMALL_DEVIATION * Math.abs(value))
  if (Number.isNaN(gridError)) {
    return 'the time grid is too coarse: with every second step left out paths run away; take more steps'
  }
  if (Math.abs(gridError) > SMALL_GRID_ERROR * size) {
    return `the time grid is too coarse: every second step left out moves the value by ${short(3 * Math.abs(gridError))}, of ${short(value)}; take more steps`
  }
  if (trainedValue !== null && Math.abs(trainedValue - value) > SMALL_DISTANCE * terminalDeviation) {
    return `the trained value is still ${short(Math.abs(trainedValue - value))} from the estimate by fresh paths, ${short(value)}`
  }
  // Over a path the residual's variance is E∫|Z − Ẑ|²dt, and half of that times the curvature is what weights cannot correct.
  const missed = Math.min(remainderLimit, 0.5 * curvature * deviation * deviation)
  if (missed > SMALL_REMAINDER * terminalDeviation) {
    return `the networks are not near enough for a driver so curved in z: what they miss may move the value by ${short(missed)}`
  }
  const fall = lastFall(loss)
  if (fall < STEEP && deviation > LITTLE_LEARNED * terminalDeviation) {
    return `the loss still fell when training ended, in its last tenth to ${Math.round(100 * fall)} % of the tenth before`
  }
  return null
}

/**
 * Paths that move, and of which each gives exactly 0, do not tell 0 from a u that is smaller than they can see.
 *
 * @returns as `judge`
 */
export function judgeSilence(
  { value, deviation }: Pick<EstimateResult, 'value' | 'deviation'>,
  gradient: readonly (number | null)[],
): string | null {
  const isMoved = gradient.includes(0)
  const isFlat = gradient.every((component) => component === null || component === 0)
  if (value !== 0 || deviation !== 0 || !isMoved || !isFlat) return null
  return 'every fresh path gave exactly 0, which is no error bar: g may be out of their reach from where they start'
}

/** Mean loss of the last tenth of the iterations as a share of that of the tenth before; 1 where there are too few. */
function lastFall(loss: number[]): number {
  const tenth = Math.floor(loss.length / 10)
  if (tenth < 2) return 1
  const sum = (from: number, to: number) => loss.slice(from, to).reduce((total, value) => total + value, 0)
  const before = sum(loss.length - 2 * tenth, loss.length - tenth)
  return before === 0 ? 1 : sum(loss.length - tenth, loss.length) / before
}

function short(value: number): string {
  return value.toPrecision(3)
}
