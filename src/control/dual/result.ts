/** From the sums to both bounds, in the form of those of equations. */
import type { Bound, Bounds } from '../../solution/details/bounds.ts'
import { HALF_WIDTH_95 } from '../../statistics/confidence.ts'
import type { CompiledControl } from '../compiled.ts'
import { policyValue } from '../estimate.ts'
import type { PolicyEstimatePlan } from '../estimate-plan.ts'
import type { RuleCost } from '../rule-cost.ts'
import { DUAL, type DualPlan, FAILURE } from './plan.ts'

/** Share of the value that sums over a path are off by, at the most: the policy's states are single precision. */
const ROUNDING = { policy: 1e-8, hindsight: 1e-10 } as const

const ACHIEVED = "the trained policy's mean"
const HINDSIGHT = { 1: 'the least cost with hindsight', [-1]: 'the most gain with hindsight' } as const

/** Of the means so far. */
export function standardErrors(doubles: Float64Array, plan: DualPlan): { policy: number; hindsight: number } {
  const word = (name: keyof typeof DUAL) => doubles[plan.result + DUAL[name]]
  const count = word('count')
  const errorOf = (sum: number) => Math.sqrt(sum / (count - 1) / count)
  return { policy: errorOf(word('policySquares')), hindsight: errorOf(word('hindsightSquares')) }
}

/**
 * The policy's cost on one side, the dual on the other. Both are of the problem in steps, and so that they hold for that without,
 * how far the two are apart goes into their limits.
 *
 * @param plan null where there is no dual
 * @param cost what is known of the policy's own
 */
export function readPolicyBounds(
  doubles: Float64Array,
  problem: CompiledControl,
  estimate: PolicyEstimatePlan,
  plan: DualPlan | null,
  cost: RuleCost,
  elapsedMs: number,
): Bounds {
  const { sign } = problem
  const both = plan === null ? null : readBoth(doubles, problem, plan)
  const dual = withoutSteps(both?.dual ?? null, cost, sign > 0 ? -1 : 1, 'dual')
  const achieved = withoutSteps(
    both?.achieved ?? fromEstimate(doubles, problem, estimate),
    cost,
    sign,
    'achieved',
  )
  const [lower, upper] = sign > 0 ? [dual, achieved] : [achieved, dual]
  const middle = lower && upper ? 0.5 * (lower.value + upper.value) : 0
  return {
    lower,
    upper,
    curvature: null,
    equation: equationOf(problem, estimate),
    relativeGap: lower && upper && middle !== 0 ? (upper.value - lower.value) / Math.abs(middle) : null,
    missing: missingReason(doubles, problem, plan, dual, achieved),
    paths: plan === null ? 0 : doubles[plan.result + DUAL.count],
    elapsedMs,
  }
}

/**
 * The limit moved so that it holds for the problem without steps too, by how far outward that lies as the policy shows it: what steps
 * take off its cost, and of the least cost what they add, and what a policy gives away by being one for steps.
 */
function withoutSteps(
  from: Bound | null,
  { grid, errors }: RuleCost,
  outward: 1 | -1,
  side: 'achieved' | 'dual',
): Bound | null {
  if (from === null || grid === null) return from
  const held = side === 'dual' ? HALF_WIDTH_95 * errors.held : 0
  const distance = Math.max(0, -outward * grid.error) + grid.left + held
  const error = Math.hypot(from.standardError, grid.standardError)
  const limit = from.value + outward * (HALF_WIDTH_95 * error + distance)
  return Number.isFinite(limit) ? { ...from, limit } : null
}

/** Both sides on the same paths; null where hindsight has no least cost. */
function readBoth(
  doubles: Float64Array,
  { sign }: CompiledControl,
  plan: DualPlan,
): { achieved: Bound | null; dual: Bound | null } | null {
  const word = (name: keyof typeof DUAL) => doubles[plan.result + DUAL[name]]
  if (word('failure') !== FAILURE.none || word('count') < 2) return null
  const penalty = word('weight') === 0 ? '' : ', less a martingale'
  const errors = standardErrors(doubles, plan)
  const side = (name: 'policy' | 'hindsight', outward: 1 | -1, from: string) => {
    const error = Math.hypot(errors[name], ROUNDING[name] * word(name))
    return bound(sign * word(name), error, outward, `${from}${penalty}`)
  }
  return {
    achieved: side('policy', sign, ACHIEVED),
    dual: side('hindsight', sign > 0 ? -1 : 1, HINDSIGHT[sign]),
  }
}

function fromEstimate(
  doubles: Float64Array,
  { sign }: CompiledControl,
  estimate: PolicyEstimatePlan,
): Bound | null {
  const { value, standardError } = policyValue(doubles, estimate)
  return bound(value, standardError, sign, ACHIEVED)
}

function missingReason(
  doubles: Float64Array,
  { dual: compiled }: CompiledControl,
  plan: DualPlan | null,
  dual: Bound | null,
  achieved: Bound | null,
): string | null {
  if (compiled?.kind === 'none') return compiled.reason
  if (dual !== null) return achieved === null ? "the policy's mean is not finite" : null
  const word = (name: keyof typeof DUAL) => doubles[plan!.result + DUAL[name]]
  if (word('failure') === FAILURE.none && word('count') < 2) return 'the run was stopped'
  return 'with hindsight no least cost, or most gain, was proved to exist'
}

function equationOf({ isDiscrete }: CompiledControl, { policy }: PolicyEstimatePlan): string {
  const { steps } = policy.grid
  return isDiscrete
    ? 'the problem itself'
    : `the problem in continuous time, by way of ${steps} ${policy.options.scheme === 'heun' ? 'Heun' : 'Euler'} steps`
}

function bound(value: number, standardError: number, outward: 1 | -1, from: string): Bound | null {
  if (!Number.isFinite(value + standardError)) return null
  return { value, standardError, limit: value + outward * HALF_WIDTH_95 * standardError, from }
}
