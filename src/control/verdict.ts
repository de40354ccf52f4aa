/**
 * Whether a policy's value may be relied on as the problem's. It is what its rule achieves however short the training was;
 * what the verdict is about is whether a better rule lies close at hand.
 */
import type { CompiledControl } from './compiled.ts'
import { POLICY_STATE, type PolicyPlan } from './plan.ts'
import { probeIterations } from './probe.ts'

/** What is left to gain is small up to this share of what training gained. */
const SMALL_GAIN = 0.005
/** Standard errors from which on a difference is seen. */
const SEEN = 3

/** A gain for each iteration from this share of training's on has not slowed down. */
const STEADY = 0.5

/** @returns why the policy is not to be relied on; null where nothing says so */
export function judgePolicy(
  doubles: Float64Array,
  { sign }: CompiledControl,
  { state, options }: PolicyPlan,
): string | null {
  const word = (name: keyof typeof POLICY_STATE) => doubles[state / 8 + POLICY_STATE[name]]
  const firstError = word('firstDeviation') / Math.sqrt(options.batchSize)
  const gained = sign * (word('firstCost') - word('probeCost'))
  if (gained < -SEEN * firstError) {
    return `the rule is worse by ${short(-gained)} than the one that training began with`
  }
  const [left, error] = [sign * word('probeGain'), word('probeError')]
  // What training gained is not known better than the first batch's mean cost.
  const isSmall = left < SMALL_GAIN * Math.max(gained, firstError)
  if (!Number.isFinite(left) || isSmall || left < SEEN * error) return null
  const more = probeIterations(options.iterations)
  const hasSlowed = left / more < STEADY * (gained / options.iterations)
  const pace = hasSlowed ? '' : ', no slower than before: see that the cost is bounded'
  return `${more} more iterations still gain ${short(left)} ± ${short(error)}, where training gained ${short(gained)}${pace}`
}

function short(value: number): string {
  return value.toPrecision(2)
}
