/** From what was found on one grid of dates, or two, to the answer and what is to be thought of it. */
import { judgePrecision } from '../../solution/precision.ts'
import type { MethodResult } from '../../solution/solution.ts'
import { doubtAlike, doubtFew } from '../../solution/unmet.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { gainedOf, lackingOf } from './any-time.ts'
import { hasStepError } from './options.ts'
import type { StoppingPlan } from './plan.ts'
import type { Found, Mean } from './result.ts'

/** Says why there is no gradient. */
const LEAPS = 'what stopping pays jumps in x, which no slope along a path sees'

/** Standard errors that E M_T may be off 0 by. */
const MOST_DEVIATIONS = 6
/** A share of the value that the limits may lie apart. */
const WIDE = 0.1
/** A share that bends from which on what dates lack is wide by nature, and tells nothing of the fit. */
const BENT = 0.1
/** Share of the paths' variance that one of them may have. */
const LARGEST_SHARE = 0.5
const NOTHING = { value: 0, standardError: 0, left: 0 }

export function stoppingResult(
  problem: CompiledStopping,
  plans: readonly StoppingPlan[],
  founds: readonly Found[],
  { wasStopped, hasSamples }: { wasStopped: boolean; hasSamples: boolean },
  elapsedMs: MethodResult['elapsedMs'],
): MethodResult {
  const [plan, found] = [plans[plans.length - 1], founds[founds.length - 1]]
  const { sign, jumps } = problem.stopping
  const isAny = problem.stopping.dates === null
  const difference = founds.length > 1 ? gainedOf(founds, sign) : NOTHING
  const steps = !isAny || hasStepError(problem) ? stepError(difference) : 0
  const more = isAny && founds.length > 1 ? lackingOf(founds, sign, jumps) : NOTHING
  const value = found.middle.value + more.value
  // Between the limits nothing is known: the deviation of a uniform law comes on top of the noise.
  const unknown = Math.max(0, found.upper.value - found.lower.value) / Math.sqrt(12)
  const statistical = Math.hypot(found.middle.standardError, more.standardError)
  // What grids of dates differ by is part of the value for any time, up to what is left.
  const standardError = Math.hypot(statistical, unknown, isAny ? more.left : steps)
  // More dates are worth more to who may choose, whichever way he looks.
  const outward = (limit: Mean, side: 1 | -1): Mean =>
    side === sign && isAny
      ? {
          value: limit.value + sign * Math.max(0, sign * more.value),
          standardError: Math.hypot(limit.standardError, more.standardError, more.left),
        }
      : { value: limit.value + side * steps, standardError: limit.standardError }
  const [lower, upper] = [outward(found.lower, -1), outward(found.upper, 1)]
  const relativeGap = value === 0 ? null : (upper.value - lower.value) / Math.abs(value)
  const isOpen = isAny && (jumps || found.bent.share > BENT)
  const gap = isOpen ? found.upper.value - found.lower.value : upper.value - lower.value
  const doubt = reasonOf(found, value === 0 ? null : gap / Math.abs(value))
  const remedy = Math.hypot(statistical, more.left) >= Math.hypot(unknown, steps) ? '--paths' : '--batch-size'
  const shortfall = judgePrecision(value, standardError, 0, remedy)
  const verdict = doubt !== null ? 'unconverged' : shortfall !== null ? 'imprecise' : 'converged'
  return {
    status: wasStopped ? 'stopped' : verdict,
    reason: wasStopped ? null : (doubt ?? shortfall),
    value,
    standardError,
    limits: { lower, upper },
    gridError: isAny ? more.value : steps === 0 ? null : steps,
    ...(isAny && { gridErrorStandardError: more.standardError, isExtrapolated: true }),
    gradient: found.gradient,
    missingGradient: found.gradient.includes(null) ? LEAPS : null,
    iterations: plan.intervals.length,
    steps: plan.steps,
    batchSize: plan.fitPaths,
    paths: found.paths,
    history: { loss: [], estimate: [], rate: [], elapsedMs: [] },
    stopping: {
      dates: isAny ? 'any' : plan.intervals.length,
      lower: holds(problem, 'lower') ? lower : null,
      upper: holds(problem, 'upper') ? upper : null,
      relativeGap,
      time: found.time,
      chances: found.chances,
      rule: ruleOf(found),
      holdsFor: holdsFor(problem),
      ...(hasSamples && { course: found.course }),
    },
    elapsedMs,
  }
}

/** How far the answers on a grid and on one twice as fine are apart, beyond their noise: what steps are off by, and more. */
function stepError({ value, standardError }: Mean): number {
  return Math.sqrt(Math.max(0, value * value - standardError * standardError))
}

/** A rule without a choice is told as such: it may be right, and it may be a payoff that was written wrongly. */
function ruleOf({ chances }: Found): string {
  const [first, last] = [chances[0], chances[chances.length - 1]]
  if (last.chance === 1) return 'never stops before the end'
  if (first.chance === 1) return first.time === 0 ? 'stops at once' : 'stops at the first date'
  return 'stops where stopping pays more than going on by the fit'
}

/** Whether the limit of that side is one: a driver's tangents lie on one side of it, paths that are gone back on the other unless it bends in z. */
function holds({ stopping: { driver, sign } }: CompiledStopping, side: 'lower' | 'upper'): boolean {
  if (driver === null) return true
  const { curvature, isAffineInZ } = driver
  const own = sign === 1 ? 'lower' : 'upper'
  return curvature !== null && (isAffineInZ || curvature === (side === own ? 'convex' : 'concave'))
}

function holdsFor(problem: CompiledStopping): string {
  const { dates, sign, driver } = problem.stopping
  const [own, other] = sign === 1 ? ['lower', 'upper'] : ['upper', 'lower']
  if (driver !== null) {
    const sides = (['lower', 'upper'] as const).filter((each) => holds(problem, each))
    if (sides.length === 2)
      return 'both limits hold for this driver, which is not linear, up to their standard errors and the steps'
    const [side] = sides
    const kept = side === undefined ? 'no limit is known' : `the ${side} limit holds, the other is not known`
    return `${kept} for this driver, which is not linear: an end of the interval without a limit is the farther of two estimates`
  }
  if (dates !== null) return 'both limits hold at these dates, up to their standard errors'
  return `the ${own} limit holds for any time; the ${other} one holds at the dates, and is extrapolated to any time`
}

function reasonOf(
  { middle, martingale, time, paths, largestShare, unmet }: Found,
  relativeGap: number | null,
): string | null {
  if (![middle.value, martingale.value, time.mean].every(Number.isFinite))
    return 'numbers are not finite: shorten the horizon, or look for a formula outside its domain (log, sqrt, division)'
  if (Math.abs(martingale.value) > MOST_DEVIATIONS * martingale.standardError) {
    return `the martingale's mean is ${martingale.value.toPrecision(2)} ± ${martingale.standardError.toPrecision(1)}, not 0: a few paths rule it; take more --paths`
  }
  const isUnbounded = unmet.span === Number.POSITIVE_INFINITY
  if (unmet.areAlike && (isUnbounded || (middle.value === 0 && unmet.span > 0))) {
    return doubtAlike(middle.value, 'the payoff')
  }
  if (isUnbounded) return doubtFew(paths, 'the payoff')
  if (largestShare > LARGEST_SHARE) {
    return `one of ${paths} paths has ${Math.round(100 * largestShare)} % of their variance: their spread is no error bar; take more --paths, or a shorter horizon`
  }
  if (relativeGap !== null && relativeGap > WIDE) {
    return `the limits are ${(100 * relativeGap).toPrecision(2)} % apart; take more --batch-size, which the rule is fitted to, and more --paths`
  }
  return null
}
