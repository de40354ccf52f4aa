/** From the sums of the stage to both bounds, in the form of those of equations. */
import type { Bound, Bounds } from '../../solution/solution.ts'
import type { CompiledControl } from '../compiled.ts'
import { policyValue } from '../estimate.ts'
import type { PolicyEstimatePlan } from '../estimate-plan.ts'
import { DUAL, type DualPlan, FAILURE } from './plan.ts'

/** Of the limits, one-sided: each side is beyond with 2.5 %, both together with 5 %. */
const QUANTILE = 1.959963984540054
/** Share of the value that float64 sums over a path may be off by, at the most. */
const ROUNDING = 1e-10

/** The policy's cost on one side, the dual on the other; `plan` is null where there is no dual. */
export function readPolicyBounds(
  doubles: Float64Array,
  problem: CompiledControl,
  estimate: PolicyEstimatePlan,
  plan: DualPlan | null,
  elapsedMs: number,
): Bounds {
  const { sign } = problem
  const { value, standardError } = policyValue(doubles, estimate)
  const achieved = bound(value, standardError, sign, "the trained policy's mean")
  const dual = plan === null ? null : readDual(doubles, problem, plan)
  const [lower, upper] = sign > 0 ? [dual, achieved] : [achieved, dual]
  const middle = lower && upper ? 0.5 * (lower.value + upper.value) : 0
  return {
    lower,
    upper,
    curvature: null,
    equation: equationOf(problem, estimate),
    relativeGap: lower && upper && middle !== 0 ? (upper.value - lower.value) / Math.abs(middle) : null,
    missing: dual === null ? missingReason(problem) : null,
    paths: plan === null ? 0 : doubles[plan.result / 8 + DUAL.count],
    elapsedMs,
  }
}

function readDual(doubles: Float64Array, { sign }: CompiledControl, plan: DualPlan): Bound | null {
  const word = (name: keyof typeof DUAL) => doubles[plan.result / 8 + DUAL[name]]
  const count = word('count')
  if (word('failure') !== FAILURE.none || count < 2 || !Number.isFinite(word('mean'))) return null
  const from = word('weight') === 0 ? 'hindsight without a penalty' : 'hindsight less a quadratic martingale'
  const sampling = Math.sqrt(word('squares') / (count - 1) / count)
  const standardError = Math.hypot(sampling, ROUNDING * word('mean'))
  return bound(sign * word('mean'), standardError, sign > 0 ? -1 : 1, from)
}

function missingReason({ dual }: CompiledControl): string {
  if (dual && 'reason' in dual) return dual.reason
  return 'with hindsight the cost was not proved convex enough to have a least value'
}

function equationOf({ isDiscrete }: CompiledControl, { policy }: PolicyEstimatePlan): string {
  const { steps } = policy.grid
  return isDiscrete
    ? 'the problem itself'
    : `the problem in ${steps} ${policy.options.scheme === 'heun' ? 'Heun' : 'Euler'} steps`
}

function bound(value: number, standardError: number, outward: 1 | -1, from: string): Bound {
  return { value, standardError, limit: value + outward * QUANTILE * standardError, from }
}
