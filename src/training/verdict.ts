/**
 * Whether a result may be relied on. The estimate corrects the networks to first order, so it is right long before they are, and
 * training may be short; what it cannot stand is networks that are worse than none, or so wrong that the correction
 * is no small one. Both show in numbers that the estimate has at hand.
 */
import { DivergenceError } from '../errors.ts'
import { type EstimatePlan, RESULT } from '../estimation/plan.ts'
import type { History } from '../solution/solution.ts'
import { STATE, type TrainingPlan } from './plan.ts'

/** A deviation over paths is itself an estimate, with heavy tails. */
const CLEARLY_WORSE = 1.25
/** A correction is small up to this share of g's deviation. What is left of an error is of the order of its square. */
const SMALL_CORRECTION = 0.25
/** What the driver's curvature may leave of the networks' errors is small up to this share of g's deviation. */
const SMALL_REMAINDER = 0.25
/** A trained Y₀ has met the estimate up to this share of g's deviation. */
const SMALL_DISTANCE = 0.1
/** Networks that leave more than this of g's deviation have learned little. */
const LITTLE_LEARNED = 0.5
/** A loss that falls below this share of itself from one tenth of the iterations to the next still falls steeply. */
const STEEP = 0.6

/** What the verdict is made from. */
export interface Evidence {
  /** The estimate and that by the plain residual, without the weights that correct the networks. */
  value: number
  plainValue: number
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
  { result }: EstimatePlan,
  curvature: number,
): Evidence {
  const word = (index: number) => doubles[result / 8 + index]
  const state = (index: number) => doubles[plan.state / 8 + index]
  const evidence = {
    value: word(RESULT.value),
    plainValue: word(RESULT.plain),
    deviation: Math.sqrt(word(RESULT.variance) / (word(RESULT.count) - 1)),
    terminalDeviation: state(STATE.yScale),
    trainedValue: plan.options.initialValue === 'parameter' ? state(STATE.y0) : null,
    curvature,
    loss,
  }
  if (Number.isFinite(evidence.value) && Number.isFinite(evidence.deviation)) return evidence
  throw new DivergenceError('the estimate from fresh paths is not finite', loss.length, null, null)
}

/** @returns why the result is not to be relied on; null where nothing says so */
export function judge(evidence: Evidence): string | null {
  const { value, plainValue, deviation, terminalDeviation, trainedValue, curvature, loss } = evidence
  const first = loss.length === 0 ? 0 : Math.sqrt(loss[0])
  if (deviation > CLEARLY_WORSE * Math.max(terminalDeviation, first)) {
    return `the networks made the estimate worse: its deviation over paths is ${short(deviation)}, that of g alone ${short(terminalDeviation)}`
  }
  const correction = Math.abs(plainValue - value)
  if (correction > SMALL_CORRECTION * terminalDeviation) {
    return `the networks are far from the solution: correcting their errors moved the value by ${short(correction)}, where g itself deviates by ${short(terminalDeviation)}`
  }
  if (trainedValue !== null && Math.abs(trainedValue - value) > SMALL_DISTANCE * terminalDeviation) {
    return `the trained value is still ${short(Math.abs(trainedValue - value))} from the estimate by fresh paths, ${short(value)}`
  }
  // Over a path the residual's variance is E∫|Z − Ẑ|²dt, and half of that times the curvature is what weights cannot correct.
  const remainder = 0.5 * curvature * deviation * deviation
  if (remainder > SMALL_REMAINDER * terminalDeviation) {
    return `the networks are not near enough for a driver so curved in z: what they miss may move the value by ${short(remainder)}`
  }
  const fall = lastFall(loss)
  if (fall < STEEP && deviation > LITTLE_LEARNED * terminalDeviation) {
    return `the loss still fell when training ended, in its last tenth to ${Math.round(100 * fall)} % of the tenth before`
  }
  return null
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
