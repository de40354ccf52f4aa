/**
 * Whether a policy's value may be relied on as the problem's. It is what its rule achieves however short the training was;
 * what the verdict is about is whether a better rule lies close at hand.
 */

import type { Bounds } from '../solution/details/bounds.ts'
import type { HindsightReport } from '../solution/details/hindsight.ts'
import type { ProgrammeReport } from '../solution/details/programme.ts'
import { judgePrecision, judgeTolerance } from '../solution/precision.ts'
import type { CompiledControl } from './compiled.ts'
import type { Hindsight } from './hindsight/hindsight.ts'
import { POLICY_STATE, type PolicyPlan } from './plan.ts'
import { probeIterations } from './probe.ts'
import type { Programme } from './programme/programme.ts'
import type { RuleCost } from './rule-cost.ts'
import { chosenStart } from './start/choose.ts'
import { OUTCOME, START } from './start/plan.ts'

/** What is left to gain is small up to this share of what training gained. */
const SMALL_GAIN = 0.005
/** Or, where training began with a rule that may be as good as any, of the value: the gain is part of its error. */
const SMALL_OF_VALUE = 0.002
/** Standard errors from which on a difference is seen. */
const SEEN = 3

/** Mean costs that differ by less than this share of themselves are equal: paths are float32, and some problems have no other noise. */
const ROUNDING = 2 ** -20

/** A gain for each iteration from this share of training's on has not slowed down. */
const STEADY = 0.5

/**
 * @param isQuadratic whether training began with the best rule there is without steps
 * @returns why the policy is not to be relied on; null where nothing says so
 */
export function judgePolicy(
  doubles: Float64Array,
  { sign }: CompiledControl,
  plan: PolicyPlan,
  isQuadratic: boolean,
): string | null {
  const { state, options, start } = plan
  if (doubles[start.state + START.outcome] === OUTCOME.ranAway) {
    return 'training ran away, and the rule is the one that it began with; lower --learning-rate'
  }
  const word = (name: keyof typeof POLICY_STATE) => doubles[state + POLICY_STATE[name]]
  const firstError = word('firstDeviation') / Math.sqrt(options.batchSize)
  const gained = sign * (word('firstCost') - word('probeCost'))
  if (gained < -Math.max(SEEN * firstError, ROUNDING * Math.abs(word('firstCost')))) {
    return `the rule is worse by ${short(-gained)} than the one that training began with; lower --learning-rate or take more --iterations`
  }
  // The best rule without steps is in hand: what training still gains is what steps let it, and is in the error.
  if (isQuadratic && doubles[start.state + START.outcome] === OUTCOME.start) return null
  const [left, error] = [sign * word('probeGain'), word('probeError')]
  // What training gained is not known better than the first batch's mean cost.
  const ofValue = chosenStart(doubles, plan) < 0 ? 0 : SMALL_OF_VALUE * Math.abs(word('probeCost'))
  const isSmall = left < Math.max(SMALL_GAIN * Math.max(gained, firstError), ofValue)
  if (!Number.isFinite(left) || isSmall || left < SEEN * error) return null
  const more = probeIterations(options.iterations)
  const hasSlowed = left / more < STEADY * (gained / options.iterations)
  const pace = hasSlowed
    ? '; take more --iterations'
    : ', no slower than before: take more --iterations, or see that the cost is bounded'
  return `${more} more iterations still gain ${short(left)} ± ${short(error)}, where training gained ${short(gained)}${pace}`
}

/** @returns as `judgePolicy`: whether paths end at all under the rule, by whose fault it may be */
export function judgeFinite({ value, deviation }: RuleCost, steps: number): string | null {
  if (Number.isFinite(value) && Number.isFinite(deviation)) return null
  return `the rule's paths run away in ${steps} steps; take more steps (--steps ${4 * steps})`
}

/** Shares of the value, or of what a path's cost deviates by, up to which the steps' own errors are small. */
const SMALL_STEPS = { error: 0.2, left: 0.03, held: 0.03 } as const

/** Where finer steps run away, how many do not is not known: so many times as many. */
const MOST_FINER = 8

/** @returns as `judgePolicy`: whether the rule's cost in `steps` steps says what it costs without them */
export function judgeSteps({ value, deviation, grid }: RuleCost, sign: 1 | -1, steps: number): string | null {
  if (grid === null) return null
  const more = `take more steps (--steps ${2 * steps})`
  if (!Number.isFinite(grid.error))
    return `the rule's paths run away in finer steps; take more steps (--steps ${MOST_FINER * steps})`
  const size = Math.max(Math.abs(value), deviation)
  const [pays, verb] = sign > 0 ? ['pays', 'cost'] : ['gains', 'yield']
  if (Math.abs(grid.error) > SMALL_STEPS.error * size) {
    const than = grid.error < 0 ? 'less' : 'more'
    return `the time grid is too coarse: in ${steps} steps the rule ${pays} ${short(Math.abs(grid.error))} ${than} than without steps, of ${short(value)}; ${more}`
  }
  if (grid.left > SMALL_STEPS.left * size) {
    return `the time grid is too coarse: what ${2 * steps} and ${4 * steps} steps say the rule would ${verb} without steps differs by ${short(grid.left)} from what ${steps} and ${2 * steps} say; ${more}`
  }
  if (grid.held > SMALL_STEPS.held * size && grid.held > SEEN * grid.heldError) {
    return `the rule stands still too long: moving within a step it would ${sign > 0 ? 'save' : 'gain'} ${short(grid.held)}, of ${short(value)}; ${more}`
  }
  return null
}

/**
 * @param shortfall what the rule may cost more than the best, one deviation
 * @returns why the value is less sure than asked for, or than usual; null where it is not
 */
export function judgeWidth(
  { value, standardError, errors }: RuleCost,
  shortfall: number,
  tolerance: number,
): string | null {
  const [statistical, steps] = [errors.statistical, Math.hypot(errors.grid, errors.held)]
  const width = Math.hypot(standardError, shortfall)
  if (shortfall > standardError) {
    const wide = judgeTolerance(value, width, tolerance)
    return (
      wide && `${wide}, which is how far the rule may be from the best; more --iterations or --steps may help`
    )
  }
  const remedy =
    statistical >= Math.max(steps, errors.training)
      ? '--paths'
      : steps >= errors.training
        ? '--steps'
        : '--iterations'
  return judgePrecision(value, width, tolerance, remedy)
}

/** Times as long as the plant asks for that steps may be: beyond, what a rule in steps can do is far from what one without can. */
const LONG_STEPS = 2

/** @param asked steps that the plant's fastest rates ask for; see `start/rates.ts` */
export function judgeRates(asked: number, steps: number): string | null {
  if (asked <= LONG_STEPS * steps) return null
  return `the plant is too fast for ${steps} steps, and a rule in shorter ones may do far better; take more (--steps ${asked})`
}

/** Share of the value that a rule may be from the best for the answer to be two-sided. */
const FAR = 0.05

/** @returns how far the rule may be from the best, where both sides are proved: in words if that is far, else as half of it */
export function judgeGap(
  { value }: RuleCost,
  { lower, upper, relativeGap }: Bounds,
  sign: 1 | -1,
): { gap: string | null; shortfall: number } {
  const limit = (sign > 0 ? lower : upper)!.limit
  if (!(Math.abs(relativeGap!) > FAR))
    return { gap: null, shortfall: Math.max(0, sign * (value - limit)) / 2 }
  const [no, than] = sign > 0 ? ['pays less', 'under'] : ['gains more', 'over']
  const gap = `${beyond(Math.abs(relativeGap!))}: no rule ${no} than ${limit.toPrecision(5)}, and none ${than} the one found is known`
  return { gap, shortfall: 0 }
}

/** What is known of the best rule's cost beside a rule's own. */
interface Judged {
  /** Why how far the rule is from the best is not known, or that it is far; null where it is known and near. */
  open: string | null
  /** What the rule may cost more than the best, as one deviation: half of the most, or what it was seen to; 0 where `open` says all. */
  shortfall: number
  /** What it was clearly seen to; 0 where nothing says so. */
  excess: number
}

/** Errors of a programme below which a rule's cost is not clearly more. */
const CLEAR = 2

const NO_HINDSIGHT = { value: null, standardError: null, gap: null, paths: 0 } as const

/** Hindsight lies below the best rule: that one's cost is somewhere between it and the rule's. */
export function judgeHindsight(
  cost: RuleCost,
  found: Hindsight | string,
  sign: 1 | -1,
): Judged & { hindsight: HindsightReport } {
  const none = (missing: string) => ({
    hindsight: { ...NO_HINDSIGHT, missing },
    ...unknown(missing),
  })
  if (typeof found === 'string') return none(found)
  const { apart, most, size, isContradicted } = compared(cost, found, sign)
  if (isContradicted) return none('with hindsight searches found nothing as good as the rule')
  const hindsight = { ...found, gap: size === 0 ? 0 : apart / size, missing: null }
  if (!(most > FAR * size)) return { hindsight, open: null, shortfall: most / 2, excess: 0 }
  const [way, than] = sign > 0 ? ['came down to', 'under'] : ['came up to', 'over']
  const open = `a rule was found; it may be ${short((100 * most) / size)} % from the best, or more where searches missed: with hindsight they ${way} ${found.value.toPrecision(5)} ± ${short(found.standardError)}, and no rule ${than} the one found is known`
  return { hindsight, open, shortfall: 0, excess: 0 }
}

/** What the rule costs more than the best one by a dynamic programme is an error of the value, and so is what that programme leaves open. */
export function judgeProgramme(
  cost: RuleCost,
  found: Programme | string,
  sign: 1 | -1,
): Judged & { programme: ProgrammeReport } {
  const none = (missing: string) => ({
    programme: { value: null, standardError: null, gap: null, points: 0, missing },
    ...unknown(missing),
  })
  if (typeof found === 'string') return none(found)
  const { apart, most, size, isContradicted } = compared(cost, found, sign)
  if (isContradicted) return none('a dynamic programme found nothing as good as the rule')
  const verb = sign > 0 ? 'pays' : 'gains'
  const open = `${beyond(most / size)}: by a dynamic programme that one ${verb} ${found.value.toPrecision(5)} ± ${short(found.standardError)}`
  return {
    programme: { ...found, gap: size === 0 ? 0 : apart / size, missing: null },
    open: most > FAR * size ? open : null,
    shortfall: Math.max(apart, most / 2),
    excess: Math.max(0, apart - CLEAR * found.standardError),
  }
}

/** The nearer of two other sides, where hindsight does not contradict the programme: no limit lies above what the best rule costs. */
export function nearer(
  best: ReturnType<typeof judgeProgramme>,
  limit: ReturnType<typeof judgeHindsight>,
  sign: 1 | -1,
): Judged & { programme: ProgrammeReport; hindsight: HindsightReport } {
  const { programme } = best
  const { hindsight } = limit
  if (programme.value === null) return { ...limit, programme }
  if (hindsight.value === null) return { ...best, hindsight }
  const above = sign * (hindsight.value - programme.value)
  if (above > SEEN * Math.hypot(hindsight.standardError!, programme.standardError!)) {
    const missing = 'with hindsight searches found nothing as good as a dynamic programme did'
    return { ...best, hindsight: { ...NO_HINDSIGHT, missing } }
  }
  const isNearer = limit.open === null && (best.open !== null || limit.shortfall < best.shortfall)
  return { ...(isNearer ? limit : best), programme, hindsight }
}

/** How far a rule's cost is from another's, and at the most; the other's own error is all that a difference below 0 can come from. */
function compared(
  { value, standardError }: RuleCost,
  found: { value: number; standardError: number },
  sign: 1 | -1,
) {
  const apart = sign * (value - found.value)
  return {
    apart,
    most: Math.max(0, apart) + 2 * found.standardError,
    size: Math.max(Math.abs(value), Math.abs(found.value)),
    isContradicted: apart < -SEEN * Math.hypot(standardError, found.standardError),
  }
}

function unknown(missing: string): Judged {
  return { open: `a rule was found; how far from the best is not known: ${missing}`, shortfall: 0, excess: 0 }
}

function beyond(share: number): string {
  return `a rule was found; how far from the best is not known beyond ${short(100 * share)} %`
}

function short(value: number): string {
  return value.toPrecision(2)
}
