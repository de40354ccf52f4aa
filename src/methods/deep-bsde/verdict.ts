/**
 * Whether a result may be relied on. The estimate corrects the networks to first order, so it is right long before they are, and
 * training may be short; what it cannot stand is networks that are worse than none, or so wrong that even the second order of
 * their errors is no small one, or a time grid whose own error is not small. All show in numbers that the estimate has at hand.
 */
import { DivergenceError } from '../../errors/errors.ts'
import type { EstimatePlan } from '../../estimation/plan.ts'
import { aimOf, type EstimateResult } from '../../estimation/result.ts'
import { STATE } from '../../fields/state.ts'
import type { TimeGrid } from '../../paths/grid.ts'
import type { DriverShape } from '../../problem/compiled.ts'
import type { ErrorParts } from '../../solution/error-parts.ts'
import { judgeTolerance } from '../../solution/precision.ts'
import type { History } from '../../solution/solution.ts'
import { DOMAIN, FORMULA } from '../../training/diagnosis.ts'
import type { TrainingOptions } from '../../training/options.ts'

/** A deviation over paths is itself an estimate, with heavy tails. */
const CLEARLY_WORSE = 1.25
/** What the networks' errors leave in second order is small up to this share of g's deviation. */
const SMALL_REMAINDER = 0.25
/** Standard errors that a measured remainder may be off by. */
const REMAINDER_ERRORS = 2
/** Standard errors that a residual is noise up to. */
const RESIDUAL_ERRORS = 4
/** A trained Y₀ has met the estimate up to this share of g's deviation. */
const SMALL_DISTANCE = 0.1
/** Networks that leave more than this of g's deviation have learned little. */
const LITTLE_LEARNED = 0.5
/** A loss that falls below this share of itself from one tenth of the iterations to the next still falls steeply. */
const STEEP = 0.6
/** A driver's slope in y may move by this over the length of one step at a kink: beyond, what is on the other side of it is forgotten within a step. */
const MOST_BENT = 2
/** The interval may be this many times as wide as is aimed at, and so may what is no noise, before that is told. */
const MOST_UNEXPLAINED = 10

/** What the verdict is made from. */
export interface Evidence {
  value: number
  errors: ErrorParts
  /** The standard error that is asked for, or usual: what is smaller than this is no matter. */
  aim: number
  /** What linearising the driver left out may be as large as this; infinite where it was not measured. */
  remainderLimit: number
  /** Of the time grid; NaN where paths on the half grid ran away, null where there is no second grid. */
  gridError: number | null
  /** Whether there is one step, and it matters how many. */
  isOneStep: boolean
  /** What the driver's slope in y moves by at a kink, and for how long a step lasts at the most. */
  bend: { slope: number; step: number }
  /** Of the estimates of single paths. */
  deviation: number
  /** Of g(X_T) on pilot paths or on fresh ones, whichever saw more; where pilot paths saw none, or of what they first missed it by. */
  terminalDeviation: number
  /** Of what single paths would estimate without networks. */
  plainDeviation: number
  /** Y₀ where it was trained. */
  trainedValue: number | null
  /** What fresh paths estimate less the Y₀ that they start from, beyond its noise; null where Y₀ was trained, and where f is affine: then
   * they estimate the same from any. */
  residual: number | null
  /** Of the driver in z; see `curvatureInZ`. */
  curvature: number
  loss: number[]
  /** Whether training ended before it had made all iterations that it might: then more of them change nothing. */
  endedByItself: boolean
}

/** @throws DivergenceError where the estimate is not a finite number */
export function evidenceOf(
  doubles: Float64Array,
  plan: EstimatePlan,
  { schedule, iterations }: TrainingOptions,
  { loss }: History,
  estimate: EstimateResult,
  { curvature, driver }: { curvature: number; driver: DriverShape },
): Evidence {
  const { state, initialValue, grid } = plan.training
  const pilot = doubles[state + STATE.valueScale]
  const evidence = {
    ...evidenceOfEstimate(estimate, aimOf(doubles, plan, estimate.value), isAffine(driver)),
    isOneStep: grid.steps === 1 && !plan.isFreeOfGrid,
    bend: bendOf(driver, grid),
    terminalDeviation: Math.max(pilot, estimate.terminalDeviation, pilot > 0 ? 0 : Math.sqrt(loss[0] ?? 0)),
    trainedValue: initialValue === 'parameter' ? doubles[state + STATE.y0] : null,
    ...(initialValue === 'parameter' && { residual: null }),
    curvature,
    loss,
    endedByItself: schedule.name === 'plateau' && loss.length < iterations,
  }
  if (Number.isFinite(evidence.value) && Number.isFinite(evidence.deviation)) return evidence
  // What is finite at T ran away on the way back from there.
  const advice = Number.isFinite(evidence.terminalDeviation) ? DOMAIN : FORMULA
  const message = 'the estimate from fresh paths is not finite'
  throw new DivergenceError(message, loss.length, null, null, `Try more --steps. ${advice}`)
}

/** Without kinks and jumps in y and z: one slope everywhere. */
export function isAffine({ isSmooth, isCurved }: DriverShape): boolean {
  return isSmooth && !isCurved
}

/** What `Evidence.bend` is on a grid. */
export function bendOf({ kinkInY }: DriverShape, { segments }: TimeGrid): Evidence['bend'] {
  return { slope: kinkInY, step: Math.max(...segments.map(({ dt }) => dt)) }
}

/** What an estimate itself tells. */
export function evidenceOfEstimate(
  { value, errors, deviation, plainDeviation, remainder, gridError, residual }: EstimateResult,
  aim: number,
  isAffine: boolean,
): Omit<
  Evidence,
  'isOneStep' | 'bend' | 'terminalDeviation' | 'trainedValue' | 'curvature' | 'loss' | 'endedByItself'
> {
  return {
    value,
    errors,
    aim,
    deviation,
    plainDeviation,
    remainderLimit: remainder
      ? Math.abs(remainder.value) + REMAINDER_ERRORS * remainder.standardError
      : Number.POSITIVE_INFINITY,
    gridError,
    residual: isAffine ? null : beyondNoise(residual),
  }
}

const FINDINGS = [
  madeWorse,
  coarseGrid,
  steepKink,
  farFromSolution,
  untrainedValue,
  unsolved,
  curvedBeyond,
  stillFalling,
]

/** @returns why the result is not to be relied on; null where nothing says so */
export function judge(evidence: Evidence): string | null {
  for (const find of FINDINGS) {
    const reason = find(evidence)
    if (reason !== null) return reason
  }
  return null
}

/**
 * Networks are to take noise off: paths may deviate by more than g does where the driver lets it grow, but not by more than without networks. Under a
 * curved driver these make what paths are without them too, and have no slack.
 */
function madeWorse(evidence: Evidence): string | null {
  const { loss, deviation, plainDeviation, terminalDeviation, residual, aim } = evidence
  const first = loss.length === 0 ? 0 : Math.sqrt(loss[0])
  const slack = residual === null ? CLEARLY_WORSE : 1
  if (deviation <= Math.max(CLEARLY_WORSE * Math.max(terminalDeviation, first, aim), slack * plainDeviation))
    return null
  return `the networks made the estimate worse: its deviation over paths is ${short(deviation)}, without them ${short(plainDeviation)}; lower --learning-rate or take more ${moreIterations(evidence)}${withoutNetworks(evidence)}`
}

/** Of an affine driver, which has no residual to doubt by. */
function withoutNetworks({ residual, trainedValue }: Evidence): string {
  return residual === null && trainedValue === null ? ', or --method monte-carlo, which needs none' : ''
}

function coarseGrid({ value, gridError, errors, aim, isOneStep }: Evidence): string | null {
  if (isOneStep) return 'one time step does not tell its own error; take more --steps'
  if (Number.isNaN(gridError)) {
    return 'the time grid is too coarse: with every second step left out paths run away; take more --steps'
  }
  if (!isUnexplained(errors.grid, errors, aim)) return null
  return `the time grid is too coarse: what coarser ones show leaves the value ${short(value)} uncertain by ${short(errors.grid)}; take more --steps`
}

/** Of a solution on a kink, such as that of a penalty, any side of it may look right by itself, and none is told from another. */
function steepKink(evidence: Evidence): string | null {
  const { slope, step } = evidence.bend
  const times = timesTooLong(slope, step)
  if (times <= 1) return null
  return `the driver's slope in y moves by ${short(slope)} at a kink, which steps of ${short(step)} do not resolve; take ${Math.ceil(times)} times as many --steps`
}

/** How many times as long as a driver's kinks in y, at which its slope moves by so much, let it be a step is. */
export function timesTooLong(slope: number, step: number): number {
  return (slope * step) / MOST_BENT
}

function farFromSolution(evidence: Evidence): string | null {
  const { value, errors, aim } = evidence
  if (Number.isNaN(errors.remainder)) {
    return 'the driver is no number at some of the values that its second order is measured at; say on the page where u stays, away from where a log, a root or a power ends (range: [least, greatest])'
  }
  if (!isUnexplained(errors.remainder, errors, aim)) return null
  return `the networks are far from the solution: the second order of their errors leaves the value ${short(value)} uncertain by ${short(errors.remainder)}; take more ${iterationsOrSteps(evidence)}`
}

/** An error that was measured and not removed, and rules the others. */
function isUnexplained(error: number, { statistical }: ErrorParts, aim: number): boolean {
  return !(error <= Math.max(statistical, MOST_UNEXPLAINED * aim))
}

function untrainedValue({ trainedValue, value, terminalDeviation }: Evidence): string | null {
  if (trainedValue === null) return null
  const distance = Math.abs(trainedValue - value)
  if (distance <= SMALL_DISTANCE * terminalDeviation) return null
  return `the trained value is still ${short(distance)} from the estimate by fresh paths, ${short(value)}; take more --iterations, or leave --preset out`
}

function unsolved(evidence: Evidence): string | null {
  const { residual, value, terminalDeviation, aim } = evidence
  if (residual === null || !(residual > Math.max(SMALL_DISTANCE * terminalDeviation, aim))) return null
  return `the equation does not hold where it was solved for: fresh paths estimate ${short(residual)} from the value that they start from, ${short(value)}; take more ${iterationsOrSteps(evidence)}. A driver that jumps in y there has no such value: put a steep slope in its place (tanh(20 * y) for sign(y))`
}

/** The size of a mean that its noise does not explain. */
function beyondNoise({ mean, standardError }: EstimateResult['residual']): number {
  return Math.max(0, Math.abs(mean) - RESIDUAL_ERRORS * standardError)
}

/** Over a path the residual's variance is E∫|Z − Ẑ|²dt, and half of that times the curvature is what weights cannot correct. */
function curvedBeyond(evidence: Evidence): string | null {
  const { remainderLimit, curvature, deviation, terminalDeviation, aim } = evidence
  const missed = Math.min(remainderLimit, 0.5 * curvature * deviation * deviation)
  if (missed <= Math.max(SMALL_REMAINDER * terminalDeviation, aim)) return null
  return `the networks are not near enough for a driver so curved in z: what they miss may move the value by ${short(missed)}; take more ${moreIterations(evidence)}`
}

function stillFalling(evidence: Evidence): string | null {
  const { loss, deviation, terminalDeviation, aim } = evidence
  const fall = lastFall(loss)
  if (fall >= STEEP || deviation <= Math.max(LITTLE_LEARNED * terminalDeviation, aim)) return null
  return `the loss still fell when training ended, in its last tenth to ${Math.round(100 * fall)} % of the tenth before; take more ${moreIterations(evidence)}`
}

/** Whether the interval is wider than was asked for, or than is usual. @returns as `judge` */
export function judgeWidth(standardError: number, evidence: Evidence, tolerance: number): string | null {
  const { value, aim } = evidence
  const wide = judgeTolerance(value, standardError, tolerance, MOST_UNEXPLAINED * aim)
  return wide && `${wide}; ${remedyOf(evidence)}`
}

/** What makes the largest part of the error smaller. */
function remedyOf(evidence: Evidence): string {
  const part = largest(evidence.errors)
  if (part !== 'remainder') return `take more ${part === 'grid' ? '--steps' : '--paths'}`
  if (evidence.trainedValue !== null) return 'leave out --preset published, which trains the value itself'
  return `take more ${iterationsOrSteps(evidence)}`
}

/** More of a most that training did not come to change nothing. */
export function moreIterations({ endedByItself, loss }: Pick<Evidence, 'endedByItself' | 'loss'>): string {
  if (!endedByItself) return '--iterations'
  return ['--iterations than', loss.length, 'with --schedule cosine'].join(' ')
}

function iterationsOrSteps(evidence: Evidence): string {
  const iterations = moreIterations(evidence)
  return (evidence.endedByItself ? ['--steps', iterations] : [iterations, '--steps']).join(' or ')
}

function largest(errors: ErrorParts): keyof ErrorParts {
  const parts = Object.keys(errors) as (keyof ErrorParts)[]
  return parts.reduce((most, part) => (errors[part] > errors[most] ? part : most))
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
